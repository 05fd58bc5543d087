import { type AllSeries, buildSeries } from './correlate/build-series.ts';
import { replay, type Replay } from './correlate/replay.ts';
import { ruleOut } from './correlate/rule-out.ts';
import { suspectTimeouts } from './correlate/suspect-timeouts.ts';
import type { EvaluationContext, Series } from './detect/detector.ts';
import { type Merged, mergeObservations } from './detect/merge-observations.ts';
import { groupAgentMetrics } from './finding/agent-evidence.ts';
import type { BuildContext } from './finding/build-context.ts';
import { buildFindings } from './finding/build-findings.ts';
import { buildSummary } from './finding/build-summary.ts';
import { dropShadowed } from './finding/drop-shadowed.ts';
import { knownEpisodes, openBefore, type Settled, settledBy, troubleOf } from './finding/episodes.ts';
import type { EpisodeRecord, HumanAction } from './finding/human-action.ts';
import type { Analysis, EvaluationSummary, Finding } from './finding/schema.ts';
import type { Summary } from './finding/summary-schema.ts';
import { noteLostSignals, watchSignals } from './finding/watch-signals.ts';
import type { Inventory } from './model/inventory.ts';
import type { AnyPart } from './model/part.ts';
import type { Settings } from './model/settings.ts';
import { isoOf, type Minute, MINUTE_MS, minuteEndMs, minuteOf, minuteStartMs } from './model/time.ts';

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
  const context = contextOf(merged, all, request);
  const replays = everySeries(all).map((series) => replayOne(series, context.lastMinute, request));
  const troubles = dropShadowed(replays.flatMap((each) => buildFindings(each, context, request)));
  const silent = isWatched(request) ? watchSignals({ merged, all, ...request }, troubles) : NOTHING_LOST;
  const told = troubles.map((finding) => noteLostSignals(finding, silent.lost));
  const findings = [...told, ...silent.lost].sort(worstFirst);
  const ruledOut = ruleOut({ ...all, hasIncident: incidentsIn(replays), isFinal: evaluationOf(request).isFinal });
  const suspected = suspectTimeouts(context.timeouts, findings, ruledOut, all.clients);
  let summary: Summary | null = null;
  return {
    findings,
    ruledOut,
    evaluations: [...replays.flatMap(summarise), ...suspected],
    window: windowOf(merged),
    // Made when it is asked for: a back-test looks at the findings alone of some hundred runs.
    get summary() {
      return (summary ??= buildSummary(all, merged, ruledOut, context, request.nowMs));
    },
    settled: [...replays.flatMap((each) => settledIn(each, request)), ...silent.settled],
  };
}

const contextOf = (merged: Merged, all: AllSeries, request: AnalysisRequest): BuildContext => ({
  inventory: request.inventory,
  settings: request.settings,
  clients: all.clients,
  clientFailures: all.clientFailures,
  hosts: all.hosts,
  timeouts: merged.connectErrors.filter((row) => row.verdict === 'nat-timeout-suspect'),
  agents: groupAgentMetrics(merged.metrics),
  lastMinute: Math.max(merged.extent?.to ?? 0, lastFinalMinute(request)),
});

/**
 * The replay goes on to where time is, not only to where observations are: a log source that has nothing more to
 * report, because only errors are forwarded, is quiet too.
 */
const lastFinalMinute = ({ settings, nowMs }: AnalysisRequest): Minute =>
  minuteOf(nowMs - settings.latenessMinutes * MINUTE_MS) - 1;

const evaluationOf = ({ settings, nowMs }: AnalysisRequest): EvaluationContext => ({
  settings,
  isFinal: (minute) => minuteEndMs(minute) + settings.latenessMinutes * MINUTE_MS <= nowMs,
});

const everySeries = ({ nats, hosts, loadBalancers }: AllSeries): Series[] => [...nats, ...hosts, ...loadBalancers];

function replayOne(series: Series, lastMinute: Minute, request: AnalysisRequest): Replay {
  const before = openBefore(knownEpisodes(troubleOf(series), request.episodes));
  return replay(series, lastMinute, evaluationOf(request), before);
}

const isWatched = ({ isLive, settings }: AnalysisRequest): boolean => (isLive ?? false) && settings.watchSignals;

const NOTHING_LOST: ReturnType<typeof watchSignals> = { lost: [], settled: [] };

function incidentsIn(replays: readonly Replay[]): (series: Series) => boolean {
  const troubled = new Set(replays.filter(({ incidents }) => incidents.length > 0).map(({ series }) => series));
  return (series) => troubled.has(series);
}

const settledIn = ({ series, settledMinute }: Replay, { episodes }: AnalysisRequest): Settled[] =>
  settledBy(knownEpisodes(troubleOf(series), episodes), settledMinute);

function worstFirst(a: Finding, b: Finding): number {
  const rank = (finding: Finding): number => SEVERITY_ORDER.indexOf(finding.severity);
  return (
    rank(a) - rank(b) ||
    (a.firstSeenAt === b.firstSeenAt ? (a.id < b.id ? -1 : 1) : a.firstSeenAt < b.firstSeenAt ? -1 : 1)
  );
}

const SEVERITY_ORDER = ['critical', 'high', 'medium', 'low', 'informational'];

function summarise({ series, tallies }: Replay): EvaluationSummary[] {
  const { subject } = troubleOf(series);
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
