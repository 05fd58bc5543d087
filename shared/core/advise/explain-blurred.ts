import type { HostDestination, HostUse } from '../detect/host-series.ts';
import { figures } from '../model/figures.ts';
import type { Minute } from '../model/time.ts';
import type { Nowcast } from './nowcast.ts';

const NOTHING_KNOWN: Nowcast['peak'] = { opensPerSecond: 0, secondsHeld: 0 };
/** Minutes that one record can last. */
const LONGEST_MINUTES = 10;
const PACKETS_FACTOR = 1.5;
const MOST_PORTS = 0.9;
const MOSTLY = 0.5;

/** Most of the ports at the fullest minute are of records that span minutes: what opens and closes when is lost. */
export function explainBlurred(
  measured: readonly HostDestination[],
  startMinute: Minute,
  endMinute: Minute,
): Nowcast | null {
  const uses = measured.flatMap((entry) => [...entry.uses.values()]);
  const during = uses.filter(({ minute }) => minute >= startMinute - 1 && minute <= endMinute);
  const most = during.reduce((max, { portsSeen }) => Math.max(max, portsSeen), 0);
  const full = during.filter(({ portsSeen }) => portsSeen >= MOST_PORTS * most);
  const sum = (field: 'portsBlurred' | 'portsSeen' | 'opens'): number => full.reduce((all, use) => all + use[field], 0);
  if (sum('portsBlurred') <= MOSTLY * sum('portsSeen')) return null;
  const closes = uses.some(({ closed }) => (closed ?? 0) > 0) ? '. Most of them close again: no leak' : '';
  const grew = packetsGrew(uses, startMinute, endMinute);
  if (grew !== null)
    return {
      cause: 'churn',
      reason: `${grew}: more connections than before${closes}`,
      before: null,
      peak: NOTHING_KNOWN,
    };
  return {
    cause: 'unknown',
    reason: `records span several minutes (10-minute aggregation): connections opened one after the other on a port look like one that lasts${closes}`,
    before: null,
    peak: { opensPerSecond: sum('opens') / Math.max(1, full.length) / 60, secondsHeld: 0 },
  };
}

/**
 * Each connection brings some packets: several times as many of them towards a destination are that many more
 * connections, where records do not tell one from several. What is held longer, or never closed, brings no more.
 */
function packetsGrew(uses: readonly HostUse[], startMinute: Minute, endMinute: Minute): string | null {
  // A record counts in its last minute, so that the first of the incident are still of the calm, and the last late.
  const from = startMinute + LONGEST_MINUTES;
  const windows = Math.max(1, Math.floor((endMinute + 1 - from) / LONGEST_MINUTES));
  const during = packetsPerSecond(uses, from, windows);
  const before = packetsPerSecond(uses, startMinute - LONGEST_MINUTES, 1);
  if (before === null || during === null || during < PACKETS_FACTOR * before) return null;
  return `records span several minutes (10-minute aggregation) and do not show when connections open, but packets grew from ${figures(before, 2)} to ${figures(during, 2)} a second`;
}

/** Over whole windows of ten minutes, so that each has its records; null where they are not covered. */
function packetsPerSecond(uses: readonly HostUse[], from: Minute, windows: number): number | null {
  const to = from + windows * LONGEST_MINUTES - 1;
  const within = uses.filter(({ minute }) => minute >= from && minute <= to);
  const minutes = new Set(within.map(({ minute }) => minute)).size;
  if (minutes < 0.8 * windows * LONGEST_MINUTES) return null;
  return within.reduce((sum, { packets }) => sum + packets, 0) / windows / LONGEST_MINUTES / 60;
}
