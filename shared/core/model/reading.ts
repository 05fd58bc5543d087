import type { PackedRows } from '../flow-rows/packed-rows.ts';
import type { InventoryFragment } from './inventory.ts';
import type { Observation, ScopeId } from './observation.ts';
import type { SourceKind } from './part.ts';

/** Bad records are counted and shown, never thrown: the rest of their batch goes on. */
export type RejectedRecord = { readonly file: string; readonly line: number; readonly reason: string };

export const REJECTED_EXAMPLES_LIMIT = 10;

/** `read` records became observations or were recognised as carrying none; `skipped` carry no data by their own account. */
export type ReadingCounts = {
  readonly read: number;
  readonly rejected: number;
  readonly skipped: number;
  readonly rejectedExamples: readonly RejectedRecord[];
};

/** `rows` only of a reader that was given a store for them: flow rows besides the observations. */
export type ScopeReading = {
  readonly scope: ScopeId;
  readonly observations: readonly Observation[];
  readonly rows?: PackedRows;
};

/** What a reader makes of one input, before it is a part: one entry in `scopes` per scope it speaks about. */
export type Reading = {
  readonly source: SourceKind | 'inventory';
  readonly counts: ReadingCounts;
  readonly fields: readonly string[];
  readonly scopes: readonly ScopeReading[];
  readonly inventory: InventoryFragment | null;
  /** Things the user should know of the input as a whole: `truncated gzip: read 1,204 records before the end`. */
  readonly warnings: readonly string[];
};

/** A reader takes an input's decompressed bytes in chunks of any size and says at the end what it holds. */
export type InputReader = { push(chunk: Uint8Array): void; finish(): Reading };
