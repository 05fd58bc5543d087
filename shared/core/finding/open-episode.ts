import type { OpenBefore } from '../correlate/follow-trouble.ts';
import { type Minute, minuteEndMs, minuteOf } from '../model/time.ts';
import type { EpisodeRecord } from './human-action.ts';

/** The episodes of one subject that have a number, and which of them was open when last heard of. */
export type KnownEpisodes = { readonly records: readonly EpisodeRecord[]; readonly open: EpisodeRecord | null };

export function knownEpisodes(family: string, subject: string, given: readonly EpisodeRecord[]): KnownEpisodes {
  const records = given.filter((record) => record.family === family && record.subject === subject);
  return { records, open: records.findLast(({ resolvedMs }) => resolvedMs === null) ?? null };
}

/** For the replay: its signs may lie before the observations, and their quiet is its end. */
export const openBefore = ({ open }: KnownEpisodes): OpenBefore | null =>
  open && { lastMinute: minuteOf(open.lastSeenMs) - 1, detectors: open.detectors };

/** The records, with the end that the replay found for the one that was open. */
export const settleEpisodes = ({ records, open }: KnownEpisodes, settledMinute: Minute | null): EpisodeRecord[] =>
  records.map((record) =>
    record === open && settledMinute !== null ? { ...record, resolvedMs: minuteEndMs(settledMinute) } : record,
  );
