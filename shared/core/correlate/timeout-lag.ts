import type { Minute } from '../model/time.ts';

/** A client gives up seconds to minutes after its SYN was dropped: timeouts up to this much later belong to the drop. */
export const TIMEOUT_LAG_MINUTES = 3;

/** Whether timeouts of a minute can be of drops, for `isTroubled` says when there were some. */
export function followsTrouble(minute: Minute, isTroubled: (minute: Minute) => boolean): boolean {
  for (let m = minute - TIMEOUT_LAG_MINUTES; m <= minute; m += 1) if (isTroubled(m)) return true;
  return false;
}
