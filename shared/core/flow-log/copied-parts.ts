import type { FlowMinute } from '../model/observation.ts';
import { unpackPart } from '../flow-rows/unpack-part.ts';
import type { AnyPart } from '../model/part.ts';
import { equalPortSets } from '../model/port-set.ts';
import { destinationKey } from '../model/destination.ts';

/** Fewer records than these may be alike by chance. */
const FEWEST_RECORDS = 10;

/**
 * Parts without those that say the same as another to the last byte and port: one object under two names, exported twice
 * or copied by hand. Sums would count it twice. No two objects of one account's flow logs are alike otherwise.
 */
export function withoutCopies(parts: readonly AnyPart[]): AnyPart[] {
  const kept: AnyPart[] = [];
  const byTotals = new Map<string, AnyPart[]>();
  for (const part of parts) {
    const totals = totalsOf(part);
    const alike = totals === null ? [] : (byTotals.get(totals) ?? []);
    if (alike.some((other) => saysTheSame(part, other))) continue;
    if (totals !== null) byTotals.set(totals, [...alike, part]);
    kept.push(part);
  }
  return kept;
}

/** Equal for copies, and seldom for anything else; null where there is too little to tell. */
function totalsOf({ scope, fields, observations, rows }: AnyPart): string | null {
  let [flows, bytes, packets, records, ports, minutes] = [0, 0, 0, 0, 0, 0];
  const count = (row: FlowMinute): void => {
    flows += 1;
    bytes += row.bytes;
    packets += row.packets;
    records += row.records;
    ports += row.ports.size;
    minutes += row.minute;
  };
  for (const row of rows ?? []) count(row);
  for (const row of observations) if (row.kind === 'flow') count(row);
  return records < FEWEST_RECORDS ? null : [scope, ...fields, flows, bytes, packets, records, ports, minutes].join(' ');
}

/** Rows stand in the one order of a part. */
function saysTheSame(a: AnyPart, b: AnyPart): boolean {
  const [own, other] = [flowsOf(a), flowsOf(b)];
  return own.length === other.length && own.every((row, i) => isSameRow(row, other[i] as FlowMinute));
}

const flowsOf = (part: AnyPart): FlowMinute[] =>
  unpackPart(part).observations.filter((row): row is FlowMinute => row.kind === 'flow');

const isSameRow = (a: FlowMinute, b: FlowMinute): boolean =>
  a.minute === b.minute &&
  a.interfaceId === b.interfaceId &&
  a.localAddress === b.localAddress &&
  a.via === b.via &&
  a.bytes === b.bytes &&
  a.packets === b.packets &&
  a.records === b.records &&
  destinationKey(a.destination) === destinationKey(b.destination) &&
  equalPortSets(a.ports, b.ports) &&
  equalPortSets(a.opened, b.opened) &&
  equalPortSets(a.closed, b.closed);
