import { destinationKey } from '../model/destination.ts';
import type { FlowMinute } from '../model/observation.ts';
import { unionSize } from '../model/port-set.ts';
import type { Minute } from '../model/time.ts';

/** One source's ports over all destinations in one minute. */
export type SharedUse = {
  /** Distinct ports over all destinations. */
  readonly ports: number;
  /** No port serves two destinations, although chance alone would have made many do so: the client binds first. */
  readonly bindsFirst: boolean;
  readonly fullestKey: string;
  /** Over all destinations. */
  readonly opens: number;
  /** Null where the records carry no flags. */
  readonly closed: number | null;
};

const FEWEST_EXPECTED = 10;
const MOST_OF_EXPECTED = 0.2;

/**
 * A client that calls bind(addr, 0) before connect takes each port for all destinations at once. It shows in the
 * records: sets Dᵢ of ports, picked independently from a range of R ports, would share
 * Σ|Dᵢ| − R (1 − Π(1 − |Dᵢ|/R)) ports in expectation; a client that binds first shares none.
 */
export function measureSharedRange(
  rows: readonly FlowMinute[],
  capacityPorts: number,
  share: number,
): Map<Minute, SharedUse> {
  const uses = new Map<Minute, SharedUse>();
  for (const [minute, own] of Map.groupBy(rows, (row) => row.minute)) {
    const total = own.reduce((sum, row) => sum + row.ports.size, 0);
    if (own.length < 2 || total < share * capacityPorts) continue;
    const ports = unionSize(own.map((row) => row.ports));
    const untouched = own.reduce((product, row) => product * Math.max(0, 1 - row.ports.size / capacityPorts), 1);
    const expected = total - capacityPorts * (1 - untouched);
    const fullest = own.reduce((most, row) => (row.ports.size > most.ports.size ? row : most));
    uses.set(minute, {
      ports,
      bindsFirst: expected >= FEWEST_EXPECTED && total - ports <= MOST_OF_EXPECTED * expected,
      fullestKey: destinationKey(fullest.destination),
      opens: own.reduce((sum, row) => sum + (row.opensInferred ? row.ports : row.opened).size, 0),
      closed: own.some((row) => row.opensInferred) ? null : own.reduce((sum, row) => sum + row.closed.size, 0),
    });
  }
  return uses;
}
