import type { Address } from '../model/address.ts';
import type { NamedDestination } from '../model/destination.ts';
import type { LogVerdict } from '../model/observation.ts';

/** What went wrong, whichever program says it; each has its wordings in `wordings.ts`. */
export type Failure =
  | 'unavailable'
  | 'in-use'
  | 'one-usage'
  | 'no-buffers'
  | 'again'
  | 'no-ports'
  | 'conntrack'
  | 'timeout'
  | 'refused'
  | 'resolution'
  | 'descriptors'
  | 'pool';

/**
 * How closely a pattern ties the failure to a system call. Of all signatures that match, the highest rank wins, and
 * the earlier in the catalogue among equals.
 */
export const RANK = {
  /** The program says outright that ports, or connection tracking entries, ran out. */
  outright: 5,
  /** The system call stands beside the failure: `connect EADDRNOTAVAIL`, `bind() to … failed (99: …)`. */
  call: 4,
  /** The program's own sentence around the failure. */
  sentence: 3,
  /** Words elsewhere in the event, such as the frames of a trace. */
  context: 2,
  /** The failure alone. */
  bare: 1,
} as const;

export type Rank = (typeof RANK)[keyof typeof RANK];

/** At or above it a verdict counts as certain. One EADDRNOTAVAIL never is: the same words come from plain mistakes. */
export const CERTAIN = 0.8;

/** What an errno on a connect earns alone: likely, and settled by a burst over several destinations or processes. */
export const LIKELY = 0.75;

/** One way of saying one failure. Data only; patterns must match in linear time. */
export type Signature = {
  readonly id: string;
  readonly failure: Failure;
  readonly rank: Rank;
  readonly verdict: LogVerdict;
  readonly certainty: number;
  /**
   * Matched without regard to case. `<unavailable>` and its like stand for the failure's wordings, `<unavailable!>` for
   * those that can mean nothing else; what stands before and after must match up to there, within `BESIDE_LIMIT`.
   */
  readonly pattern: string;
  /** Each must match somewhere in the event: the frames of a trace. */
  readonly also?: readonly string[];
  /** Where it matches, the signature does not apply. */
  readonly unless?: string;
  /** Overrides the family's runtime; null when the words belong to no program. */
  readonly runtime?: string | null;
  /** Lower-case texts, one of which is in every event it matches; only where the failure has no common wordings. */
  readonly needles?: readonly string[];
  /** Who says it: a source file, a documentation page, a recording. */
  readonly source: string;
  /** Texts it must recognise, written for this project. */
  readonly examples: readonly string[];
};

/** The programs that share a way of reporting. */
export type Family = {
  readonly runtime: string | null;
  /** Gives the runtime away when only a general signature matches. */
  readonly marks: string | null;
  readonly signatures: readonly Signature[];
  /** Texts of the same programs that must not be taken for exhaustion, written for this project. */
  readonly lookAlikes: readonly string[];
};

/** What one log event says. `signature` is null and `certainty` 0 when the catalogue has nothing to say of it. */
export type Classification = {
  readonly verdict: LogVerdict;
  /** 0–1: how far the text alone supports the verdict. */
  readonly certainty: number;
  readonly signature: string | null;
  readonly runtime: string | null;
  readonly destination: NamedDestination | null;
  readonly localAddress: Address | null;
};
