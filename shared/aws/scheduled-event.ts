import * as z from 'zod/mini';
import type { Clock } from '../ports.ts';

const scheduledEvent = z.object({ scheduledTime: z.iso.datetime({ offset: true }) });

/**
 * `{ "scheduledTime": "2026-01-01T10:00:00Z" }`, as the schedules send it: the instant of the run is an argument, so a
 * retry is the same run, and a person can have any past window looked at again. Null when the event names none.
 */
export function readScheduledTime(event: unknown): number | null {
  const parsed = scheduledEvent.safeParse(event);
  return parsed.success ? Date.parse(parsed.data.scheduledTime) : null;
}

/** A clock that starts at the instant the event names and goes on from there; the real one when it names none. */
export function clockFrom(event: unknown, real: Clock): Clock {
  const scheduledMs = readScheduledTime(event);
  if (scheduledMs === null) return real;
  const startedMs = real.nowMs();
  return { nowMs: () => scheduledMs + (real.nowMs() - startedMs) };
}
