import type { Minute } from '../model/time.ts';
import { median } from './statistics.ts';

const WINDOW_MINUTES = 10;
const FEWEST_CONNECTIONS = 5;

/** One minute's connections that opened and closed in it, and how many of them lack every record of one side. */
export type LossSample = { readonly minute: Minute; readonly youngClosed: number | null; readonly youngLost: number };

/** The share (0–1) of flow records that is missing around a minute; 0 where nothing tells. */
export type LossAt = (minute: Minute) => number;

/**
 * How many flow records are lost, without SKIPDATA to say so: a client that opened and closed a connection was
 * answered, for an open that nobody answers is never closed. Where the records of the answer are missing they were lost
 * (dropped on delivery, filtered by whoever exported them), and each record is as likely to be. The share is the median
 * over the minute and the nine before it, so that a minute whose other half is still on its way says nothing.
 */
export function estimateLoss(samples: Iterable<LossSample>): LossAt {
  const sums = new Map<Minute, { closed: number; lost: number }>();
  for (const { minute, youngClosed, youngLost } of samples) {
    if (youngClosed === null) continue;
    const { closed, lost } = sums.get(minute) ?? { closed: 0, lost: 0 };
    sums.set(minute, { closed: closed + youngClosed, lost: lost + youngLost });
  }
  const shareAt = (minute: Minute): number => {
    const shares: number[] = [];
    for (let m = minute - WINDOW_MINUTES + 1; m <= minute; m += 1) {
      const { closed, lost } = sums.get(m) ?? { closed: 0, lost: 0 };
      if (closed >= FEWEST_CONNECTIONS) shares.push(lost / closed);
    }
    const share = median(shares);
    return share < LEAST_SHARE ? 0 : Math.min(share, MOST_SHARE);
  };
  // Every destination of a gateway asks about the same minutes.
  const known = new Map<Minute, number>();
  return (minute) => {
    const share = known.get(minute) ?? shareAt(minute);
    known.set(minute, share);
    return share;
  };
}

/** A smaller share is no more than chance. */
const LEAST_SHARE = 0.02;
/** Of records of which more than this is gone, nothing can be carried on. */
const MOST_SHARE = 0.5;

export const losesRecords = (lossAt: LossAt, minute: Minute): boolean => lossAt(minute) > 0;
