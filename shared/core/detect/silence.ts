import type { Settings } from '../model/settings.ts';
import type { Minute } from '../model/time.ts';
import { median } from './statistics.ts';

export type FeedSource = 'flow-log' | 'metric' | 'socket-table';

/** What one source sends about one subject, by the minutes that it has sent. */
export type Feed = { readonly source: FeedSource; readonly minutes: ReadonlySet<Minute> };

/** A feed that used to come and did not, for longer than its delivery takes. */
export type Silence = {
  readonly source: FeedSource;
  /** The last minute that came before. */
  readonly lastMinute: Minute;
  /** The first minute in which the silence was too long. */
  readonly startMinute: Minute;
  /** The first minute that came again; null while none did. */
  readonly endMinute: Minute | null;
};

/** With fewer minutes before it nobody can say that a feed used to come. */
const FEWEST_MINUTES = 5;
const USUAL_GAPS = 3;

/**
 * Silences of one feed up to `nowMinute`, the last whole one: gaps between minutes that came of more than
 * max(`signalLostAfterMinutes`, 3 × the usual gap + `latenessMinutes`), the usual gap being the median. `isKnown`: the
 * feed was missed before, so a single minute of it is enough to tell that it is back. Only for observations that
 * still arrive: files simply end.
 */
export function findSilences(
  { source, minutes }: Feed,
  nowMinute: Minute,
  isKnown: boolean,
  { signalLostAfterMinutes, latenessMinutes }: Settings,
): Silence[] {
  const came = [...minutes].sort((a, b) => a - b);
  const gaps = came.slice(1).map((minute, i) => minute - (came[i] as Minute));
  const usual = gaps.length === 0 ? 1 : median(gaps);
  const longest = Math.max(signalLostAfterMinutes, USUAL_GAPS * usual + latenessMinutes);
  return came.flatMap((lastMinute, i) => {
    const next = came[i + 1] ?? null;
    if ((next ?? nowMinute) - lastMinute <= longest || (i + 1 < FEWEST_MINUTES && !isKnown)) return [];
    return [{ source, lastMinute, startMinute: lastMinute + longest, endMinute: next }];
  });
}
