import type { FlowMinute } from '../model/observation.ts';
import { emptyPortSet, intersectionOf, portList, unionOf } from '../model/port-set.ts';
import type { Minute } from '../model/time.ts';

/** Minutes that one record can last where the flow log aggregates over ten, AWS's default. */
const LONGEST_MINUTES = 10;
const FEWEST_EXCESS = 20;
const LEAST_EXCESS = 0.02;
const PORT_VALUES = 65_536;
const NOT_OPEN = -1;
const SHORT = -2;

/**
 * Whether records of a source last longer than a minute, as they do where the flow log aggregates over ten. A record
 * that lasts a minute at most ends in the minute after the one it began in, so no minute has more ports than records
 * that end in it or in the next; whichever of them have arrived.
 */
export function spansMinutes(rows: readonly FlowMinute[]): boolean {
  let ports = 0;
  let excess = 0;
  for (const own of towardsEach(rows)) {
    const ending = own.length > 1 ? Map.groupBy(own, ({ minute }) => minute) : NOTHING;
    for (const row of own) {
      const after = ending.get(row.minute + 1)?.findLast((other) => isSamePlace(other, row));
      if (after === undefined) continue;
      ports += row.ports.size;
      excess += Math.max(0, row.ports.size - row.records - after.records);
    }
  }
  return excess >= FEWEST_EXCESS && excess >= LEAST_EXCESS * ports;
}

const NOTHING: ReadonlyMap<Minute, readonly FlowMinute[]> = new Map();

const isSamePlace = (a: FlowMinute, b: FlowMinute): boolean => a.interfaceId === b.interfaceId && a.via === b.via;

/** Rows by destination, without a text for each: a source may have millions of rows. */
function* towardsEach(rows: readonly FlowMinute[]): Generator<readonly FlowMinute[]> {
  for (const there of Map.groupBy(rows, ({ destination }) => destination.address).values())
    yield* Map.groupBy(there, ({ destination }) => destination.port * 256 + destination.protocol).values();
}

/**
 * Ports by minute of records that open, last and close: one connection, or several that used the port one after the
 * other and that the flow log made one record of. Rows are of one source and destination.
 */
export function countBlurredPorts(rows: readonly FlowMinute[]): Map<Minute, number> {
  return rows.some((row) => row.opensInferred) ? countLasting(rows) : countReopened(rows);
}

/** Without flags every port that lasts past its minute may be one or the other. */
function countLasting(rows: readonly FlowMinute[]): Map<Minute, number> {
  const at = new Map(rows.map((row) => [row.minute, row.ports]));
  const portsAt = (minute: Minute) => at.get(minute) ?? emptyPortSet();
  return new Map(
    rows.map(({ minute, ports }) => [
      minute,
      intersectionOf(ports, unionOf([portsAt(minute - 1), portsAt(minute + 1)])).size,
    ]),
  );
}

function countReopened(rows: readonly FlowMinute[]): Map<Minute, number> {
  const counts = new Map<Minute, number>();
  const openedIn = new Int32Array(PORT_VALUES).fill(NOT_OPEN);
  for (const { minute, opened, closed } of rows.toSorted((a, b) => a.minute - b.minute)) {
    const closing = portList(closed);
    for (let i = 0; i < closed.size; i += 1) {
      const port = closing[i] as number;
      const from = openedIn[port] as number;
      // What opens and closes in one minute is short, unless the port was open before.
      openedIn[port] = from < 0 ? SHORT : NOT_OPEN;
      if (from < 0 || from === minute || minute - from > LONGEST_MINUTES) continue;
      for (let m = from; m <= minute; m += 1) counts.set(m, (counts.get(m) ?? 0) + 1);
    }
    const opening = portList(opened);
    for (let i = 0; i < opened.size; i += 1)
      if (openedIn[opening[i] as number] !== SHORT) openedIn[opening[i] as number] = minute;
    for (let i = 0; i < closed.size; i += 1)
      if (openedIn[closing[i] as number] === SHORT) openedIn[closing[i] as number] = NOT_OPEN;
  }
  return counts;
}
