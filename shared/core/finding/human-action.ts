/** What people did to a finding: an input of the evaluation, like observations. */
export type HumanAction = {
  readonly findingId: string;
  readonly action: 'acknowledge' | 'suppress' | 'resolve';
  readonly atMs: number;
  readonly by: string;
  readonly reason: string;
  /** For `suppress`: until when. */
  readonly untilMs: number | null;
};

/** An episode number once given, so that a finding keeps its id when the horizon moves on. */
export type EpisodeRecord = {
  readonly findingId: string;
  readonly family: string;
  readonly subject: string;
  readonly episode: number;
  readonly firstSeenMs: number;
  readonly lastSeenMs: number;
  /** When it ended; null while it goes on, or while no evidence says that it ended. */
  readonly resolvedMs: number | null;
  /** When it last came back after an end; null when it never ended before. */
  readonly reopenedMs: number | null;
  /** The detectors that spoke for it. */
  readonly detectors: readonly string[];
};
