import type { AnalysisResult } from '../../shared/core/analyze.ts';
import type { Truth } from '../../shared/core/simulate/truth.ts';
import type { Arrival } from './arrivals.ts';

/** What Freeport said at one instant, with what had arrived by then. */
export type Snapshot = {
  readonly nowMs: number;
  /** One of the looks at even distances, and not one of those that search for the minute of a change. */
  readonly isRegular: boolean;
  /** With everything that ever arrived, over the whole time. */
  readonly isLast: boolean;
  readonly result: AnalysisResult;
};

/** What a judge has learnt so far, as a number that only grows: a step that raises it is looked at more closely. */
export type Watcher = { learn(snapshot: Snapshot): void; progress(result: AnalysisResult, nowMs: number): number };

const MINUTE_MS = 60_000;
const STEP_MS = 4 * MINUTE_MS;
/** Away from an incident, a look every few minutes finds whatever opened meanwhile: a finding's history stays in it. */
const SPARSE_MS = 12 * MINUTE_MS;
const SPARSE_OF_LONG_MS = 180 * MINUTE_MS;
const LONG_MS = 12 * 60 * MINUTE_MS;
/** Worlds of days are evaluated over their last hours, as a deployment does. */
const HORIZON_MS = 5 * 60 * MINUTE_MS;
const AFTER_ALL_MS = 60 * MINUTE_MS;

type Clock = 'promptMs' | 'delayedMs';
type Evaluate = (nowMs: number, arrived: readonly Arrival[]) => AnalysisResult;

/**
 * Evaluates at successive instants, as whole minutes: every four minutes around each incident until all is said, sparsely
 * elsewhere, and once more when everything has arrived. When a step brought something new, the minutes inside it are
 * searched for the first that says it: findings do not come and go with the minute, so halving finds it.
 */
export function replayArrivals(
  arrivals: readonly Arrival[],
  truth: Truth,
  clock: Clock,
  evaluate: Evaluate,
  watcher: Watcher,
  looks: 'on-the-way' | 'at-the-end' = 'on-the-way',
): number {
  const sorted = [...arrivals].sort((a, b) => a[clock] - b[clock]);
  const fromMs = Date.parse(truth.from);
  const lastMs = sorted.at(-1)?.[clock] ?? fromMs;
  const isLong = Date.parse(truth.to) - fromMs > LONG_MS;
  const horizonMs = isLong ? HORIZON_MS : Number.POSITIVE_INFINITY;
  let evaluations = 0;
  const look = (nowMs: number, isRegular: boolean, isLast = false): Snapshot => {
    evaluations += 1;
    const arrived = sorted.filter(
      (each) => each[clock] <= nowMs && each.promptMs > nowMs - (isLast ? Number.POSITIVE_INFINITY : horizonMs),
    );
    return { nowMs, isRegular, isLast, result: evaluate(nowMs, arrived) };
  };
  let before = { nowMs: fromMs, progress: 0 };
  const onTheWayMs = looks === 'on-the-way' ? lastMs : fromMs;
  for (let nowMs = fromMs + MINUTE_MS; nowMs <= onTheWayMs; nowMs += stepAt(truth, nowMs, isLong)) {
    const snapshot = look(nowMs, true);
    const progress = watcher.progress(snapshot.result, nowMs);
    if (progress > before.progress) searchBetween(before, { nowMs, progress }, (atMs) => look(atMs, false), watcher);
    watcher.learn(snapshot);
    before = { nowMs, progress: Math.max(progress, before.progress) };
  }
  watcher.learn(look(lastMs + AFTER_ALL_MS, true, true));
  return evaluations;
}

type Mark = { readonly nowMs: number; readonly progress: number };

/** Looks at the minutes between, until each rise has been pinned to its minute, and tells the watcher in order of time. */
function searchBetween(low: Mark, high: Mark, look: (nowMs: number) => Snapshot, watcher: Watcher): void {
  const halfMs = Math.floor((low.nowMs + high.nowMs) / 2 / MINUTE_MS) * MINUTE_MS;
  if (high.progress <= low.progress || halfMs <= low.nowMs || halfMs >= high.nowMs) return;
  const snapshot = look(halfMs);
  const middle = { nowMs: halfMs, progress: Math.max(low.progress, watcher.progress(snapshot.result, halfMs)) };
  searchBetween(low, middle, look, watcher);
  watcher.learn(snapshot);
  searchBetween(middle, high, look, watcher);
}

function stepAt(truth: Truth, nowMs: number, isLong: boolean): number {
  if (truth.incidents.some((incident) => isNear(incident, nowMs))) return STEP_MS;
  return isLong ? SPARSE_OF_LONG_MS : SPARSE_MS;
}

const BEFORE_ONSET_MS = 15 * MINUTE_MS;
const AFTER_FAILURE_MS = 20 * MINUTE_MS;

/** From a little before the onset until well after the first failure: what is said later is said late. */
function isNear({ onsetAt, endAt, firstFailureAt }: Truth['incidents'][number], nowMs: number): boolean {
  const lateMs = firstFailureAt === null ? Date.parse(endAt) : Date.parse(firstFailureAt) + AFTER_FAILURE_MS;
  return nowMs >= Date.parse(onsetAt) - BEFORE_ONSET_MS && nowMs <= lateMs;
}
