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
};
