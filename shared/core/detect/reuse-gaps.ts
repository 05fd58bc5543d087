import type { FlowMinute } from '../model/observation.ts';
import { portList } from '../model/port-set.ts';
import type { Minute } from '../model/time.ts';

/** For how many minutes on end a port is looked after. */
export const LONGEST_GAP = 6;
/** Minutes whose ports are followed together: the load may not change much in them. */
const SLICE_MINUTES = 10;
/** The busiest minute of a slice, and of those after it that tell, has at most this many times the ports of the calmest. */
const STEADY_FACTOR = 1.6;
const FEWEST_PORTS = 20;
const PORT_VALUES = 65_536;

/** `absent[k]`: how many times a port was seen in a minute of the slice and not in the k minutes that follow. */
export type ReuseGaps = { readonly from: Minute; readonly to: Minute; readonly absent: readonly number[] };

/** How soon ports come back, slice by slice of steady minutes; rows are of one NAT gateway towards one destination. */
export function countReuseGaps(rows: readonly FlowMinute[]): ReuseGaps[] {
  const portsAt = new Map<Minute, number>();
  for (const { minute, ports } of rows) portsAt.set(minute, (portsAt.get(minute) ?? 0) + ports.size);
  const slices = steadySlices(portsAt);
  if (slices.length === 0) return [];
  const gapsBySlice = new Map(slices.map((from) => [from, Array.from({ length: LONGEST_GAP }, () => 0)]));
  for (const own of Map.groupBy(rows, ({ localAddress }) => localAddress).values())
    followPorts(own, Math.min(...portsAt.keys()), gapsBySlice);
  return slices.map((from) => {
    let left = 0;
    for (let m = from; m < from + SLICE_MINUTES; m += 1) left += portsAt.get(m) ?? 0;
    const gaps = gapsBySlice.get(from) ?? [];
    const absent = [left, ...gaps.map((count) => (left -= count))];
    return { from, to: from + SLICE_MINUTES, absent };
  });
}

function steadySlices(portsAt: ReadonlyMap<Minute, number>): Minute[] {
  const minutes = [...portsAt.keys()];
  const first = Math.min(...minutes);
  // The newest minute is seldom whole.
  const last = Math.max(...minutes) - 1;
  const slices: Minute[] = [];
  for (let from = first + 1; from + SLICE_MINUTES + LONGEST_GAP - 1 <= last; from += SLICE_MINUTES)
    if (isSteady(portsAt, from)) slices.push(from);
  return slices;
}

function isSteady(portsAt: ReadonlyMap<Minute, number>, from: Minute): boolean {
  let [fewest, most] = [Infinity, 0];
  for (let m = from; m < from + SLICE_MINUTES + LONGEST_GAP; m += 1) {
    const ports = portsAt.get(m) ?? 0;
    fewest = Math.min(fewest, ports);
    most = Math.max(most, ports);
  }
  return fewest >= FEWEST_PORTS && most <= STEADY_FACTOR * fewest;
}

/** Adds up, per slice, after how many minutes without it each port was seen again. Rows are of one local address. */
function followPorts(rows: readonly FlowMinute[], first: Minute, gapsBySlice: ReadonlyMap<Minute, number[]>): void {
  // Minutes since the first, counted from 1: 0 is never.
  const lastSeen = new Int32Array(PORT_VALUES);
  for (const { minute, ports } of rows.toSorted((a, b) => a.minute - b.minute)) {
    const now = minute - first + 1;
    const seen = portList(ports);
    for (let i = 0; i < ports.size; i += 1) {
      const port = seen[i] as number;
      const before = lastSeen[port] as number;
      lastSeen[port] = now;
      const gap = now - before - 1;
      if (before === 0 || gap < 0 || gap >= LONGEST_GAP) continue;
      const gaps = gapsBySlice.get(sliceOf(before + first - 1, first));
      if (gaps !== undefined) gaps[gap] = (gaps[gap] as number) + 1;
    }
  }
}

const sliceOf = (minute: Minute, first: Minute): Minute =>
  minute - ((((minute - first - 1) % SLICE_MINUTES) + SLICE_MINUTES) % SLICE_MINUTES);
