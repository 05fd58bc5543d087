import { destinationKey, formatDestination } from '../model/destination.ts';
import type { Minute } from '../model/time.ts';
import { type Evaluation, insufficient, QUIET, unlessLost } from './detector.ts';
import type { NatDestination, NatSeries } from './nat-series.ts';
import type { RateAt } from './rates.ts';

/** The ports that a destination's rate leads to if it lasts, or null where the rate is nothing out of the ordinary. */
type PortsAfter = (rateAt: RateAt, destination: NatDestination) => number | null;

/**
 * Asks every destination of a NAT gateway how many ports its rate of new connections leads to, and signals the one that
 * would run out furthest. `what` and `condition` say in the statement what the rate did and when the ports follow.
 */
export function judgeRates(
  series: NatSeries,
  minute: Minute,
  portsAfter: PortsAfter,
  { what, condition }: { readonly what: string; readonly condition: string },
): Evaluation {
  if (!series.flowMinutes.has(minute)) return insufficient('no flow records of this NAT gateway');
  const [worst] = series.destinations
    .flatMap((entry) => {
      const ports = portsAfter((back) => rateOf(entry, minute - back), entry);
      return ports === null ? [] : [{ entry, ports, capacityPorts: entry.capacityAt(minute) }];
    })
    .filter(({ ports, capacityPorts }) => ports >= capacityPorts)
    .sort((a, b) => b.ports / b.capacityPorts - a.ports / a.capacityPorts);
  if (worst === undefined) return unlessLost(series.lossyMinutes.has(minute), QUIET);
  const { destination, uses } = worst.entry;
  return {
    outcome: 'signal',
    level: 'warning',
    destinationKey: destinationKey(destination),
    statement: `${uses.get(minute)?.opens} new connections to ${formatDestination(destination)} in the minute, ${what}: ${worst.ports} of ${worst.capacityPorts} ports ${condition}`,
  };
}

function rateOf({ uses }: NatDestination, minute: Minute): ReturnType<RateAt> {
  const use = uses.get(minute);
  return use === undefined ? null : { opens: use.opens, ports: use.portsEstimate };
}
