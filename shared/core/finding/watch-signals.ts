import type { AllSeries } from '../correlate/build-series.ts';
import { type Feed, type FeedSource, findSilences, type Silence } from '../detect/silence.ts';
import type { Merged } from '../detect/merge-observations.ts';
import type { Inventory } from '../model/inventory.ts';
import type { Settings } from '../model/settings.ts';
import { type Minute, minuteOf } from '../model/time.ts';
import { isOver } from './apply-action.ts';
import { buildSignalFinding, signalDetector } from './build-signal-finding.ts';
import type { EpisodeRecord, HumanAction } from './human-action.ts';
import { episodesInSight, knownEpisodes, type Settled, settledBy, type Trouble } from './episodes.ts';
import { subjectKey } from './identity.ts';
import { replayActs } from './replay-acts.ts';
import type { Finding } from './schema.ts';

export type SignalWatch = {
  readonly merged: Merged;
  readonly all: AllSeries;
  readonly inventory: Inventory;
  readonly episodes: readonly EpisodeRecord[];
  readonly actions: readonly HumanAction[];
  readonly settings: Settings;
  readonly nowMs: number;
};

type Watched = {
  readonly subject: Pick<Finding['subject'], 'id'> & { readonly type: 'nat-gateway' | 'source-address' };
  readonly feeds: readonly Feed[];
};

const troubleWith = (subject: Watched['subject']): Trouble => ({ family: 'signal', subject: subjectKey(subject) });
const FINDINGS_LIMIT = 100;

/**
 * Sources that used to send about a NAT gateway or a host and fell silent: "no data" is not "healthy". What is gone by
 * the inventory, a gateway deleted or a host scaled in, is not lost. `findings` are the others of this evaluation.
 */
export function watchSignals(
  watch: SignalWatch,
  findings: readonly Finding[],
): { lost: Finding[]; settled: Settled[] } {
  const going = findings.filter((finding) => !isOver(finding));
  const each = [...watchedNats(watch), ...watchedHosts(watch, going)].map((watched) => watchOne(watched, watch, going));
  return {
    lost: each.flatMap(({ lost }) => lost).slice(0, FINDINGS_LIMIT),
    settled: each.flatMap(({ settled }) => settled),
  };
}

/** What is open stays open while its source is silent, and says so. */
export function noteLostSignals(finding: Finding, lost: readonly Finding[]): Finding {
  if (isOver(finding)) return finding;
  const missed = lost.filter((each) => !isOver(each) && isAbout(finding, each.subject));
  const notes = missed.flatMap(({ evidence }) =>
    evidence.map(({ statement }) => `${statement}: until they come back nothing can say that this is over`),
  );
  return notes.length === 0 ? finding : { ...finding, missingEvidence: [...notes, ...finding.missingEvidence] };
}

const isAbout = (
  { subject, resource, sources }: Finding,
  { type, id }: Watched['subject'] | Finding['subject'],
): boolean =>
  (subject.type === type && subject.id === id) ||
  (type === 'nat-gateway' && resource?.id === id) ||
  (type === 'source-address' && subject.type === 'log-source' && sources.some(({ address }) => address === id));

function watchOne(
  { subject, feeds }: Watched,
  { episodes, actions, settings, nowMs }: SignalWatch,
  going: readonly Finding[],
): { readonly lost: Finding[]; readonly settled: Settled[] } {
  const trouble = troubleWith(subject);
  const known = knownEpisodes(trouble, episodes);
  const missed = new Set(known.open?.detectors);
  const silences = feeds.flatMap((feed) =>
    findSilences(feed, minuteOf(nowMs) - 1, missed.has(signalDetector(feed.source)), settings),
  );
  const settledMinute = silences.length > 0 ? null : returnOf(known.open, feeds);
  const dependents = going.filter((each) => isAbout(each, subject)).map(({ id }) => id);
  const gap = settings.episodeGapHours;
  const lost = episodesInSight(trouble, joinSilences(silences), known, settledMinute, gap).map((episode) => {
    const last = episode.incidents.at(-1) as JoinedSilence;
    const finding = buildSignalFinding({
      id: episode.id,
      subject,
      episode: episode.number,
      firstMinute: (episode.incidents[0] as JoinedSilence).startMinute,
      last,
      silences: last.silences,
      dependents,
    });
    const course = { signalMinutes: [last.startMinute], reopenedMs: episode.reopenedMs, nowMs };
    return replayActs(finding, actions, course);
  });
  return { lost, settled: settledBy(known, settledMinute) };
}

