import { type ConnectErrorMinute, EVENT_IDS_LIMIT } from './observation.ts';

/** Hexadecimal digits of a hash that a double holds exactly. */
const DIGITS = 13;

/**
 * Events of a row: exact below `EVENT_IDS_LIMIT`. Of more only the smallest hashes are kept, and how closely these k lie
 * tells how many there were: (k − 1) / (largest kept hash as a fraction of all), good to about 1 % (bottom-k sketch).
 */
export function countEvents({ eventIds }: Pick<ConnectErrorMinute, 'eventIds'>): number {
  const kept = eventIds.length;
  if (kept < EVENT_IDS_LIMIT) return kept;
  const largest = Number.parseInt((eventIds.at(-1) as string).slice(0, DIGITS), 16) / 16 ** DIGITS;
  return Math.max(kept, Math.round((kept - 1) / largest));
}

export const totalEvents = (rows: readonly Pick<ConnectErrorMinute, 'eventIds'>[]): number =>
  rows.reduce((sum, row) => sum + countEvents(row), 0);
