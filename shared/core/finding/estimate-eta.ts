import type { Load } from '../advise/nowcast.ts';
import { slopeOf } from '../detect/statistics.ts';
import { isoOf, type Minute, minuteEndMs } from '../model/time.ts';

const LOOK_BACK_MINUTES = 15;
const HORIZON_MINUTES = 24 * 60;

/**
 * When the ports run out: utilisation's Theil–Sen slope over the last quarter of an hour, carried on from the last
 * minute, as an interval from the steep to the flat end of the slopes. Null when it is not clearly rising, or when
 * even the early end lies more than a day away.
 */
export function estimateEta(
  loads: ReadonlyMap<Minute, Load>,
  lastMinute: Minute,
): { low: string; high: string } | null {
  const recent = [...loads].filter(([minute]) => minute > lastMinute - LOOK_BACK_MINUTES && minute <= lastMinute);
  const slope = slopeOf(recent.map(([minute, load]) => ({ x: minute, y: load.ports / load.capacityPorts })));
  const last = loads.get(lastMinute);
  if (slope === null || last === undefined || slope.low <= 0) return null;
  const left = Math.max(0, 1 - last.ports / last.capacityPorts);
  const soonest = left / slope.high;
  if (soonest > HORIZON_MINUTES) return null;
  const latest = Math.min(left / slope.low, HORIZON_MINUTES);
  return {
    low: isoOf(minuteEndMs(lastMinute) + Math.round(soonest * 60) * 1000),
    high: isoOf(minuteEndMs(lastMinute) + Math.round(latest * 60) * 1000),
  };
}
