import type { FlowMinute } from '../model/observation.ts';
import { countWithout, emptyPortSet } from '../model/port-set.ts';
import type { Minute } from '../model/time.ts';
import { openedPorts } from './opens.ts';

/** Connections opened, and those of them that nobody answered, in one minute. */
export type OpenCounts = { readonly opens: number; readonly unanswered: number };

export const NO_OPENS: OpenCounts = { opens: 0, unanswered: 0 };
const NOTHING = emptyPortSet();

/**
 * What `openedPorts` and `countUnansweredPorts` say of each row, added up by minute. Neighbours are found once, by who
 * sees what: with thousands of clients, looking for them in whole minutes would take the square of that.
 */
export function countOpens(rows: readonly FlowMinute[]): Map<Minute, OpenCounts> {
  const counts = new Map<Minute, OpenCounts>();
  for (const own of Map.groupBy(rows, vantageOf).values()) {
    const at = new Map(own.map((row) => [row.minute, row]));
    for (const row of own) {
      const { minute } = row;
      const after = at.get(minute + 1);
      const opened = openedPorts(row, { twoBefore: at.get(minute - 2), before: at.get(minute - 1), after });
      const sum = counts.get(minute) ?? NO_OPENS;
      counts.set(minute, {
        opens: sum.opens + opened.size,
        unanswered: sum.unanswered + countWithout(opened, row.answered, after?.answered ?? NOTHING),
      });
    }
  }
  return counts;
}

/** The same initiator, destination and place of seeing it. */
const vantageOf = ({ localAddress, destination, interfaceId, via }: FlowMinute): string =>
  `${localAddress} ${destination.address} ${destination.port} ${destination.protocol} ${interfaceId} ${via ?? ''}`;
