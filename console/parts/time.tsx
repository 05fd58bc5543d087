import { localTimeText, relativeText, utcText } from '../logic/times.ts';
import { nowMs } from '../state/page.ts';

/** A time in the viewer's zone, UTC on hover; without its day when that is today, or the day of `besideMs`. */
export const Time = ({ at, besideMs }: { at: string; besideMs?: number }) => (
  <time dateTime={at} title={utcText(at)}>
    {localTimeText(at, besideMs ?? nowMs.value)}
  </time>
);

export const Ago = ({ at }: { at: string }) => (
  <time dateTime={at} title={utcText(at)}>
    {relativeText(at, nowMs.value)}
  </time>
);
