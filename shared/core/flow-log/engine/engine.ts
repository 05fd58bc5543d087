import type { RunSink } from './run-writer.ts';
import type { Place } from './dictionary.ts';
import type { PairBounds } from './pair-bounds.ts';
import type { FlowTally } from '../tally.ts';

/** What one input came to: its counts, and the used fields of its formats. */
export type EngineInput = {
  readonly tally: FlowTally;
  readonly fields: readonly string[];
  /** What is wrong with the compressed input as a whole; its readable part was read. */
  readonly damage: string | null;
};

/**
 * Turns flow log text into closed rows. Inputs are read one after the other; rows of all of them are added up together
 * and leave through the sink in runs (run-format.ts), as minutes close: when memory is short, and at the end. One row
 * may leave in several pieces, which whoever takes the runs adds up.
 */
export type FlowEngine = {
  beginInput(options: { readonly file: string; readonly format?: readonly string[] | undefined }): void;
  /** Text of the input, in chunks of any size. */
  push(chunk: Uint8Array): void;
  /**
   * Gzip of the input, in chunks of any size, instead of text. Only engines that inflate have it; for others the caller
   * inflates. Returns how many bytes of text it has come to so far.
   */
  pushGzip?(chunk: Uint8Array): number;
  endInput(): EngineInput;
  /** Closes every minute and hands over the last runs. The engine can go on with further inputs. */
  close(): void;
  /** Nothing more is asked of it: what it held may serve another use in the same thread. */
  retire?(): void;
  /** What the place numbers in runs mean, in the order of the numbers. */
  readonly places: readonly Place[];
  /** What the rows that left so far can come to, which is only lent. */
  pairBounds(): PairBounds;
};

export type InflatingEngine = FlowEngine & Required<Pick<FlowEngine, 'pushGzip'>>;

export type EngineOptions = {
  readonly sink: RunSink;
  /** Tuples of 32 bytes that open minutes may hold before the oldest are closed. */
  readonly tupleLimit?: number;
};

/** 32 MiB: enough for ten minutes of a busy account's records, so that a row rarely leaves in pieces. */
export const DEFAULT_TUPLE_LIMIT = 1 << 20;
