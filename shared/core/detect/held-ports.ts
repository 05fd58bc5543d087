import type { FlowMinute } from '../model/observation.ts';
import {
  addAllPorts,
  copyPortSet,
  emptyPortSet,
  intersectionOf,
  type PortSet,
  unionOf,
  without,
} from '../model/port-set.ts';
import type { Minute } from '../model/time.ts';

/**
 * Ports of connections that opened (SYN, answered) and have not closed (no FIN or RST), by minute, at the fuller end
 * of the minute. An idle connection writes no record but keeps its port, so overlapping records alone count too few;
 * `idleMinutes` without any record ends it. Empty for rows without flags, which show neither opens nor closes.
 */
export function countHeldPorts(rows: readonly FlowMinute[], idleMinutes: number): Map<Minute, number> {
  const counts = new Map<Minute, number>();
  const byAddress = Map.groupBy(
    rows.filter((row) => !row.opensInferred),
    (row) => row.localAddress,
  );
  for (const own of byAddress.values()) {
    for (const [minute, count] of heldAt(
      Map.groupBy(own, (row) => row.minute),
      idleMinutes,
    )) {
      counts.set(minute, (counts.get(minute) ?? 0) + count);
    }
  }
  return counts;
}

function* heldAt(rows: ReadonlyMap<Minute, readonly FlowMinute[]>, idleMinutes: number): Generator<[Minute, number]> {
  let held: PortSet = emptyPortSet();
  for (const minute of [...rows.keys()].sort((a, b) => a - b)) {
    const here = rows.get(minute) as readonly FlowMinute[];
    const before = held.size;
    const lively: PortSet[] = [];
    for (let m = minute - idleMinutes; m <= minute; m += 1) for (const row of rows.get(m) ?? []) lively.push(row.ports);
    const opened = copyPortSet(held);
    for (const row of here) addAllPorts(opened, intersectionOf(row.opened, row.answered));
    held = intersectionOf(without(opened, ...here.map((row) => row.closed)), unionOf(lively));
    // A port of the minute before whose record shows its close was still held when this minute began.
    yield [minute, Math.max(held.size, Math.min(before, opened.size))];
  }
}
