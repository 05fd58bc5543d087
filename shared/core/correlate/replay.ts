import type { Detector, Evaluation, EvaluationContext, Level, Series } from '../detect/detector.ts';
import { detectorsFor } from '../detect/detectors.ts';
import type { Minute } from '../model/time.ts';

export type Signal = {
  readonly detector: Detector<Series>;
  readonly evaluation: Extract<Evaluation, { outcome: 'signal' }>;
};

/** A run of trouble at one subject: from its first signal until it stayed quiet long enough. */
export type Incident = {
  readonly startMinute: Minute;
  /** The last minute with a signal. */
  readonly endMinute: Minute;
  /** The minute whose quiet resolved it; null while it goes on, or while no data says that it ended. */
  readonly resolvedMinute: Minute | null;
  /** The signals of every minute that has any, ascending. */
  readonly signals: ReadonlyMap<Minute, readonly Signal[]>;
};

/** How often a detector gave each answer over the replay; `reason` is that of its strongest answer. */
export type Tally = { readonly detector: string; signal: number; quiet: number; insufficient: number; reason: string };

export type Replay = {
  readonly series: Series;
  readonly incidents: readonly Incident[];
  readonly tallies: readonly Tally[];
};

const RANK: Readonly<Record<Level, number>> = { warning: 1, critical: 2, failing: 3 };

export const worstOf = (signals: readonly Signal[]): Level =>
  signals.reduce<Level>(
    (worst, { evaluation }) => (RANK[evaluation.level] > RANK[worst] ? evaluation.level : worst),
    'warning',
  );

/** Asks every detector about every minute that has data, and the quiet minutes after it, in order. */
export function replay(series: Series, lastMinute: Minute, context: EvaluationContext): Replay {
  const detectors = detectorsFor(series);
  const tallies = detectors.map(({ id }): Tally => ({
    detector: id,
    signal: 0,
    quiet: 0,
    insufficient: 0,
    reason: '',
  }));
  const quietNeeded = context.settings.resolveAfterQuietMinutes;
  const incidents: Incident[] = [];
  let open: { start: Minute; end: Minute; quiet: number; signals: Map<Minute, readonly Signal[]> } | null = null;
  for (const minute of minutesToAsk(series, quietNeeded, lastMinute)) {
    const answers = detectors.map((detector) => detector.evaluate(series, minute, context));
    for (const [i, answer] of answers.entries()) count(tallies[i] as Tally, answer);
    const signals = answers.flatMap((evaluation, i) =>
      evaluation.outcome === 'signal' ? [{ detector: detectors[i] as Detector<Series>, evaluation }] : [],
    );
    if (signals.length > 0) {
      open ??= { start: minute, end: minute, quiet: 0, signals: new Map() };
      open.end = minute;
      open.quiet = 0;
      open.signals.set(minute, signals);
    } else if (open !== null) {
      open.quiet = nextQuiet(open.quiet, answers);
      if (open.quiet >= quietNeeded) {
        incidents.push({ startMinute: open.start, endMinute: open.end, resolvedMinute: minute, signals: open.signals });
        open = null;
      }
    }
  }
  if (open !== null)
    incidents.push({ startMinute: open.start, endMinute: open.end, resolvedMinute: null, signals: open.signals });
  return { series, incidents, tallies };
}

/** Quiet minutes in a row. Missing data is not quiet: it neither clears nor counts. */
function nextQuiet(quiet: number, answers: readonly Evaluation[]): number {
  if (answers.some((answer) => answer.outcome === 'quiet' && answer.keepsOpen)) return 0;
  return answers.some((answer) => answer.outcome === 'quiet') ? quiet + 1 : quiet;
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

/** Incidents less than `gapHours` apart are one episode: the same finding, re-opened. */
export function groupEpisodes(incidents: readonly Incident[], gapHours: number): Incident[][] {
  const episodes: Incident[][] = [];
  for (const incident of incidents) {
    const current = episodes.at(-1);
    const last = current?.at(-1);
    if (
      current !== undefined &&
      last !== undefined &&
      incident.startMinute - (last.resolvedMinute ?? last.endMinute) < gapHours * 60
    ) {
      current.push(incident);
    } else episodes.push([incident]);
  }
  return episodes;
}
