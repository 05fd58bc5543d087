import { type AllSeries, buildSeries } from './correlate/build-series.ts';
import { type Incident, replay, type Replay } from './correlate/replay.ts';
import { ruleOut } from './correlate/rule-out.ts';
import { suspectTimeouts } from './correlate/suspect-timeouts.ts';
import type { Series } from './detect/detector.ts';
import { type Merged, mergeObservations } from './detect/merge-observations.ts';
import { groupAgentMetrics } from './finding/agent-evidence.ts';
import type { BuildContext } from './finding/build-context.ts';
import { buildHostFinding } from './finding/build-host-finding.ts';
import { buildLoadBalancerFinding } from './finding/build-load-balancer-finding.ts';
import { buildSummary } from './finding/build-summary.ts';
import { buildNatFinding } from './finding/build-nat-finding.ts';
import { dropShadowed } from './finding/drop-shadowed.ts';
import type { EpisodeRecord, HumanAction } from './finding/human-action.ts';
import { findingId, groupEpisodes, numberEpisodes, reopenedMsOf } from './finding/identity.ts';
import { type KnownEpisodes, knownEpisodes, openBefore, settleEpisodes } from './finding/open-episode.ts';
import { replayActs } from './finding/replay-acts.ts';
import type { Analysis, EvaluationSummary, Finding } from './finding/schema.ts';
import type { Summary } from './finding/summary-schema.ts';
import { noteLostSignals, type Settled, watchSignals } from './finding/watch-signals.ts';
import type { Inventory } from './model/inventory.ts';
import type { AnyPart } from './model/part.ts';
import type { Settings } from './model/settings.ts';
import { isoOf, MINUTE_MS, minuteEndMs, minuteOf, minuteStartMs } from './model/time.ts';

/** Everything an evaluation may depend on: it reads no clock, environment or network. */
export type AnalysisRequest = {
  readonly parts: readonly AnyPart[];
  readonly inventory: Inventory;
  readonly actions: readonly HumanAction[];
  readonly episodes: readonly EpisodeRecord[];
  readonly settings: Settings;
  /** Epoch milliseconds; on files the last observation plus the lateness bound. */
  readonly nowMs: number;
  /** Observations still arrive, so that a silence means something; files simply end. */
  readonly isLive?: boolean;
};

/** `inputs` is the caller's to add: it knows what was read. `summary` and `settled` are not for the report. */
export type AnalysisResult = Omit<Analysis, 'inputs'> & {
  readonly summary: Summary;
  /** Findings whose trouble began before the observations, and that these show to be over. */
  readonly settled: readonly Settled[];
};

/** The whole story, in order. The same request gives the same result, whatever the order of its parts. */
export function analyze(request: AnalysisRequest): AnalysisResult {
  const merged = mergeObservations(request.parts);
  const all = buildSeries(merged, request.inventory, request.settings);
  const lastMinute = Math.max(merged.extent?.to ?? 0, lastFinalMinute(request));
  const replays = everySeries(all).map((series) =>
    replay(series, lastMinute, contextOf(request), openBefore(episodesOf(series, request))),
  );
  const build: BuildContext = {
    inventory: request.inventory,
    settings: request.settings,
    clients: all.clients,
    clientFailures: all.clientFailures,
    hosts: all.hosts,
    timeouts: merged.connectErrors.filter((row) => row.verdict === 'nat-timeout-suspect'),
    agents: groupAgentMetrics(merged.metrics),
    lastMinute,
  };
  const troubles = dropShadowed(replays.flatMap((each) => findingsOf(each, build, request)));
  const { lost, settled } = isWatched(request)
    ? watchSignals({ merged, all, ...request }, troubles)
    : { lost: [], settled: [] };
  const findings = [...troubles.map((finding) => noteLostSignals(finding, lost)), ...lost];
  const troubled = new Set(replays.filter(({ incidents }) => incidents.length > 0).map(({ series }) => series));
  const hasIncident = (series: Series): boolean => troubled.has(series);
  const ruledOut = ruleOut({ ...all, hasIncident, isFinal: contextOf(request).isFinal });
  let summary: Summary | null = null;
  return {
    findings: findings.sort(worstFirst),
    ruledOut,
    evaluations: [...replays.flatMap(summarise), ...suspectTimeouts(build.timeouts, findings, ruledOut, all.clients)],
    window: windowOf(merged),
    // Made when it is asked for: a back-test looks at the findings alone of some hundred runs.
    get summary() {
      return (summary ??= buildSummary(all, merged, ruledOut, build, request.nowMs));
    },
    settled: [...replays.flatMap((each) => settledBy(each, request)), ...settled],
  };
}

