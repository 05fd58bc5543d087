import type { Detector, Evaluation, Level, Series } from '../detect/detector.ts';
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

const RANK: Readonly<Record<Level, number>> = { warning: 1, critical: 2, failing: 3 };

export const worstOf = (signals: readonly Signal[]): Level =>
  signals.reduce<Level>(
    (worst, { evaluation }) => (RANK[evaluation.level] > RANK[worst] ? evaluation.level : worst),
    'warning',
  );
