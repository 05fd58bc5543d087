/** Which log groups Freeport keeps subscribed; written by the stack, read by the function. */
export type LogGroupChoice = {
  /** Groups whose name begins with one of these. */
  readonly prefixes: readonly string[];
  /** Groups that carry this tag, whatever their name. */
  readonly tag: { readonly key: string; readonly value: string } | null;
  /** Names, or beginnings of names, that are left out all the same. */
  readonly exclude: readonly string[];
  /** Of the chosen ones, those whose connect timeouts pass the filter too: many lines, weak evidence. */
  readonly withTimeouts: readonly string[];
};

/** CloudWatch Logs allows two subscription filters per log group. */
export const FILTERS_PER_GROUP = 2;