const isWatched = ({ isLive, settings }: AnalysisRequest): boolean => (isLive ?? false) && settings.watchSignals;

const everySeries = ({ nats, hosts, loadBalancers }: AllSeries): Series[] => [...nats, ...hosts, ...loadBalancers];

/**
 * The replay goes on to where time is, not only to where observations are: a log source that has nothing more to
 * report, because only errors are forwarded, is quiet too.
 */
const lastFinalMinute = ({ settings, nowMs }: AnalysisRequest): number =>
  minuteOf(nowMs - settings.latenessMinutes * MINUTE_MS) - 1;

const contextOf = ({ settings, nowMs }: AnalysisRequest) => ({
  settings,
  isFinal: (minute: number): boolean => minuteEndMs(minute) + settings.latenessMinutes * MINUTE_MS <= nowMs,
});

const episodesOf = (series: Series, { episodes }: AnalysisRequest): KnownEpisodes => {
  const { family, subject } = identify(series);
  return knownEpisodes(family, subject, episodes);
};

function settledBy({ series, settledMinute }: Replay, request: AnalysisRequest): Settled[] {
  const { open } = episodesOf(series, request);
  if (open === null || settledMinute === null) return [];
  return [{ findingId: open.findingId, resolvedAt: isoOf(minuteEndMs(settledMinute)) }];
}

function findingsOf(
  { series, incidents, settledMinute }: Replay,
  build: BuildContext,
  request: AnalysisRequest,
): Finding[] {
  const { actions, settings, nowMs } = request;
  const { family, subject } = identify(series);
  const records = settleEpisodes(episodesOf(series, request), settledMinute);
  const grouped = groupEpisodes(incidents, settings.episodeGapHours);
  const numbers = numberEpisodes(family, subject, grouped, records, settings.episodeGapHours);
  return grouped.map((episode, i) => {
    const number = numbers[i] as number;
    const known = records.find((record) => record.episode === number) ?? null;
    const finding = buildFinding(series, episode, number, findingId(family, subject, number), build);
    const signalMinutes = episode.flatMap(({ signals }) => [...signals.keys()]);
    return replayActs(finding, actions, { signalMinutes, reopenedMs: reopenedMsOf(episode, known), nowMs });
  });
}

function identify(series: Series): { family: string; subject: string } {
  switch (series.kind) {
    case 'nat':
      return { family: 'nat-ports', subject: `nat-gateway:${series.natId}` };
    case 'host':
      return { family: 'host-ports', subject: `${series.subject.type}:${series.subject.id}` };
    case 'load-balancer':
      return { family: 'nlb-ports', subject: `load-balancer:${series.id}` };
  }
}

function buildFinding(
  series: Series,
  episode: readonly Incident[],
  number: number,
  id: string,
  build: BuildContext,
): Finding {
  switch (series.kind) {
    case 'nat':
      return buildNatFinding(series, episode, number, id, build);
    case 'host':
      return buildHostFinding(series, episode, number, id, build);
    case 'load-balancer':
      return buildLoadBalancerFinding(series, episode, number, id, build);
  }
}

function worstFirst(a: Finding, b: Finding): number {
  const rank = (finding: Finding): number => SEVERITY_ORDER.indexOf(finding.severity);
  return (
    rank(a) - rank(b) ||
    (a.firstSeenAt === b.firstSeenAt ? (a.id < b.id ? -1 : 1) : a.firstSeenAt < b.firstSeenAt ? -1 : 1)
  );
}

const SEVERITY_ORDER = ['critical', 'high', 'medium', 'low', 'informational'];

function summarise({ series, tallies }: Replay): EvaluationSummary[] {
  const { subject } = identify(series);
  return tallies.map(({ detector, signal, quiet, insufficient, reason }) => ({
    detector,
    subject,
    outcome: signal > 0 ? 'signal' : quiet > 0 ? 'quiet' : 'insufficient-data',
    reason,
    minutes: { signal, quiet, insufficientData: insufficient },
  }));
}

const windowOf = ({ extent }: Merged): Analysis['window'] =>
  extent === null ? null : { from: isoOf(minuteStartMs(extent.from)), to: isoOf(minuteEndMs(extent.to)) };
