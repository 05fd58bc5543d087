import type { Detector, Evaluation, Series } from '../detect/detector.ts';
import type { Minute } from '../model/time.ts';
import type { Incident, Signal } from './incident.ts';

/** Detectors that measure how many ports are in use, whatever their source: failures say nothing of a range half full. */
const GAUGES: ReadonlySet<string> = new Set([
  'nat-port-utilisation',
  'nat-active-connections',
  'nat-port-forecast',
  'host-port-utilisation',
  'host-shared-range-utilisation',
  'host-socket-utilisation',
  'host-port-forecast',
]);
/** A socket table that was looked at fewer times was no watch: nobody expects it to go on. */
const FEWEST_TABLES = 3;
const BY_TABLE = 'host-socket-utilisation';

/** Trouble that was open when the replay began, its beginning out of sight. */
export type OpenBefore = { readonly lastMinute: Minute; readonly detectors: readonly string[] };

/** Follows one series minute by minute: when trouble began, and when quiet ended it. */
export type Follower = {
  /** `answers[i]` is what `detectors[i]` says of the minute. Minutes come in order. */
  learn(minute: Minute, answers: readonly Evaluation[]): void;
  end(): { readonly incidents: readonly Incident[]; readonly settledMinute: Minute | null };
};

type Open = {
  readonly start: Minute | null;
  readonly signals: Map<Minute, readonly Signal[]>;
  readonly raisedBy: Set<string>;
  end: Minute;
  quiet: number;
};

/**
 * Quiet minutes end trouble: `quietNeeded` of them in a row. Missing data is not quiet, and neither clears nor counts;
 * and trouble that a gauge of ports raised is not over because something else is quiet while no gauge answers.
 */
export function followTrouble(
  detectors: readonly Detector<Series>[],
  quietNeeded: number,
  before: OpenBefore | null,
): Follower {
  let tables = 0;
  const incidents: Incident[] = [];
  let settledMinute: Minute | null = null;
  let open: Open | null = before === null ? null : openBefore(before);

  const isGauge = (id: string): boolean => GAUGES.has(id) && (id !== BY_TABLE || tables >= FEWEST_TABLES);
  const isGauged = ({ raisedBy }: Open, answers: readonly Evaluation[]): boolean =>
    ![...raisedBy].some(isGauge) ||
    answers.some(({ outcome }, i) => outcome === 'quiet' && GAUGES.has(detectors[i]?.id ?? ''));

  return {
    learn(minute, answers) {
      const byTable = answers[detectors.findIndex(({ id }) => id === BY_TABLE)];
      if (byTable !== undefined && byTable.outcome !== 'insufficient-data') tables += 1;
      const signals = answers.flatMap((evaluation, i) =>
        evaluation.outcome === 'signal' ? [{ detector: detectors[i] as Detector<Series>, evaluation }] : [],
      );
      if (signals.length > 0) {
        if (open === null || open.start === null) open = openAt(minute);
        open.end = minute;
        open.quiet = 0;
        open.signals.set(minute, signals);
        for (const { detector } of signals) open.raisedBy.add(detector.id);
      } else if (open !== null && minute > open.end) {
        open.quiet = nextQuiet(open.quiet, answers, isGauged(open, answers));
        if (open.quiet < quietNeeded) return;
        if (open.start === null) settledMinute = minute;
        else incidents.push(incidentOf(open, open.start, minute));
        open = null;
      }
    },
    end: () => ({
      incidents: open === null || open.start === null ? incidents : [...incidents, incidentOf(open, open.start, null)],
      settledMinute,
    }),
  };
}

const openAt = (minute: Minute): Open => ({
  start: minute,
  end: minute,
  quiet: 0,
  signals: new Map(),
  raisedBy: new Set(),
});

const openBefore = ({ lastMinute, detectors }: OpenBefore): Open => ({
  ...openAt(lastMinute),
  start: null,
  raisedBy: new Set(detectors),
});

const incidentOf = ({ end, signals }: Open, startMinute: Minute, resolvedMinute: Minute | null): Incident => ({
  startMinute,
  endMinute: end,
  resolvedMinute,
  signals,
});

function nextQuiet(quiet: number, answers: readonly Evaluation[], isGauged: boolean): number {
  if (answers.some((answer) => answer.outcome === 'quiet' && answer.keepsOpen)) return 0;
  return isGauged && answers.some((answer) => answer.outcome === 'quiet') ? quiet + 1 : quiet;
}
