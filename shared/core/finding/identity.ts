import { stableHash } from '../model/stable-hash.ts';
import { minuteEndMs } from '../model/time.ts';
import type { Incident } from '../correlate/incident.ts';
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
 * Whether trouble that begins at `startMs` belongs to an episode that ended at `endMs`. One that has no end goes on,
 * however long nothing was heard of it: a second finding about the same subject would not be another trouble.
 */
export const continuesEpisode = (endMs: number | null, startMs: number, gapHours: number): boolean =>
  endMs === null || startMs - endMs < gapHours * 3_600_000;

/** When an incident ended, for all that evidence says. */
export const endMsOf = ({ resolvedMinute }: Pick<Incident, 'resolvedMinute'>): number | null =>
  resolvedMinute === null ? null : minuteEndMs(resolvedMinute);

/** From when to when an incident lasts. */
type Span = Pick<Incident, 'startMinute' | 'resolvedMinute'>;

/** Incidents that follow each other within the gap are one episode: the same finding, re-opened. */
export function groupEpisodes<I extends Span>(incidents: readonly I[], gapHours: number): I[][] {
  const episodes: I[][] = [];
  for (const incident of incidents) {
    const current = episodes.at(-1);
    const last = current?.at(-1);
    if (last && continuesEpisode(endMsOf(last), minuteEndMs(incident.startMinute), gapHours)) current?.push(incident);
    else episodes.push([incident]);
  }
  return episodes;
}

/**
 * Numbers a subject's episodes in time. An episode that overlaps one with a number already given, or follows it
 * within the gap, keeps that number; others count on from the largest.
 */
export function numberEpisodes(
  family: string,
  subject: string,
  episodes: readonly (readonly Span[])[],
  given: readonly EpisodeRecord[],
  gapHours: number,
): number[] {
  const own = given
    .filter((record) => record.family === family && record.subject === subject)
    .sort((a, b) => a.episode - b.episode);
  let next = own.reduce((largest, record) => Math.max(largest, record.episode), 0);
  const taken = new Set<number>();
  return episodes.map((incidents) => {
    const startMs = minuteEndMs((incidents[0] as Span).startMinute);
    const endMs = endMsOf(incidents.at(-1) as Span);
    const known = own.find(
      (record) =>
        !taken.has(record.episode) &&
        continuesEpisode(endMsOfRecord(record), startMs, gapHours) &&
        continuesEpisode(endMs, record.firstSeenMs, gapHours),
    );
    const number = known?.episode ?? (next += 1);
    taken.add(number);
    return number;
  });
}

/** A person's word can end it before the last sign of it. */
const endMsOfRecord = ({ resolvedMs, lastSeenMs }: EpisodeRecord): number | null =>
  resolvedMs === null ? null : Math.max(resolvedMs, lastSeenMs);

/**
 * When an episode last came back after an end, as its incidents and what was known of it before say; null when it never
 * ended. Earlier incidents of it may be out of sight.
 */
export function reopenedMsOf(episode: readonly Span[], known: EpisodeRecord | null): number | null {
  const startMs = minuteEndMs((episode.at(-1) as Span).startMinute);
  if (episode.length > 1) return startMs;
  const endMs = known === null ? null : endMsOfRecord(known);
  return endMs !== null && startMs > endMs ? startMs : (known?.reopenedMs ?? null);
}

/** What a stored finding says of its episode, for the next evaluation. */
export const episodeOf = (finding: Finding): EpisodeRecord => ({
  findingId: finding.id,
  family: familyOf(finding.kind),
  subject: subjectKey(finding.subject),
  episode: finding.episode,
  firstSeenMs: Date.parse(finding.firstSeenAt),
  lastSeenMs: Date.parse(finding.lastSeenAt),
  resolvedMs: finding.resolvedAt === null ? null : Date.parse(finding.resolvedAt),
  reopenedMs: finding.reopenedAt === undefined ? null : Date.parse(finding.reopenedAt),
  detectors: [...new Set(finding.evidence.map(({ detector }) => detector))],
});

export const subjectKey = ({ type, id }: Finding['subject']): string => `${type}:${id}`;
