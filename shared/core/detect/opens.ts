import type { FlowMinute } from '../model/observation.ts';
import { countWithout, emptyPortSet, type PortSet, without } from '../model/port-set.ts';
import type { Minute } from '../model/time.ts';

/** The rows of the same initiator, destination and vantage in the minutes around one row. */
export type Neighbours = {
  readonly twoBefore: FlowMinute | undefined;
  readonly before: FlowMinute | undefined;
  readonly after: FlowMinute | undefined;
};

const NOTHING = emptyPortSet();

export function neighboursOf(rows: ReadonlyMap<Minute, readonly FlowMinute[]>, row: FlowMinute): Neighbours {
  const at = (minute: Minute) =>
    rows
      .get(minute)
      ?.find(
        (other) =>
          other.localAddress === row.localAddress && other.interfaceId === row.interfaceId && other.via === row.via,
      );
  return { twoBefore: at(row.minute - 2), before: at(row.minute - 1), after: at(row.minute + 1) };
}

/**
 * Ports that a connection was opened from in the row's minute. With flags: a SYN, except on a port whose open of the
 * minute before got no answer, for that is a retransmission. Without: a port unseen in the two minutes before.
 */
export function openedPorts(row: FlowMinute, { before, twoBefore }: Neighbours): PortSet {
  if (row.opensInferred) return without(row.ports, before?.ports ?? NOTHING, twoBefore?.ports ?? NOTHING);
  // Nearly always every open of the minute before was answered, and nothing is left to take away.
  if (before === undefined || countWithout(before.opened, before.answered) === 0) return row.opened;
  return without(row.opened, without(before.opened, before.answered));
}

/** |opened(m) \ answered(m, m + 1)|: final once the next minute is complete. */
export function countUnansweredPorts(row: FlowMinute, neighbours: Neighbours): number {
  return countWithout(openedPorts(row, neighbours), row.answered, neighbours.after?.answered ?? NOTHING);
}
