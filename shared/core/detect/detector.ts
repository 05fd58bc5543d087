import type { Settings } from '../model/settings.ts';
import type { Minute } from '../model/time.ts';
import type { HostSeries } from './host-series.ts';
import type { LoadBalancerSeries } from './load-balancer-series.ts';
import type { NatSeries } from './nat-series.ts';

/** What a detector can be asked about. */
export type Series = NatSeries | HostSeries | LoadBalancerSeries;

/** `failing`: connections fail for want of a port. `critical` and `warning`: they soon may. */
export type Level = 'warning' | 'critical' | 'failing';

/** One detector's answer for one subject and minute. */
export type Evaluation =
  | {
      readonly outcome: 'signal';
      readonly level: Level;
      /** The destination it is about; null when the source cannot name one. */
      readonly destinationKey: string | null;
      readonly statement: string;
    }
  /** `keepsOpen`: not enough to raise a finding, too much to clear one (hysteresis). */
  | { readonly outcome: 'quiet'; readonly keepsOpen: boolean }
  | { readonly outcome: 'insufficient-data'; readonly reason: string };

export type EvaluationContext = {
  readonly settings: Settings;
  /** True once no record of the minute can still be on its way. */
  readonly isFinal: (minute: Minute) => boolean;
};

/**
 * One detector is one file, one test on both sides, one line in `detectors.ts` and one section in the runbook; its
 * id is its file name. Pure: the answer for minute m depends on observations of m and of the minutes around it.
 */
export type Detector<S extends Series> = {
  readonly id: string;
  readonly source: 'app-log' | 'flow-log' | 'metric' | 'socket-table' | 'inventory';
  /** Log-odds this detector's signal adds to the finding's confidence. */
  readonly weight: number;
  evaluate(series: S, minute: Minute, context: EvaluationContext): Evaluation;
};

export const QUIET: Evaluation = { outcome: 'quiet', keepsOpen: false };
export const KEEPS_OPEN: Evaluation = { outcome: 'quiet', keepsOpen: true };
export const insufficient = (reason: string): Evaluation => ({ outcome: 'insufficient-data', reason });

/** Where records were lost, what is left can prove trouble and never that there is none. */
export const unlessLost = (isLost: boolean, evaluation: Evaluation): Evaluation =>
  isLost && evaluation.outcome === 'quiet' ? insufficient('flow records were lost (SKIPDATA)') : evaluation;
