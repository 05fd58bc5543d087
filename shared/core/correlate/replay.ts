import type { Evaluation, EvaluationContext, Series } from '../detect/detector.ts';
import { detectorsFor } from '../detect/detectors.ts';
import type { Minute } from '../model/time.ts';
import { followTrouble, type OpenBefore } from './follow-trouble.ts';
import type { Incident } from './incident.ts';

/** How often a detector gave each answer over the replay; `reason` is that of its strongest answer. */
export type Tally = { readonly detector: string; signal: number; quiet: number; insufficient: number; reason: string };

export type Replay = {
  readonly series: Series;
  readonly incidents: readonly Incident[];
  /** Where trouble was open before the replay began: the minute whose quiet ended it; null while nothing says so. */
  readonly settledMinute: Minute | null;
  readonly tallies: readonly Tally[];
};

/** Asks every detector about every minute that has data, and the quiet minutes after it, in order. */
export function replay(
  series: Series,
  lastMinute: Minute,
  context: EvaluationContext,
  before: OpenBefore | null = null,
): Replay {
  const detectors = detectorsFor(series);
  const tallies = detectors.map(({ id }): Tally => ({
    detector: id,
    signal: 0,
    quiet: 0,
    insufficient: 0,
    reason: '',
  }));
  const quietNeeded = context.settings.resolveAfterQuietMinutes;
  const follower = followTrouble(detectors, quietNeeded, before);
  for (const minute of minutesToAsk(series, quietNeeded, lastMinute)) {
    const answers = detectors.map((detector) => detector.evaluate(series, minute, context));
    for (const [i, answer] of answers.entries()) count(tallies[i] as Tally, answer);
    follower.learn(minute, answers);
  }
  return { series, ...follower.end(), tallies };
}

/** Minutes with data, and after each as many as resolving takes; gaps longer than that are not walked through. */
function minutesToAsk(series: Series, quietNeeded: number, lastMinute: Minute): Minute[] {
  const asked = new Set<Minute>();
  for (const minute of minutesWithData(series)) {
    for (let m = minute; m <= Math.min(lastMinute, minute + quietNeeded); m += 1) asked.add(m);
  }
  return [...asked].sort((a, b) => a - b);
}

function* minutesWithData(series: Series): Generator<Minute> {
  switch (series.kind) {
    case 'nat':
      yield* series.metrics.keys();
      yield* series.flowMinutes;
      return;
    case 'host':
      yield* series.logs.keys();
      yield* series.flowMinutes;
      yield* series.sharedUses.keys();
      for (const destination of series.destinations) {
        yield* destination.uses.keys();
        yield* destination.sockets.keys();
      }
      return;
    case 'load-balancer':
      yield* series.errors.keys();
  }
}

function count(tally: Tally, answer: Evaluation): void {
  switch (answer.outcome) {
    case 'signal':
      if (tally.signal === 0) tally.reason = answer.statement;
      tally.signal += 1;
      return;
    case 'quiet':
      if (tally.signal + tally.quiet === 0) tally.reason = '';
      tally.quiet += 1;
      return;
    case 'insufficient-data':
      if (tally.signal + tally.quiet === 0) tally.reason = answer.reason;
      tally.insufficient += 1;
  }
}
