import type { Settings } from '../model/settings.ts';
import { destinationKey, formatDestination } from '../model/destination.ts';
import { type Detector, type Evaluation, insufficient, KEEPS_OPEN, QUIET, unlessLost } from './detector.ts';
import type { Minute } from '../model/time.ts';
import type { NatSeries } from './nat-series.ts';
import { type NatUtilisation, utilisationByFlows } from './nat-utilisation.ts';

/**
 * Ports in use at a NAT gateway towards its fullest destination / live capacity, by flow records. In use = connections
 * that certainly hold a port + opens/s × hold (calibrated against ActiveConnectionCount), never above the distinct
 * ports seen in the window; records without flags add the ports that show themselves again (`port-turnover.ts`). Raises
 * at `thresholds.warning`, where that is not certain only when it lasts for two minutes, and at `.critical`; clears
 * `.clearBelowBy` lower. Where more ports than exist would be held while every open was answered, the hold is refuted
 * and only the certain ones count. A hold that nothing could refute (no flags, no metrics) warns, and is never critical.
 */
export const natPortUtilisation: Detector<NatSeries> = {
  id: 'nat-port-utilisation',
  source: 'flow-log',
  weight: 2,
  evaluate(series, minute, { settings }) {
    if (!series.flowMinutes.has(minute)) return insufficient('no flow records of this NAT gateway');
    const fullest = utilisationByFlows(series, minute);
    const sure = fullest?.destination.uses.get(minute)?.portsSure;
    const evaluation = fullest === null ? QUIET : judgeUtilisation(fullest, settings, sure);
    const isPassing = fullest !== null && evaluation.outcome === 'signal' && isScatter(fullest, minute, settings);
    return unlessLost(series.lossyMinutes.has(minute), isPassing ? KEEPS_OPEN : evaluation);
  },
};

/** Opens × hold scatters as the opens of a minute do: past the warning alone, it is not certain and was not so before. */
function isScatter({ destination, capacityPorts }: NatUtilisation, minute: Minute, { thresholds }: Settings) {
  const warningPorts = thresholds.warning * capacityPorts;
  const [now, before] = [destination.uses.get(minute), destination.uses.get(minute - 1)];
  if ((now?.portsSure ?? 0) >= thresholds.critical * capacityPorts) return false;
  return before !== undefined && before.portsEstimate < warningPorts && (now?.portsLow ?? 0) < warningPorts;
}

/** The thresholds, with hysteresis. What is critical must be `surePorts`. */
export function judgeUtilisation(
  { ports, capacityPorts, ...fullest }: NatUtilisation,
  { thresholds, hold }: Settings,
  surePorts = ports,
): Evaluation {
  const utilisation = ports / capacityPorts;
  if (utilisation < thresholds.warning) {
    return utilisation >= thresholds.warning - thresholds.clearBelowBy ? KEEPS_OPEN : QUIET;
  }
  const { destination } = fullest.destination;
  const by =
    surePorts < ports
      ? ` if the gateway keeps each for ${hold.natSeconds} s after close; ${surePorts} for sure: without flags or metrics these records do not tell`
      : fullest.source === 'metrics'
        ? ', carried on by the gateway’s metrics'
        : '';
  return {
    outcome: 'signal',
    level: surePorts >= thresholds.critical * capacityPorts ? 'critical' : 'warning',
    destinationKey: destinationKey(destination),
    statement: `${ports} of ${capacityPorts} ports in use towards ${formatDestination(destination)}${by}`,
  };
}
