import type { Observation } from '../model/observation.ts';
import type { Part } from '../model/part.ts';
import { type Minute, MINUTE_MS, minuteEndMs, minuteOf } from '../model/time.ts';

/** Minutes from the end of a minute until a deployment usually knows it: half of the flow logs in S3 take longer. */
export const USUAL_DELAY_MINUTES = { 'flow-log': 11, metric: 2, 'app-log': 0, 'socket-table': 0 } as const;

/** What a deployment would have known at an instant, of the minutes that it replays. */
export type KnownBy = (nowMs: number) => readonly Part[];

const SLICE_MINUTES = 60;

/** Cuts the parts into hours once, so that each look at the past costs as much as it shows. */
export function indexByArrival(parts: readonly Part[], horizonMinutes: number): KnownBy {
  const slices = new Map<number, Part[]>();
  for (const part of parts) {
    const hours = Map.groupBy(part.observations, ({ minute }) => Math.floor(minute / SLICE_MINUTES));
    for (const [hour, observations] of hours) {
      const slice = slices.get(hour) ?? [];
      slice.push({ ...part, id: `${part.id}@${hour}`, observations });
      slices.set(hour, slice);
    }
  }
  return (nowMs) => {
    const from = minuteOf(nowMs) - horizonMinutes;
    const known: Part[] = [];
    for (let hour = Math.floor(from / SLICE_MINUTES); hour <= Math.floor(minuteOf(nowMs) / SLICE_MINUTES); hour += 1) {
      for (const part of slices.get(hour) ?? []) {
        const observations = part.observations.filter((row) => row.minute >= from && arrivalMs(row) <= nowMs);
        if (observations.length > 0) known.push({ ...part, observations });
      }
    }
    return known;
  };
}

function arrivalMs(row: Observation): number {
  switch (row.kind) {
    case 'flow':
    case 'flow-coverage':
      return endMs(row.minute, USUAL_DELAY_MINUTES['flow-log']);
    case 'metric':
      return endMs(row.minute + row.periodMinutes - 1, USUAL_DELAY_MINUTES.metric);
    case 'connect-error':
      return endMs(row.minute, USUAL_DELAY_MINUTES['app-log']);
    case 'socket':
      return endMs(row.minute, USUAL_DELAY_MINUTES['socket-table']);
  }
}

const endMs = (minute: Minute, delayMinutes: number): number => minuteEndMs(minute) + delayMinutes * MINUTE_MS;