/** The minute by which every feed that was missed had come again; null while one has not. */
function returnOf(open: EpisodeRecord | null, feeds: readonly Feed[]): Minute | null {
  if (open === null) return null;
  const missed = feeds.filter(({ source }) => open.detectors.includes(signalDetector(source)));
  if (missed.length < open.detectors.length) return null;
  const since = minuteOf(open.lastSeenMs);
  const back = missed.map(({ minutes }) => [...minutes].filter((minute) => minute >= since).sort((a, b) => a - b)[0]);
  return back.some((minute) => minute === undefined) ? null : Math.max(...(back as Minute[]));
}

type JoinedSilence = ReturnType<typeof joinSilences>[number];

/** Silences of one subject's feeds that overlap are one incident. */
function joinSilences(silences: readonly Silence[]) {
  const joined: { startMinute: Minute; endMinute: Minute; resolvedMinute: Minute | null; silences: Silence[] }[] = [];
  for (const silence of silences.toSorted((a, b) => a.startMinute - b.startMinute)) {
    const last = joined.at(-1);
    if (last && (last.resolvedMinute === null || silence.startMinute <= last.resolvedMinute)) {
      const isOpen = last.resolvedMinute === null || silence.endMinute === null;
      last.resolvedMinute = isOpen ? null : Math.max(last.resolvedMinute as Minute, silence.endMinute as Minute);
      last.endMinute = silence.startMinute;
      last.silences.push(silence);
    } else {
      const { startMinute, endMinute: resolvedMinute } = silence;
      joined.push({ startMinute, endMinute: startMinute, resolvedMinute, silences: [silence] });
    }
  }
  return joined;
}

function watchedNats({ merged, all, inventory }: SignalWatch): Watched[] {
  const isThere = (id: string): boolean =>
    inventory.natGateways.length === 0 || inventory.natGateways.some((nat) => nat.id === id);
  return all.nats
    .filter(({ natId }) => isThere(natId))
    .map(({ natId, gateway, flows, flowMinutes, metrics }) => {
      const faces = new Set([...(flows?.interfaceIds ?? []), ...(gateway?.addresses ?? []).map((a) => a.interfaceId)]);
      const covered = merged.coverage.filter(({ interfaceId }) => faces.has(interfaceId)).map(({ minute }) => minute);
      return {
        subject: { type: 'nat-gateway', id: natId },
        feeds: [
          { source: 'flow-log', minutes: new Set([...flowMinutes, ...covered]) },
          { source: 'metric', minutes: new Set(metrics.keys()) },
        ],
      };
    });
}

/**
 * Of hosts only those that an open finding lives on: others come and go, and one without a connection has nothing to
 * show. A host that the inventory no longer has is gone, not silent.
 */
function watchedHosts({ all, inventory, episodes }: SignalWatch, going: readonly Finding[]): Watched[] {
  const addresses = new Set(inventory.interfaces.flatMap((face) => face.addresses));
  const isThere = (address: string): boolean => addresses.size === 0 || addresses.has(address);
  return all.hosts.flatMap(({ subject: { type, id }, flowMinutes, destinations }): Watched[] => {
    const subject = { type: 'source-address', id } as const;
    const finding = going.find((each) => each.layer === 'host' && each.subject.id === id);
    const { open } = knownEpisodes(troubleWith(subject), episodes);
    const isUsed = (source: FeedSource): boolean =>
      (finding?.evidence ?? []).some((entry) => entry.source === source) ||
      (open?.detectors ?? []).includes(signalDetector(source));
    if (type !== 'source-address' || !isThere(id)) return [];
    const feeds: Feed[] = [
      { source: 'flow-log', minutes: flowMinutes },
      { source: 'socket-table', minutes: new Set(destinations.flatMap(({ sockets }) => [...sockets.keys()])) },
    ];
    return [{ subject, feeds: feeds.filter(({ source }) => isUsed(source)) }];
  });
}
