import { stableHash } from '../model/stable-hash.ts';
import { minuteEndMs } from '../model/time.ts';
import type { Incident } from '../correlate/replay.ts';
import type { EpisodeRecord } from './human-action.ts';
import type { Finding, FindingKind } from './schema.ts';

/** Kinds that are stages of one trouble share a family, so that pressure which turns into exhaustion keeps its id. */
const FAMILIES: Readonly<Record<FindingKind, string>> = {
  'nat-port-exhaustion': 'nat-ports',
  'nat-port-pressure': 'nat-ports',
  'host-port-exhaustion': 'host-ports',
  'host-port-pressure': 'host-ports',
  'nlb-port-exhaustion': 'nlb-ports',
  'connection-rate-spike': 'nat-ports',
  'capacity-shrunk': 'nat-ports',
  'signal-lost': 'signal',
};

export const familyOf = (kind: FindingKind): string => FAMILIES[kind];

export const findingId = (family: string, subject: string, episode: number): string =>
  `fp-${stableHash(`${family}\n${subject}\n${episode}`)}`;

/**
 * Numbers a subject's episodes in time. An episode that overlaps one with a number already given, or follows it
 * within the gap, keeps that number; others count on from the largest.
 */
export function numberEpisodes(
  family: string,
  subject: string,
  episodes: readonly (readonly Incident[])[],
  given: readonly EpisodeRecord[],
  gapHours: number,
): number[] {
  const own = given
    .filter((record) => record.family === family && record.subject === subject)
    .sort((a, b) => a.episode - b.episode);
  const gapMs = gapHours * 3_600_000;
  let next = own.reduce((largest, record) => Math.max(largest, record.episode), 0);
  const taken = new Set<number>();
  return episodes.map((incidents) => {
    const startMs = minuteEndMs((incidents[0] as Incident).startMinute);
    const endMs = minuteEndMs((incidents.at(-1) as Incident).endMinute);
    const known = own.find(
      (r) => !taken.has(r.episode) && startMs - r.lastSeenMs < gapMs && r.firstSeenMs - endMs < gapMs,
    );
    const number = known?.episode ?? (next += 1);
    taken.add(number);
    return number;
  });
}

/** What a stored finding says of its episode, for the next evaluation. */
export const episodeOf = (finding: Finding): EpisodeRecord => ({
  findingId: finding.id,
  family: familyOf(finding.kind),
  subject: subjectKey(finding.subject),
  episode: finding.episode,
  firstSeenMs: Date.parse(finding.firstSeenAt),
  lastSeenMs: Date.parse(finding.lastSeenAt),
});

export const subjectKey = ({ type, id }: Finding['subject']): string => `${type}:${id}`;
