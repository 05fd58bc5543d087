import { destinationKey, formatDestination } from '../model/destination.ts';
import type { Minute } from '../model/time.ts';
import { type Detector, insufficient, KEEPS_OPEN, QUIET } from './detector.ts';
import { forecastFull, type Point } from './forecast.ts';
import { hostEstimate } from './host-port-utilisation.ts';
import type { HostDestination, HostSeries } from './host-series.ts';

const LOOK_BACK_MINUTES = 15;

/** A source address whose ports towards one destination are filling up, by flow records: see `forecastFull`. */
export const hostPortForecast: Detector<HostSeries> = {
  id: 'host-port-forecast',
  source: 'flow-log',
  weight: 1,
  evaluate(series, minute, { settings }) {
    const lines = series.destinations
      .filter((entry) => hostEstimate(entry, minute) !== null && !isMostlyBlurred(entry, minute))
      .map((entry) => ({
        entry,
        // The first minute of records is seldom a whole one, and its ports look like a start from nothing.
        points: hostPoints(entry, minute - LOOK_BACK_MINUTES + 1, minute).filter(
          ({ x }) => series.flowMinutes.has(x - 1) || !series.flowMinutes.has(x),
        ),
      }));
    if (lines.length === 0)
      return insufficient('no flow records of this source, or only ones that span several minutes');
    const forecasts = lines.flatMap(({ entry, points }) => {
      const forecast = forecastFull(points, entry.budget.capacityPorts, settings);
      return forecast === null ? [] : [{ entry, forecast }];
    });
    const [soonest] = forecasts.sort((a, b) => a.forecast.minutesLeft - b.forecast.minutesLeft);
    if (soonest === undefined) return QUIET;
    if (soonest.forecast.verdict === 'rising') return KEEPS_OPEN;
    const { source, destination } = soonest.entry;
    return {
      outcome: 'signal',
      level: 'warning',
      destinationKey: destinationKey(destination),
      statement: `${source} towards ${formatDestination(destination)} is filling up: full in about ${Math.round(soonest.forecast.minutesLeft)} min`,
    };
  },
};

/** Where records span minutes, what is certain rises and falls with where they end. */
const isMostlyBlurred = ({ uses, budget }: HostDestination, minute: Minute): boolean =>
  (uses.get(minute)?.portsBlurred ?? 0) >= 0.1 * budget.capacityPorts;

/** Utilisation of one destination by minute, where flow records say. */
export function hostPoints(entry: HostDestination, from: Minute, to: Minute): Point[] {
  const points: Point[] = [];
  for (let m = from; m <= to; m += 1) {
    const ports = hostEstimate(entry, m);
    if (ports !== null) points.push({ x: m, y: ports / entry.budget.capacityPorts });
  }
  return points;
}
