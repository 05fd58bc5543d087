import type { FlowMinute } from '../model/observation.ts';
import type { Minute } from '../model/time.ts';
import type { OpenCounts } from './count-opens.ts';
import { countHeldPorts, overlappingPorts } from './held-ports.ts';

const RECYCLING = 1.1;
const FEWEST_RECYCLED = 20;

/**
 * Whether a minute had more connections than the NAT gateway's leg has ports: those that one port served within the
 * aggregation interval are one record there, which seems to last from the first to the last of them. Clients keep their
 * ports in TIME_WAIT, so theirs tell the connections apart.
 */
export const recyclesPorts = (atClients: OpenCounts, atNat: OpenCounts): boolean =>
  atClients.opens - atClients.unanswered > RECYCLING * atNat.opens + FEWEST_RECYCLED;

/** Connections that are open at the clients, by minute: those that overlap, or that opened and have not closed. */
export function countOpenAtClients(rows: readonly FlowMinute[], idleMinutes: number): Map<Minute, number> {
  const open = new Map<Minute, number>();
  for (const row of rows) open.set(row.minute, (open.get(row.minute) ?? 0) + overlappingPorts(row));
  for (const [minute, { held }] of countHeldPorts(rows, idleMinutes))
    open.set(minute, Math.max(open.get(minute) ?? 0, held));
  return open;
}
