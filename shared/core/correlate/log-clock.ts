import type { Evidence } from '../finding/schema.ts';
import { totalEvents } from '../model/event-count.ts';
import type { ConnectErrorMinute } from '../model/observation.ts';
import { MINUTE_MS, type Minute } from '../model/time.ts';
import { listed, logSourceId } from './log-source-id.ts';

/** Zones differ from UTC by up to 14 hours, nearly all by whole and some by half hours. */
const STEP_MINUTES = 30;
const FARTHEST_MINUTES = 14 * 60;
const FEWEST_EVENTS = 10;
const FEWEST_MINUTES = 3;
/** The part of a log's events that trouble must explain with the shift, and the part that it may without. */
const MOST_EVENTS = 0.9;
const FEW_EVENTS = 0.1;

/**
 * Logs whose times name no zone are read as UTC, and many a machine writes its own time. Where the events of such a log lie
 * outside of the minutes in which what they tell of is seen to happen, and a shift by whole or half hours puts nearly all of
 * them inside, that is its clock: its rows come back with the times shifted and `clockAheadMinutes` set. Of several shifts
 * that fit, whole hours come before half ones; where more than one is left, the rows stay as they are.
 */
export function alignClocks(
  rows: readonly ConnectErrorMinute[],
  isTroubled: (row: ConnectErrorMinute, minute: Minute) => boolean,
): readonly ConnectErrorMinute[] {
  const unzoned = Map.groupBy(
    rows.filter(({ zoneAssumed }) => zoneAssumed),
    ({ logSource }) => logSourceId(logSource),
  );
  const ahead = new Map([...unzoned].map(([source, own]) => [source, minutesAhead(own, isTroubled)]));
  if ([...ahead.values()].every((minutes) => minutes === 0)) return rows;
  return rows
    .map((row) => (row.zoneAssumed ? shifted(row, ahead.get(logSourceId(row.logSource)) ?? 0) : row))
    .sort((a, b) => a.minute - b.minute);
}

function minutesAhead(
  rows: readonly ConnectErrorMinute[],
  isTroubled: (row: ConnectErrorMinute, minute: Minute) => boolean,
): number {
  const events = totalEvents(rows);
  if (events < FEWEST_EVENTS || new Set(rows.map(({ minute }) => minute)).size < FEWEST_MINUTES) return 0;
  const shareAt = (ahead: number): number =>
    totalEvents(rows.filter((row) => isTroubled(row, row.minute - ahead))) / events;
  if (shareAt(0) > FEW_EVENTS) return 0;
  const fitting = SHIFTS.filter((ahead) => shareAt(ahead) >= MOST_EVENTS);
  const wholeHours = fitting.filter((ahead) => ahead % 60 === 0);
  const [only, ...others] = wholeHours.length > 0 ? wholeHours : fitting;
  return only === undefined || others.length > 0 ? 0 : only;
}

const SHIFTS: readonly number[] = Array.from(
  { length: (2 * FARTHEST_MINUTES) / STEP_MINUTES + 1 },
  (_, step) => step * STEP_MINUTES - FARTHEST_MINUTES,
);

const shifted = (row: ConnectErrorMinute, ahead: number): ConnectErrorMinute =>
  ahead === 0
    ? row
    : {
        ...row,
        minute: row.minute - ahead,
        firstEventMs: row.firstEventMs - ahead * MINUTE_MS,
        lastEventMs: row.lastEventMs - ahead * MINUTE_MS,
        clockAheadMinutes: ahead,
      };

/** Says of which logs the times were shifted; nothing where none were. */
export function clockEvidence(rows: readonly ConnectErrorMinute[]): Evidence[] {
  const off = rows.filter(({ clockAheadMinutes }) => clockAheadMinutes !== undefined);
  return [...Map.groupBy(off, ({ clockAheadMinutes = 0 }) => clockAheadMinutes)]
    .sort(([a], [b]) => a - b)
    .map(([ahead, own]) => ({
      source: 'app-log',
      detector: 'log-clock',
      statement: `the times in ${listed([...new Set(own.map(({ logSource }) => logSourceId(logSource)))].sort())} name no zone and seem to be ${offsetText(ahead)} flow logs and metrics: only so do their events meet the trouble, and they were read so. Log UTC, or name the zone`,
      at: null,
    }));
}

function offsetText(ahead: number): string {
  const minutes = Math.abs(ahead);
  const hours = Math.floor(minutes / 60);
  const parts = [...(hours > 0 ? [`${hours} h`] : []), ...(minutes % 60 > 0 ? [`${minutes % 60} min`] : [])];
  return `${parts.join(' ')} ${ahead > 0 ? 'ahead of' : 'behind'}`;
}
