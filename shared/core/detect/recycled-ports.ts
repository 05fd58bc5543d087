import { type FlowRows, listRows } from '../flow-rows/flow-rows.ts';
import type { Minute } from '../model/time.ts';
import { countHeldPorts, overlappingPorts } from './held-ports.ts';
import type { NatMeasure } from './measure-nat-destination.ts';
import { median, mostOf } from './statistics.ts';

const RECYCLING = 1.1;
const FEWEST_RECYCLED = 20;

/**
 * Whether a minute had more connections than the NAT gateway's leg has ports: those that one port served within the
 * aggregation interval are one record there, which seems to last from the first to the last of them. Clients keep their
 * ports in TIME_WAIT, so theirs tell the connections apart.
 */
export const recyclesPorts = (served: number, portsAtNat: number): boolean =>
  served > RECYCLING * portsAtNat + FEWEST_RECYCLED;

/** Answered connections of a leg's clients by minute: an open that failed has no port at the gateway. */
export function countServed(clientRows: FlowRows): Map<Minute, number> {
  const served = new Map<Minute, number>();
  for (const { minute, answered } of clientRows) served.set(minute, (served.get(minute) ?? 0) + answered.size);
  return served;
}

/** A minute with fewer connections than this share of the busiest one's does not tell for how long ports are held. */
const BUSY_SHARE = 0.5;

/**
 * The most seconds for which ports can be held: one that is held serves one connection at a time, so those of a minute
 * serve 60 s / hold × ports at most. The median over the busy minutes, for records of one leg may be missing in some;
 * Infinity where ports are not seen to serve several within a minute.
 */
export function longestHold(measures: ReadonlyMap<Minute, Pick<NatMeasure, 'served' | 'portsSeen'>>): number {
  const most = mostOf([...measures.values()].map(({ served }) => served));
  const busy = [...measures.values()].filter(({ served }) => served > 0 && served >= BUSY_SHARE * most);
  const serving = busy.filter(({ served, portsSeen }) => portsSeen > 0 && recyclesPorts(served, portsSeen));
  if (serving.length <= busy.length / 2) return Infinity;
  return median(busy.map(({ served, portsSeen }) => (60 * portsSeen) / served));
}

/** Connections that are open at the clients, by minute: those that overlap, or that opened and have not closed. */
export function countOpenAtClients(rows: FlowRows, idleMinutes: number): Map<Minute, number> {
  const open = new Map<Minute, number>();
  for (const row of rows) open.set(row.minute, (open.get(row.minute) ?? 0) + overlappingPorts(row));
  for (const [minute, { held }] of countHeldPorts(listRows(rows), idleMinutes))
    open.set(minute, Math.max(open.get(minute) ?? 0, held));
  return open;
}
