import { destinationKey, formatDestination } from '../model/destination.ts';
import type { Minute } from '../model/time.ts';
import { type Detector, insufficient, KEEPS_OPEN, QUIET, unlessLost } from './detector.ts';
import type { NatSeries } from './nat-series.ts';
import { utilisationAt } from './nat-utilisation.ts';
import { FEWEST_POINTS, forecastFull, type Point } from './forecast.ts';

const LOOK_BACK_MINUTES = 15;

/**
 * A NAT gateway that is filling up: utilisation's slope over the last quarter of an hour carries it past its capacity
 * within `forecast.horizonMinutes`, and did so a minute ago. See `forecastFull` for the test. Evidence by records is
 * 6–20 minutes old, so a forecast is what still leaves time to act.
 */
export const natPortForecast: Detector<NatSeries> = {
  id: 'nat-port-forecast',
  source: 'flow-log',
  weight: 1,
  evaluate(series, minute, { settings }) {
    const now = utilisationAt(series, minute);
    if (now === null) return insufficient('no utilisation in this minute');
    const points = pointsBefore(series, minute, destinationKey(now.destination.destination));
    const forecast = forecastFull(points, now.capacityPorts, settings);
    const isLost = series.lossyMinutes.has(minute);
    if (forecast === null)
      return points.length < FEWEST_POINTS ? insufficient('too few minutes for a slope') : unlessLost(isLost, QUIET);
    const isFullSoon =
      forecast.verdict === 'full-soon' &&
      forecastFull(points.slice(0, -1), now.capacityPorts, settings)?.verdict === 'full-soon';
    if (!isFullSoon) return unlessLost(isLost, KEEPS_OPEN);
    return {
      outcome: 'signal',
      level: 'warning',
      destinationKey: destinationKey(now.destination.destination),
      statement: `${formatDestination(now.destination.destination)} at ${Math.round((100 * now.ports) / now.capacityPorts)} % and rising: full in about ${Math.round(forecast.minutesLeft)} min`,
    };
  },
};

function pointsBefore(series: NatSeries, minute: Minute, key: string): Point[] {
  const points: Point[] = [];
  for (let m = minute - LOOK_BACK_MINUTES + 1; m <= minute; m += 1) {
    if (series.coldMinutes.has(m)) continue;
    const at = utilisationAt(series, m);
    if (at !== null && destinationKey(at.destination.destination) === key)
      points.push({ x: m, y: at.ports / at.capacityPorts });
  }
  return points;
}
