import { type FlowRows, groupRows, listRows } from '../flow-rows/flow-rows.ts';
import type { FlowMinute } from '../model/observation.ts';
import { countWithout, emptyPortSet, type PortSet, without } from '../model/port-set.ts';
import type { Minute } from '../model/time.ts';
import { openedPorts } from './opens.ts';

/** Connections opened, and those of them that nobody answered, in one minute. */
export type OpenCounts = {
  readonly opens: number;
  readonly unanswered: number;
  /** With those on a port whose open of the minute before got no answer either: retransmissions, or a new attempt. */
  readonly unansweredMost: number;
};

export const NO_OPENS: OpenCounts = { opens: 0, unanswered: 0, unansweredMost: 0 };
const NOTHING = emptyPortSet();

/**
 * What `openedPorts` and `countUnansweredPorts` say of each row towards one port, added up by minute. Neighbours are found once, by who
 * sees what: with thousands of clients, looking for them in whole minutes would take the square of that.
 */
export function countOpens(rows: FlowRows): Map<Minute, OpenCounts> {
  const counts = new Map<Minute, OpenCounts>();
  for (const own of vantagesOf(rows)) {
    const at = new Map(own.map((row) => [row.minute, row]));
    // What is left of a minute's opens without its answers is asked for twice: here, and as what the next minute repeats.
    const left = new Map(own.map((row) => [row.minute, without(row.opened, row.answered)]));
    for (const row of own) {
      const { minute } = row;
      const sum = counts.get(minute) ?? NO_OPENS;
      const answeredLater = at.get(minute + 1)?.answered ?? NOTHING;
      const opened = row.opensInferred
        ? openedPorts(row, { twoBefore: at.get(minute - 2), before: at.get(minute - 1), after: undefined })
        : without(row.opened, left.get(minute - 1) ?? NOTHING);
      const ofAll = countWithout(left.get(minute) as PortSet, answeredLater);
      const unanswered = opened === row.opened ? ofAll : countWithout(opened, row.answered, answeredLater);
      counts.set(minute, {
        opens: sum.opens + opened.size,
        unanswered: sum.unanswered + unanswered,
        unansweredMost:
          sum.unansweredMost + (row.opensInferred ? countWithout(row.ports, row.answered, answeredLater) : ofAll),
      });
    }
  }
  return counts;
}

/** The rows of one destination by who sees what: the same initiator at the same place. */
function* vantagesOf(rows: FlowRows): Generator<readonly FlowMinute[]> {
  for (const some of groupRows(rows, (row) => row.localAddress).values()) {
    const own = listRows(some);
    const [first] = own as [FlowMinute, ...FlowMinute[]];
    if (own.every((row) => isSameVantage(row, first))) yield own;
    else yield* Map.groupBy(own, vantageOf).values();
  }
}

const isSameVantage = (a: FlowMinute, b: FlowMinute): boolean =>
  a.interfaceId === b.interfaceId && a.via === b.via && a.destination.address === b.destination.address;

const vantageOf = ({ destination, interfaceId, via }: FlowMinute): string =>
  `${destination.address} ${interfaceId} ${via ?? ''}`;
