/** Time as Freeport counts it: UTC only, minutes since the Unix epoch for rows, milliseconds for instants. */

export const MINUTE_MS = 60_000;

/** Whole minutes since the Unix epoch. Minute m covers the half-open window [m × 60 s, (m + 1) × 60 s). */
export type Minute = number;

/** Half-open: `startMs` belongs to the window, `endMs` does not. */
export type TimeWindow = { readonly startMs: number; readonly endMs: number };

export const minuteOf = (instantMs: number): Minute => Math.floor(instantMs / MINUTE_MS);
export const minuteStartMs = (minute: Minute): number => minute * MINUTE_MS;
export const minuteEndMs = (minute: Minute): number => (minute + 1) * MINUTE_MS;

/** ISO 8601 in UTC, without a fraction when it is zero: `2026-01-01T10:04:00Z`. */
export const isoOf = (instantMs: number): string => new Date(instantMs).toISOString().replace('.000Z', 'Z');
