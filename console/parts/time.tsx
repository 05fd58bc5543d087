import { localTimeText, relativeText, utcText } from '../logic/times.ts';
import { nowMs } from '../state/page.ts';

/** A time in the viewer's zone; UTC shows on hover and on focus of what holds it. */
export const Time = ({ at }: { at: string }) => (
  <time dateTime={at} title={utcText(at)}>
    {localTimeText(at, nowMs.value)}
  </time>
);

export const Ago = ({ at }: { at: string }) => (
  <time dateTime={at} title={utcText(at)}>
    {relativeText(at, nowMs.value)}
  </time>
);
