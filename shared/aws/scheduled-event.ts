import type { Clock } from '../ports.ts';
import { textAt } from './guards.ts';

const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d)$/;

/**
 * `{ "scheduledTime": "2026-01-01T10:00:00Z" }`, as the schedules send it: the instant of the run is an argument, so a
 * retry is the same run, and a person can have any past window looked at again. Null when the event names none.
 */
export function readScheduledTime(event: unknown): number | null {
  const text = textAt(event, 'scheduledTime');
  if (text === null || !INSTANT.test(text)) return null;
  const instantMs = Date.parse(text);
  return Number.isNaN(instantMs) ? null : instantMs;
}

/** A clock that starts at the instant the event names and goes on from there; the real one when it names none. */
export function clockFrom(event: unknown, real: Clock): Clock {
  const scheduledMs = readScheduledTime(event);
  if (scheduledMs === null) return real;
  const startedMs = real.nowMs();
  return { nowMs: () => scheduledMs + (real.nowMs() - startedMs) };
}
