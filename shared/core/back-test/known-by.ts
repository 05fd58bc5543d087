import type { PackedRows } from '../flow-rows/packed-rows.ts';
import type { Observation } from '../model/observation.ts';
import type { AnyPart } from '../model/part.ts';
import { type Minute, MINUTE_MS, minuteEndMs, minuteOf } from '../model/time.ts';

/** Minutes from the end of a minute until a deployment usually knows it: half of the flow logs in S3 take longer. */
export const USUAL_DELAY_MINUTES = { 'flow-log': 11, metric: 2, 'app-log': 0, 'socket-table': 0 } as const;

/** What a deployment would have known at an instant, of the minutes that it replays. */
export type KnownBy = (nowMs: number) => readonly AnyPart[];

const SLICE_MINUTES = 60;

/** Cuts the parts into hours once, so that each look at the past costs as much as it shows. */
export function indexByArrival(parts: readonly AnyPart[], horizonMinutes: number): KnownBy {
  const slices = new Map<number, AnyPart[]>();
  for (const part of parts) {
    const observations = Map.groupBy(part.observations, hourOf);
    const rows = part.rows?.groupBy(hourOf) ?? NO_SLICES;
    for (const hour of new Set([...observations.keys(), ...rows.keys()])) {
      const slice = slices.get(hour) ?? [];
      slice.push(partOf({ ...part, id: `${part.id}@${hour}` }, observations.get(hour) ?? [], rows.get(hour)));
      slices.set(hour, slice);
    }
  }
  return (nowMs) => {
    const from = minuteOf(nowMs) - horizonMinutes;
    const isKnown = (row: Observation): boolean => row.minute >= from && arrivalMs(row) <= nowMs;
    const known: AnyPart[] = [];
    for (let hour = Math.floor(from / SLICE_MINUTES); hour <= Math.floor(minuteOf(nowMs) / SLICE_MINUTES); hour += 1) {
      for (const part of slices.get(hour) ?? []) {
        const observations = part.observations.filter(isKnown);
        const rows = part.rows?.filter(isKnown);
        if (observations.length + (rows?.length ?? 0) > 0) known.push(partOf(part, observations, rows));
      }
    }
    return known;
  };
}

const NO_SLICES: ReadonlyMap<number, PackedRows> = new Map();

const hourOf = ({ minute }: { readonly minute: Minute }): number => Math.floor(minute / SLICE_MINUTES);

const partOf = (part: AnyPart, observations: readonly Observation[], rows: PackedRows | undefined): AnyPart =>
  rows === undefined ? { ...part, observations, rows } : { ...part, observations, rows };

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
