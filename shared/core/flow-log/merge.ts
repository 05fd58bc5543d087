import type { FlowRows } from '../flow-rows/flow-rows.ts';
import { letGo } from '../flow-rows/let-go.ts';
import { mergePackedRows } from '../flow-rows/order-rows.ts';
import type { PackedRows } from '../flow-rows/packed-rows.ts';
import { RowStore } from '../flow-rows/row-store.ts';
import type { FlowCoverageMinute, FlowMinute } from '../model/observation.ts';
import type { AnyPart, Part } from '../model/part.ts';
import { compareCoverage, coverageKey, type CoverageRow } from './flow-row.ts';
import { withoutCopies } from './copied-parts.ts';
import { mergeFlowRows } from './merge-rows.ts';
import { orientPackedRows } from './orient-packed.ts';
import { orientRows } from './orient.ts';
import { UNKNOWN_INTERFACE } from './record.ts';

export type MergedFlows = { readonly rows: FlowMinute[]; readonly coverage: FlowCoverageMinute[] };

/**
 * Merges what parts say of flows: each part id once (a redelivered input says the same again), no copy under another
 * name, per interface and minute only the richest format that covers it (two flow logs of one interface would count
 * everything twice), unions of sets and sums of counts over what is left, and every row turned the right way round.
 * Neither the order of the parts nor how often one comes changes the result. Of packed parts the rows stay packed.
 */
export function mergeFlowParts(parts: readonly Part[]): MergedFlows;
export function mergeFlowParts(parts: readonly AnyPart[]): { rows: FlowRows; coverage: FlowCoverageMinute[] };
export function mergeFlowParts(parts: readonly AnyPart[]): { rows: FlowRows; coverage: FlowCoverageMinute[] } {
  const distinct = withoutCopies([...new Map(parts.map((part) => [`${part.id} ${part.scope}`, part])).values()]);
  const counts = whatCounts(distinct);
  const rows = createRowGathering(distinct);
  const coverage = new Map<string, CoverageRow>();
  // Parts hold their rows in the one order: in the order of time they are sorted, or nearly so, when put together.
  for (const part of distinct.toSorted((a, b) => firstMinute(a) - firstMinute(b))) {
    const format = formatKey(part);
    if (part.rows !== undefined) rows.add(counts === null ? part.rows : part.rows.filter((row) => counts(row, format)));
    for (const row of part.observations) {
      if ((row.kind !== 'flow' && row.kind !== 'flow-coverage') || counts?.(row, format) === false) continue;
      if (row.kind === 'flow') rows.addOne(row);
      else mergeCoverage(coverage, row);
    }
  }
  return { rows: rows.merge(), coverage: [...coverage.values()].sort(compareCoverage) };
}

type RowGathering = { addOne(row: FlowMinute): void; add(rows: PackedRows): void; merge(): FlowRows };

/** Where one part is packed all rows are, on top of what it lies in: those of another store are copied. */
function createRowGathering(parts: readonly AnyPart[]): RowGathering {
  const floor = parts.find(({ rows }) => rows !== undefined)?.rows?.store;
  return floor === undefined ? gatherObjects() : gatherPacked(new RowStore(floor));
}

function gatherObjects(): RowGathering {
  const flows: FlowMinute[] = [];
  return {
    addOne: (row) => void flows.push(row),
    add: (rows) => {
      for (const row of rows) flows.push(row);
    },
    merge: () => orientRows(mergeFlowRows(flows)),
  };
}

function gatherPacked(store: RowStore): RowGathering {
  const own: number[] = [];
  const lists: PackedRows[] = [];
  return {
    addOne: (row) => void own.push(store.add(row)),
    add(rows) {
      if (rows.store === store.floor) lists.push(rows);
      else for (const row of rows) own.push(store.add(row));
    },
    merge() {
      const numbers = numbersOf(lists, own);
      const merged = mergePackedRows(store, numbers);
      letGo(numbers);
      return orientPackedRows(merged);
    },
  };
}

function numbersOf(lists: readonly PackedRows[], own: readonly number[]): Uint32Array {
  const numbers = new Uint32Array(lists.reduce((sum, { length }) => sum + length, own.length));
  let at = 0;
  for (const rows of lists) {
    numbers.set(rows.numbers(), at);
    at += rows.length;
  }
  numbers.set(own, at);
  return numbers;
}

const firstMinute = ({ observations }: AnyPart): number => observations[0]?.minute ?? 0;

type Covering = Pick<FlowMinute, 'minute' | 'interfaceId'>;

/** Whether a row of that format counts. Null where there is but one format, which is nearly always: all rows do. */
function whatCounts(parts: readonly AnyPart[]): ((row: Covering, format: string) => boolean) | null {
  if (new Set(parts.filter(hasFlows).map(formatKey)).size < 2) return null;
  const richest = richestFormats(parts);
  return (row, format) => row.interfaceId === UNKNOWN_INTERFACE || richest.get(coverageKey(row)) === format;
}

const hasFlows = ({ source, observations }: AnyPart): boolean =>
  source === 'flow-log' || observations.some(({ kind }) => kind === 'flow' || kind === 'flow-coverage');

/** Sorts by the number of fields, then by their names: the largest wins. */
const formatKey = ({ fields }: AnyPart): string => `${String(fields.length).padStart(3, '0')} ${fields.join(' ')}`;

function richestFormats(parts: readonly AnyPart[]): ReadonlyMap<string, string> {
  const richest = new Map<string, string>();
  for (const part of parts) {
    const format = formatKey(part);
    const note = (row: Covering): void => {
      const key = coverageKey(row);
      if ((richest.get(key) ?? '') < format) richest.set(key, format);
    };
    for (const row of part.rows ?? []) note(row);
    for (const row of part.observations) if (row.kind === 'flow' || row.kind === 'flow-coverage') note(row);
  }
  return richest;
}

function mergeCoverage(coverage: Map<string, CoverageRow>, row: FlowCoverageMinute): void {
  const key = coverageKey(row);
  const known = coverage.get(key);
  if (!known) {
    coverage.set(key, { ...row });
    return;
  }
  known.records += row.records;
  known.noData += row.noData;
  known.skipData += row.skipData;
}
