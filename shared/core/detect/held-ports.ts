import type { FlowMinute } from '../model/observation.ts';
import {
  countWithout,
  emptyPortSet,
  intersectionOf,
  type PortSet,
  unionOf,
  unionSize,
  without,
} from '../model/port-set.ts';
import { createLastSeen } from '../model/port-window.ts';
import type { Minute } from '../model/time.ts';

export type HeldPorts = {
  readonly held: number;
  /** Those, and every port with a record in the minute: on a host a closed connection's port is in TIME_WAIT then. */
  readonly taken: number;
  /** Ports that opened and closed in the minute and were not held before it: the close is of the new connection. */
  readonly youngClosed: number;
  /** Those of them without one record back, although both sides spoke: records were lost. See `record-loss.ts`. */
  readonly youngLost: number;
};

export const NONE_HELD: HeldPorts = { held: 0, taken: 0, youngClosed: 0, youngLost: 0 };

/**
 * Flows that overlap at the fullest of seconds 0, 15, 30, 45. Two flows of one port do not overlap, so more of them than
 * ports have been delivered twice.
 */
export const overlappingPorts = ({ ports, overlap }: Pick<FlowMinute, 'ports' | 'overlap'>): number =>
  Math.min(ports.size, Math.max(...overlap));

/**
 * Ports of connections that opened (SYN, answered), or that go on answered without an open that the records show, and
 * have not closed (no FIN or RST), by minute, at the fuller end
 * of the minute. An idle connection writes no record but keeps its port, so overlapping records alone count too few;
 * `idleMinutes` without any record ends it. Empty for rows without flags, which show neither opens nor closes.
 */
export function countHeldPorts(rows: readonly FlowMinute[], idleMinutes: number): Map<Minute, HeldPorts> {
  const counts = new Map<Minute, HeldPorts>();
  const byAddress = Map.groupBy(
    rows.filter((row) => !row.opensInferred),
    (row) => row.localAddress,
  );
  for (const own of byAddress.values()) {
    for (const [minute, at] of heldAt(
      Map.groupBy(own, (row) => row.minute),
      idleMinutes,
    )) {
      const sum = counts.get(minute) ?? NONE_HELD;
      counts.set(minute, {
        held: sum.held + at.held,
        taken: sum.taken + at.taken,
        youngClosed: sum.youngClosed + at.youngClosed,
        youngLost: sum.youngLost + at.youngLost,
      });
    }
  }
  return counts;
}

function* heldAt(
  rows: ReadonlyMap<Minute, readonly FlowMinute[]>,
  idleMinutes: number,
): Generator<[Minute, HeldPorts]> {
  const seen = createLastSeen();
  let held: PortSet = emptyPortSet();
  const closedAt = (minute: Minute): PortSet[] => (rows.get(minute) ?? []).map((row) => row.closed);
  for (const minute of [...rows.keys()].sort((a, b) => a - b)) {
    const here = rows.get(minute) as readonly FlowMinute[];
    // After a silence what idled too long was gone before this minute began.
    const before = seen.since(minute - 1 - idleMinutes, held);
    for (const row of here) seen.see(row.ports, minute);
    const closed = closedAt(minute);
    // A last packet may follow a close, but not for long.
    const lately = [...closed, ...closedAt(minute - 1), ...closedAt(minute - 2)];
    const answered = here.map((row) => row.answered);
    const later = (rows.get(minute + 1) ?? []).map((row) => row.answered);
    const young = here.map((row) => youngPorts(row, before, [...answered, ...later]));
    // Nearly all that opened closed again: what did not is little, and is looked at first.
    const opened = here.map((row) => intersectionOf(without(row.opened, ...closed), row.answered));
    // What goes on without an open was open before the records began.
    const ongoing = here.map((row) => intersectionOf(without(row.ports, row.opened, ...lately), row.answered));
    // A port that is dialled again is not held by what it was dialled for before.
    const redialled = here.map((row) => without(intersectionOf(before, row.opened), ...answered, ...later));
    held = seen.since(minute - idleMinutes, unionOf([without(before, ...closed, ...redialled), ...opened, ...ongoing]));
    const taken = unionSize([held, ...here.map((row) => row.ports)]);
    const youngClosed = young.reduce((sum, ports) => sum + ports.closed, 0);
    const youngLost = young.reduce((sum, ports) => sum + ports.lost, 0);
    // A port of the minute before whose record shows its close was still held when this minute began.
    yield [minute, { held: Math.max(held.size, before.size), taken, youngClosed, youngLost }];
  }
}

/** Ports that a row shows to open and to close and that were not held before, and those of them that nobody answered. */
function youngPorts(
  { opened, closed }: FlowMinute,
  before: PortSet,
  answered: readonly PortSet[],
): { readonly closed: number; readonly lost: number } {
  const heldBefore = intersectionOf(intersectionOf(before, opened), closed).size;
  const lost = without(intersectionOf(without(opened, ...answered), closed), before);
  return { closed: opened.size - countWithout(opened, closed) - heldBefore, lost: lost.size };
}
