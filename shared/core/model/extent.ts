import type { AnyPart } from './part.ts';
import type { Minute } from './time.ts';

/** First and last minute, both included. */
export type Extent = { readonly from: Minute; readonly to: Minute };

/** Null without observations. */
export function extentOf(...lists: readonly Iterable<{ readonly minute: Minute }>[]): Extent | null {
  let from = Infinity;
  let to = -Infinity;
  for (const list of lists) {
    for (const { minute } of list) {
      if (minute < from) from = minute;
      if (minute > to) to = minute;
    }
  }
  return from <= to ? { from, to } : null;
}

export const extentOfParts = (parts: readonly AnyPart[]): Extent | null =>
  extentOf(...parts.flatMap(({ observations, rows = [] }) => [observations, rows]));
