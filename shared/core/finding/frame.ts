import { type Incident, type Signal, worstOf } from '../correlate/incident.ts';
import type { Level } from '../detect/detector.ts';
import type { PortBudget } from '../detect/port-budget.ts';
import { isoOf, type Minute, minuteEndMs } from '../model/time.ts';
import type { Evidence, Finding, Severity } from './schema.ts';

/** The part of a finding that follows from its incidents alone, whatever its layer. */
export type Frame = Pick<
  Finding,
  'firstSeenAt' | 'lastSeenAt' | 'resolvedAt' | 'status' | 'severity' | 'suppressedUntil'
> & {
  readonly worst: Level;
  readonly startMinute: Minute;
  readonly endMinute: Minute;
  readonly firstFailingMinute: Minute | null;
  /** From the first signal to the last of each incident: the calm between two belongs to neither. */
  readonly troubled: ReadonlySet<Minute>;
  /** The worst minute's index of evidence: each detector's first signal. */
  readonly evidence: Evidence[];
  readonly detectors: ReadonlySet<string>;
};

const SEVERITY: Readonly<Record<Level, Severity>> = { warning: 'medium', critical: 'high', failing: 'critical' };

export function frameOf(episode: readonly Incident[]): Frame {
  const first = episode[0] as Incident;
  const last = episode.at(-1) as Incident;
  const signals = episode.flatMap((incident) => [...incident.signals]);
  const worst = worstOf(signals.flatMap(([, at]) => at));
  const failing = signals.find(([, at]) => at.some(({ evaluation }) => evaluation.level === 'failing'));
  return {
    worst,
    startMinute: first.startMinute,
    endMinute: last.endMinute,
    firstFailingMinute: failing?.[0] ?? null,
    troubled: new Set(episode.flatMap(minutesOf)),
    firstSeenAt: isoOf(minuteEndMs(first.startMinute)),
    lastSeenAt: isoOf(minuteEndMs(last.endMinute)),
    resolvedAt: last.resolvedMinute === null ? null : isoOf(minuteEndMs(last.resolvedMinute)),
    status: last.resolvedMinute === null ? 'open' : 'resolved',
    suppressedUntil: null,
    severity: SEVERITY[worst],
    evidence: firstSignals(signals),
    detectors: new Set(signals.flatMap(([, at]) => at.map(({ detector }) => detector.id))),
  };
}

const minutesOf = ({ startMinute, endMinute }: Incident): Minute[] =>
  Array.from({ length: endMinute - startMinute + 1 }, (_, i) => startMinute + i);

function firstSignals(signals: readonly (readonly [Minute, readonly Signal[]])[]): Evidence[] {
  const strongest = new Map<string, { minute: Minute; signal: Signal }>();
  for (const [minute, at] of signals) {
    for (const signal of at) {
      const seen = strongest.get(signal.detector.id);
      if (seen === undefined || (seen.signal.evaluation.level !== 'failing' && signal.evaluation.level === 'failing')) {
        strongest.set(signal.detector.id, { minute, signal });
      }
    }
  }
  return [...strongest.values()].map(({ minute, signal: { detector, evaluation } }) => ({
    source: detector.source,
    detector: detector.id,
    statement: evaluation.statement,
    at: isoOf(minuteEndMs(minute)),
  }));
}

/** Log-odds of independent evidence added up; −2 is the doubt that a lone warning starts with. */
export function confidenceOf(weights: readonly number[]): number {
  const logOdds = weights.reduce((sum, weight) => sum + weight, -2);
  return Math.min(0.99, Math.round(100 / (1 + Math.exp(-logOdds))) / 100);
}

export const weightsOf = (episode: readonly Incident[]): number[] => {
  const weights = new Map<string, number>();
  for (const incident of episode) {
    for (const at of incident.signals.values())
      for (const { detector } of at) weights.set(detector.id, detector.weight);
  }
  return [...weights.values()];
};

/** Minutes of the episode and some around it, at most `TIMELINE_MINUTES`: the picture people look at. */
export function* timelineMinutes({ startMinute, endMinute }: Frame, lastMinute: Minute): Generator<Minute> {
  const from = startMinute - 10;
  const to = Math.min(lastMinute, endMinute + 10, from + TIMELINE_MINUTES - 1);
  for (let minute = from; minute <= to; minute += 1) yield minute;
}

const TIMELINE_MINUTES = 240;

/** The most ports that were in use: at least, at most, and as they are estimated. */
export type Peak = { readonly low: number; readonly high: number; readonly estimate: number };

/** What a finding says of its ports: how many there are, how that is known, and how full they were. */
export const peakWithin = (peak: Peak | null, { capacityPorts, assumed, basis }: PortBudget) => ({
  peakUtilisation: peak === null ? null : utilisationOf(peak, capacityPorts),
  capacityPorts,
  capacityAssumed: assumed,
  capacityBasis: basis,
});

/** Ports as a part of the capacity. More than there are cannot be in use, only touched: the upper end stays at 1. */
export function utilisationOf(
  { low, high }: { readonly low: number; readonly high: number },
  capacityPorts: number,
): { low: number; high: number } {
  const least = round(low / capacityPorts);
  return { low: least, high: Math.max(least, Math.min(1, round(high / capacityPorts))) };
}

/** Ratios to a tenth of a percent: more digits than the evidence has would be noise in every comparison. */
export const round = (value: number): number => Math.round(value * 1000) / 1000;
