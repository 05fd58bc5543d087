import type { Summary } from '../core/finding/summary-schema.ts';

/** The last analysis's summary: one document, replaced by each run. */
export type SummaryStore = {
  /** Null before the first analysis. */
  get(): Promise<Summary | null>;
  put(summary: Summary): Promise<void>;
};
