import type { Finding } from '../../shared/core/finding/schema.ts';
import { isoOf } from '../../shared/core/model/time.ts';
import type { TrueIncident, Truth } from '../../shared/core/simulate/truth.ts';
import type { Arrival } from './arrivals.ts';
import { isAbout, isExplained } from './explain.ts';
import { isEmptyForecast, noForecasts, noteForecast, type Forecasts } from './judge-forecasts.ts';
import type { Snapshot, Watcher } from './replay-arrivals.ts';

/** How one replay compares with the truth; times in minutes, null where there is nothing to compare. */
export type ReplayOutcome = {
  readonly incidents: readonly IncidentOutcome[];
  /** Findings, at the end of the replay, that no incident or further truth explains. */
  readonly falseFindings: readonly string[];
  /** Warnings and worse that were shown at any instant and that nothing true explains: whoever is told of them is told wrongly. */
  readonly falsePages: readonly string[];
  /** Incidents or further truths that the final findings are about. */
  readonly trueFindings: number;
  /** Findings that ever said when the ports would run out, about ports that never did. */
  readonly emptyForecasts: readonly string[];
  readonly ruledOut: readonly string[];
  readonly evaluations: number;
};

export type IncidentOutcome = {
  /** Found at the end under its own kind, or the pressure before it where nothing failed. */
  readonly found: boolean;
  readonly finalKind: string | null;
  /** First finding about the subject that was not shown before the onset already, of pressure or of exhaustion. */
  readonly warnedAt: string | null;
  /** First finding that says exhaustion. */
  readonly exhaustionSaidAt: string | null;
  readonly warnedAfterOnsetMinutes: number | null;
  /** From the first failed connection to the first finding that says exhaustion. */
  readonly exhaustionSaidAfterFailureMinutes: number | null;
  readonly leadMinutes: number | null;
  /** What someone would get who knew the true utilisation as soon as the records of each minute arrive. */
  readonly oracleLeadMinutes: number | null;
  /** From onset to first failure: how long a ramp there was; null where nothing failed, or nothing showed before it did. */
  readonly rampMinutes: number | null;
  /** A finding about the subject was shown before its onset, and nothing measured was behind it. */
  readonly openedEarly: boolean;
  /** Minutes by which the finding, at the end, dates itself before the onset; zero when it does not. */
  readonly datedEarlyMinutes: number;
  readonly destinationRight: boolean | null;
  readonly sourceRight: boolean | null;
  readonly layerRight: boolean | null;
  readonly causeRight: boolean | null;
  readonly saidCause: string | null;
  readonly saidDestination: string | null;
  readonly saidSource: string | null;
  readonly eta: Readonly<Forecasts>;
  readonly resolved: boolean;
};

type Draft = {
  warnedMs: number | null;
  exhaustionMs: number | null;
  openedEarly: boolean;
  readonly forecasts: Forecasts;
};

const MINUTE_MS = 60_000;

/** Follows one replay, snapshot by snapshot in order of time, and says at the end how it compares with the truth. */
export function createJudge(truth: Truth): Watcher & {
  outcome(arrivals: readonly Arrival[], clock: 'promptMs' | 'delayedMs', evaluations: number): ReplayOutcome;
} {
  const drafts = truth.incidents.map((): Draft => ({
    warnedMs: null,
    exhaustionMs: null,
    openedEarly: false,
    forecasts: noForecasts(),
  }));
  /** Since when each finding has been shown to whoever looks: what it says of its own beginning is another matter. */
  const shownMs = new Map<string, number>();
  const falsePages = new Map<string, string>();
  let last: Snapshot | null = null;
  const emptyForecasts = new Set<string>();
  const explained = (finding: Finding): boolean => isExplained(finding, truth, shownMs.get(finding.id) ?? 0);
  return {
    progress: ({ findings }, nowMs) =>
      truth.incidents.reduce((sum, incident) => sum + stageOf(findings, incident, nowMs), 0),
    learn(snapshot) {
      last = snapshot;
      keepShown(shownMs, snapshot);
      for (const [index, incident] of truth.incidents.entries())
        follow(drafts[index] as Draft, incident, snapshot, explained);
      for (const finding of snapshot.result.findings)
        if (finding.etaAt && isEmptyForecast(finding, truth)) emptyForecasts.add(describe(finding));
      for (const finding of snapshot.result.findings)
        if (isPage(finding) && !explained(finding)) {
          const shown = `${finding.id}@${shownMs.get(finding.id)}`;
          if (!falsePages.has(shown)) falsePages.set(shown, describe(finding));
        }
    },
    outcome(arrivals, clock, evaluations) {
      const standing = (last?.result.findings ?? []).filter(({ status }) => status !== 'withdrawn');
      return {
        incidents: truth.incidents.map((incident, index) =>
          outcomeOf(drafts[index] as Draft, incident, standing, oracleMsOf(incident, arrivals, clock)),
        ),
        falseFindings: standing.filter((finding) => !explained(finding)).map(describe),
        falsePages: [...falsePages.values()],
        trueFindings: standing.filter(explained).length,
        emptyForecasts: [...emptyForecasts],
        ruledOut: [...new Set((last?.result.ruledOut ?? []).map(({ kind }) => kind))],
        evaluations,
      };
    },
  };
}

/** One that is gone was withdrawn: should it come back, it is shown anew, and if that is false too, it is false twice. */
function keepShown(shownMs: Map<string, number>, { nowMs, isLast, result }: Snapshot): void {
  const standing = new Set(result.findings.filter(({ status }) => status !== 'withdrawn').map(({ id }) => id));
  // The last look reaches further back than those before it, and sees again what they had lost sight of.
  if (!isLast) for (const id of shownMs.keys()) if (!standing.has(id)) shownMs.delete(id);
  for (const id of standing) if (!shownMs.has(id)) shownMs.set(id, nowMs);
}

