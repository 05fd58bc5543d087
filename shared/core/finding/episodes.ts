import type { OpenBefore } from '../correlate/follow-trouble.ts';
import type { Incident } from '../correlate/incident.ts';
import type { Series } from '../detect/detector.ts';
import { isoOf, type Minute, minuteEndMs, minuteOf } from '../model/time.ts';
import type { EpisodeRecord } from './human-action.ts';
import { findingId, groupEpisodes, numberEpisodes, reopenedMsOf } from './identity.ts';

/** What a finding is about and stays about: kinds of one family are stages of one trouble. */
export type Trouble = { readonly family: string; readonly subject: string };

/** One finding's share of a subject's incidents, with the id that it keeps from run to run. */
export type Episode<I = Incident> = {
  readonly id: string;
  readonly number: number;
  /** At least one, in order of time. */
  readonly incidents: readonly I[];
  /** When it last came back after an end; null when it never ended. */
  readonly reopenedMs: number | null;
};

/** The episodes of one trouble that have a number, and which of them was open when last heard of. */
export type KnownEpisodes = { readonly records: readonly EpisodeRecord[]; readonly open: EpisodeRecord | null };

/** A finding whose trouble began before the observations, and that these show to be over. */
export type Settled = { readonly findingId: string; readonly resolvedAt: string };

export function troubleOf(series: Series): Trouble {
  switch (series.kind) {
    case 'nat':
      return { family: 'nat-ports', subject: `nat-gateway:${series.natId}` };
    case 'host':
      return { family: 'host-ports', subject: `${series.subject.type}:${series.subject.id}` };
    case 'load-balancer':
      return { family: 'nlb-ports', subject: `load-balancer:${series.id}` };
  }
}

export function knownEpisodes({ family, subject }: Trouble, given: readonly EpisodeRecord[]): KnownEpisodes {
  const records = given.filter((record) => record.family === family && record.subject === subject);
  return { records, open: records.findLast(({ resolvedMs }) => resolvedMs === null) ?? null };
}

/** For the replay: its signs may lie before the observations, and their quiet is its end. */
export const openBefore = ({ open }: KnownEpisodes): OpenBefore | null =>
  open && { lastMinute: minuteOf(open.lastSeenMs) - 1, detectors: open.detectors };

/** `settledMinute` is when the one that was open before the observations ended; null while nothing says so. */
export function episodesInSight<I extends Pick<Incident, 'startMinute' | 'resolvedMinute'>>(
  { family, subject }: Trouble,
  incidents: readonly I[],
  known: KnownEpisodes,
  settledMinute: Minute | null,
  gapHours: number,
): Episode<I>[] {
  const records = settle(known, settledMinute);
  const grouped = groupEpisodes(incidents, gapHours);
  const numbers = numberEpisodes(family, subject, grouped, records, gapHours);
  return grouped.map((own, i) => {
    const number = numbers[i] as number;
    const record = records.find(({ episode }) => episode === number) ?? null;
    return {
      id: findingId(family, subject, number),
      number,
      incidents: own,
      reopenedMs: reopenedMsOf(own, record),
    };
  });
}

/** The records, with the end that the replay found for the one that was open. */
const settle = ({ records, open }: KnownEpisodes, settledMinute: Minute | null): EpisodeRecord[] =>
  records.map((record) =>
    record === open && settledMinute !== null ? { ...record, resolvedMs: minuteEndMs(settledMinute) } : record,
  );

export const settledBy = ({ open }: KnownEpisodes, settledMinute: Minute | null): Settled[] =>
  open === null || settledMinute === null
    ? []
    : [{ findingId: open.findingId, resolvedAt: isoOf(minuteEndMs(settledMinute)) }];
