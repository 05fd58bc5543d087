import { shrunkenGateways } from '../../shared/aws/inventory/changed-gateways.ts';
import type { AnalysisResult } from '../../shared/core/analyze.ts';
import type { Part } from '../../shared/core/model/part.ts';
import type { Random } from '../../shared/core/simulate/random.ts';
import type { TrueIncident } from '../../shared/core/simulate/truth.ts';
import { inventoryAt, type Arrival } from './arrivals.ts';
import { createCadence, type Cadence, type Urgency } from './cadence.ts';
import { isAbout } from './explain.ts';

/** How long people waited for a notification after the evidence that makes it sufficient had arrived at AWS. */
export type Publishing = {
  readonly stage: 'warned' | 'exhausted';
  /** What arrived last before it was sufficient; `clock` where nothing did, and a minute became final. */
  readonly evidence: Arrival['kind'] | 'clock';
  readonly waitSeconds: number;
};

type Evaluate = (nowMs: number, arrived: readonly Arrival[]) => AnalysisResult;

const MINUTE_MS = 60_000;
const HISTORY_MS = 4 * 60 * MINUTE_MS;

/**
 * `saidMs` is the whole minute by which a stage is said, and was not a minute before. Looks for the very arrival inside
 * that minute, and then lets the deployed functions run: ingest, poll, alarm, request, schedule, analysis, delivery.
 */
export function publishingOf(
  incident: TrueIncident,
  stage: Publishing['stage'],
  saidMs: number,
  arrivals: readonly Arrival[],
  evaluate: Evaluate,
  random: Random,
  urgency: Urgency,
): Publishing {
  const recent = arrivals.filter(({ promptMs, delayedMs }) => delayedMs <= saidMs && promptMs > saidMs - HISTORY_MS);
  const says = (nowMs: number): boolean =>
    isSaid(
      evaluate(
        nowMs,
        recent.filter(({ delayedMs }) => delayedMs <= nowMs),
      ),
      incident,
      stage,
    );
  const instants = [...new Set(recent.map(({ delayedMs }) => delayedMs))]
    .filter((atMs) => atMs > saidMs - MINUTE_MS)
    .sort((a, b) => a - b);
  const sufficientMs = firstThat(instants, says) ?? saidMs;
  const decisive = recent.filter(({ delayedMs }) => delayedMs === sufficientMs);
  const cadence = createCadence(random, urgency);
  const [last] = decisive;
  const hasShrunk =
    shrunkenGateways(inventoryAt(recent, sufficientMs - 1), inventoryAt(recent, sufficientMs)).length > 0;
  const ofIncident = recent.map((arrival) => onlyOf(arrival, incident));
  const waits = decisive.map((arrival) => {
    const past = {
      before: ofIncident.findLast((each) => isBefore(each, arrival)) ?? null,
      isOpen: stage === 'exhausted',
      newest: recent.findLast((each) => each.kind === 'metric' && each.delayedMs < sufficientMs) ?? null,
      hasShrunk,
    };
    return waitFor(cadence.take(onlyOf(arrival, incident), past), cadence, sufficientMs);
  });
  const atMs = waits.length > 0 ? Math.max(...waits) : cadence.scheduledAfter(sufficientMs);
  return {
    stage,
    evidence: last?.kind ?? 'clock',
    waitSeconds: (atMs + cadence.publishMs - sufficientMs) / 1000,
  };
}

function waitFor({ storedMs, urgentMs }: ReturnType<Cadence['take']>, cadence: Cadence, sufficientMs: number): number {
  const scheduledMs = cadence.scheduledAfter(Math.max(storedMs, sufficientMs));
  return Math.min(urgentMs, scheduledMs);
}

/** Whether metrics were known when others came. */
const isBefore = (one: Arrival, other: Arrival): boolean =>
  one.kind === other.kind && one.promptMs < other.promptMs && one.delayedMs <= other.delayedMs;

/** A delivery of metrics tells of all gateways; each has alarms of its own. */
function onlyOf(arrival: Arrival, { subject }: TrueIncident): Arrival {
  const isOfIncident = ({ scope }: Part): boolean => scope === subject.id;
  if (arrival.kind !== 'metric' || !arrival.parts.some(isOfIncident)) return arrival;
  return { ...arrival, parts: arrival.parts.filter(isOfIncident) };
}

function isSaid({ findings }: AnalysisResult, incident: TrueIncident, stage: Publishing['stage']): boolean {
  const about = findings.filter((finding) => isAbout(finding, incident) && finding.status !== 'withdrawn');
  return stage === 'warned' ? about.length > 0 : about.some(({ kind }) => kind.endsWith('exhaustion'));
}

/** Ascending instants of which, once one holds, all later ones do. */
function firstThat(instants: readonly number[], holds: (atMs: number) => boolean): number | null {
  let [low, high] = [0, instants.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (holds(instants[middle] as number)) high = middle;
    else low = middle + 1;
  }
  return instants[low] ?? null;
}