/** 0 nothing, 1 warned, 2 exhaustion said. */
function stageOf(findings: readonly Finding[], incident: TrueIncident, nowMs: number): number {
  if (nowMs < Date.parse(incident.onsetAt)) return 0;
  const about = findings.filter((finding) => isAbout(finding, incident) && finding.status !== 'withdrawn');
  if (about.some(({ kind }) => kind.endsWith('exhaustion'))) return 2;
  return about.length > 0 ? 1 : 0;
}

const PAGES: ReadonlySet<string> = new Set(['medium', 'high', 'critical']);

const isPage = ({ severity, status }: Finding): boolean => status !== 'withdrawn' && PAGES.has(severity);

const describe = ({ kind, subject, severity, firstSeenAt, title }: Finding): string =>
  `${kind} at ${subject.id} (${severity}, ${firstSeenAt}): ${title}`;

function follow(
  draft: Draft,
  incident: TrueIncident,
  snapshot: Snapshot,
  explained: (finding: Finding) => boolean,
): void {
  const { nowMs, result } = snapshot;
  const shown = result.findings.filter((finding) => isAbout(finding, incident) && finding.status !== 'withdrawn');
  if (shown.some((finding) => !explained(finding))) draft.openedEarly = true;
  if (nowMs < Date.parse(incident.onsetAt)) return;
  // Whoever cried before there was anything has not warned of it.
  const about = shown.filter(explained);
  if (about.length > 0) draft.warnedMs ??= nowMs;
  if (shown.some(({ kind }) => kind.endsWith('exhaustion'))) draft.exhaustionMs ??= nowMs;
  const [first] = shown;
  if (first) noteForecast(draft.forecasts, first, incident, snapshot);
}

function outcomeOf(
  draft: Draft,
  incident: TrueIncident,
  findings: readonly Finding[],
  oracleMs: number | null,
): IncidentOutcome {
  const finding = findings.find((each) => isAbout(each, incident)) ?? null;
  const failureMs = incident.firstFailureAt === null ? null : Date.parse(incident.firstFailureAt);
  const onsetMs = Date.parse(incident.onsetAt);
  const minutesBetween = (from: number | null, to: number | null): number | null =>
    from === null || to === null ? null : (to - from) / MINUTE_MS;
  return {
    found: finding?.kind === incident.kind,
    finalKind: finding?.kind ?? null,
    warnedAt: draft.warnedMs === null ? null : isoOf(draft.warnedMs),
    exhaustionSaidAt: draft.exhaustionMs === null ? null : isoOf(draft.exhaustionMs),
    warnedAfterOnsetMinutes: minutesBetween(onsetMs, draft.warnedMs),
    exhaustionSaidAfterFailureMinutes: minutesBetween(failureMs, draft.exhaustionMs),
    leadMinutes: minutesBetween(draft.warnedMs, failureMs),
    oracleLeadMinutes: minutesBetween(oracleMs, failureMs),
    rampMinutes: incident.hidden.includes('ramp') ? null : minutesBetween(onsetMs, failureMs),
    openedEarly: draft.openedEarly,
    datedEarlyMinutes: finding ? Math.max(0, (onsetMs - Date.parse(finding.firstSeenAt)) / MINUTE_MS - 1) : 0,
    ...attributionOf(finding, incident),
    eta: draft.forecasts,
    resolved: finding?.status === 'resolved',
  };
}

type Attribution = Pick<
  IncidentOutcome,
  'destinationRight' | 'sourceRight' | 'layerRight' | 'causeRight' | 'saidCause' | 'saidDestination' | 'saidSource'
>;

/** Where the true leader leads by less than a tenth, its equals are as right as it is. */
const EQUAL_SHARE = 0.9;

function attributionOf(finding: Finding | null, incident: TrueIncident): Attribution {
  const destinations = leaders(incident.destinations).map(({ address, port }) => `${address}:${port}`);
  const sources = leaders(incident.sources).map(({ address }) => address);
  const said = finding?.destination ? `${finding.destination.address}:${finding.destination.port}` : null;
  const source = finding?.sources[0]?.address ?? null;
  return {
    destinationRight:
      destinations.length === 0 || incident.hidden.includes('destination')
        ? null
        : said !== null && destinations.includes(said),
    sourceRight:
      sources.length === 0 || incident.hidden.includes('source') ? null : source !== null && sources.includes(source),
    layerRight: finding === null ? false : finding.layer === incident.layer,
    causeRight: finding === null ? false : incident.causes.includes(finding.cause),
    saidCause: finding?.cause ?? null,
    saidDestination: said,
    saidSource: source,
  };
}

function leaders<T extends { readonly share: number }>(ranked: readonly T[]): T[] {
  const [first] = ranked;
  return first ? ranked.filter(({ share }) => share >= first.share * EQUAL_SHARE) : [];
}

/** When the flow records of the minute arrived in which utilisation truly passed 75 %. */
function oracleMsOf(
  incident: TrueIncident,
  arrivals: readonly Arrival[],
  clock: 'promptMs' | 'delayedMs',
): number | null {
  if (incident.reached.warningAt === null) return null;
  const crossedMs = Date.parse(incident.reached.warningAt);
  const holding = arrivals
    .filter(({ kind, promptMs }) => kind === 'flow-log' && promptMs >= crossedMs)
    .sort((a, b) => a.promptMs - b.promptMs)[0];
  return holding?.[clock] ?? null;
}
