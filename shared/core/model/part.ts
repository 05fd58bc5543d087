import type { PackedRows } from '../flow-rows/packed-rows.ts';
import type { Observation, ScopeId } from './observation.ts';

export const PART_VERSION = 1;

export type SourceKind = 'flow-log' | 'app-log' | 'metric' | 'socket-table';

/**
 * What one input says about one scope: immutable, and identified by its input, so that a redelivery overwrites
 * itself and nothing is counted twice. Sums in observations are over distinct part ids.
 */
export type Part = {
  readonly version: typeof PART_VERSION;
  readonly id: string;
  readonly source: SourceKind;
  readonly scope: ScopeId;
  /** Where it came from, for people: a path, or `s3://bucket/key`. */
  readonly input: string;
  /** Flow logs: the fields of the format that Freeport reads, ascending. Of two logs of one interface and minute the larger counts. */
  readonly fields: readonly string[];
  readonly observations: readonly Observation[];
  readonly rows?: undefined;
};

/** A part whose flow rows are held packed, besides its observations: on one machine there may be millions of them. */
export type PackedPart = Omit<Part, 'rows'> & { readonly rows: PackedRows };

/** A part as analysis takes it. */
export type AnyPart = Part | PackedPart;
