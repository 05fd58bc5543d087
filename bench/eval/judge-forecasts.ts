import type { Finding } from '../../shared/core/finding/schema.ts';
import type { TrueIncident, Truth } from '../../shared/core/simulate/truth.ts';
import { isAbout } from './explain.ts';
import type { Snapshot } from './replay-arrivals.ts';

/** What was said, before it happened, of when the ports would run out. */
export type Forecasts = {
  said: number;
  covering: number;
  readonly absoluteErrorsMinutes: number[];
  readonly widthsMinutes: number[];
};

export const noForecasts = (): Forecasts => ({ said: 0, covering: 0, absoluteErrorsMinutes: [], widthsMinutes: [] });

const MINUTE_MS = 60_000;

/**
 * The truth of a forecast is the first connection that failed for want of a port. Counted are forecasts made between the
 * onset and that failure, at looks of even distance, so that none weighs more because something changed around it; not
 * those before a turn that nobody could foresee, because they are about a course of things that was left.
 */
export function noteForecast(
  forecasts: Forecasts,
  { etaAt }: Finding,
  { firstFailureAt, turnsAt }: TrueIncident,
  { nowMs, isRegular }: Snapshot,
): void {
  if (!etaAt || !isRegular || firstFailureAt === null) return;
  const failureMs = Date.parse(firstFailureAt);
  const isTurned = turnsAt.map((at) => Date.parse(at)).some((turnMs) => turnMs > nowMs && turnMs < failureMs);
  if (nowMs >= failureMs || isTurned) return;
  const [lowMs, highMs] = [Date.parse(etaAt.low), Date.parse(etaAt.high)];
  forecasts.said += 1;
  if (lowMs <= failureMs && failureMs <= highMs) forecasts.covering += 1;
  forecasts.absoluteErrorsMinutes.push(Math.abs((lowMs + highMs) / 2 - failureMs) / MINUTE_MS);
  forecasts.widthsMinutes.push((highMs - lowMs) / MINUTE_MS);
}

/** A time was said for something that never came: the rise ended by itself, or was none. */
export const isEmptyForecast = (finding: Finding, { incidents }: Truth): boolean =>
  !incidents.some((incident) => incident.firstFailureAt !== null && isAbout(finding, incident));
