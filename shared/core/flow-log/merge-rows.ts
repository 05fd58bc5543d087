import type { FlowMinute } from '../model/observation.ts';
import { equalPortSets, type PortSet, unionOf } from '../model/port-set.ts';
import { addFlowCounts, compareFlowRows, emptyFlowRow } from './flow-row.ts';

/**
 * Rows in their one order, those of one key as one. A row that is alone is taken as it is, and a set that several say
 * is made once: nothing of the rows is written to, so that they may be merged again and share what is equal.
 */
export function mergeFlowRows(rows: readonly FlowMinute[]): FlowMinute[] {
  const sorted = rows.toSorted(compareFlowRows);
  const merged: FlowMinute[] = [];
  for (let from = 0, to = 0; from < sorted.length; from = to) {
    const first = sorted[from] as FlowMinute;
    for (to = from + 1; to < sorted.length && compareFlowRows(first, sorted[to] as FlowMinute) === 0;) to += 1;
    merged.push(to === from + 1 ? first : sumOf(sorted.slice(from, to)));
  }
  return merged;
}

function sumOf(rows: readonly FlowMinute[]): FlowMinute {
  const [first, ...others] = rows as [FlowMinute, ...FlowMinute[]];
  const ports = unionOf(rows.map((row) => row.ports));
  const sum = {
    ...emptyFlowRow(first),
    opensInferred: first.opensInferred,
    bytes: first.bytes,
    packets: first.packets,
    records: first.records,
    rejected: first.rejected,
    ports,
    opened: unionWithin(rows, (row) => row.opened, ports),
    answered: unionWithin(rows, (row) => row.answered, ports),
    closed: unionWithin(rows, (row) => row.closed, ports),
    overlap: [...first.overlap],
    lifetimes: [...first.lifetimes],
  };
  for (const other of others) addFlowCounts(sum, other);
  return sum;
}

/** The union of the rows' subsets; where that is all of their ports, those. */
function unionWithin(rows: readonly FlowMinute[], setOf: (row: FlowMinute) => PortSet, ports: PortSet): PortSet {
  if (rows.every((row) => setOf(row) === row.ports)) return ports;
  const union = unionOf(rows.map(setOf));
  return equalPortSets(union, ports) ? ports : union;
}
