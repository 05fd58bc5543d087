import type { FlowMinute } from '../../model/observation.ts';
import { addPort } from '../../model/port-set.ts';
import type { Minute } from '../../model/time.ts';
import { addRunCounts, addRunRow } from '../engine/reading-rows.ts';
import { eachRunPort } from '../engine/run-ports.ts';
import type { RunCursor } from '../engine/run-reader.ts';
import { RUN_ANSWERED, RUN_CLOSED } from '../engine/run-format.ts';
import { addFlowRow, emptyFlowRow, flowRowKey, type FlowRow, type FlowRowKey } from '../flow-row.ts';
import { isAnswered, turnRow } from '../orient.ts';
import type { PairEvidence, Side } from '../pair-evidence.ts';
import { eachPortOf, evidenceOf, mayNeedTurning, otherSide, pairOf, portOf, type Pair } from './address-pair.ts';
import { eachEntryRow, keyOfEntry } from './entry-rows.ts';
import { E_BOUND, E_PAIR, E_PLACE, type PartitionIndex } from './partition-index.ts';

/**
 * A pair some of whose rows stand the wrong way round. Its flows are known by `group`: a port, times two, plus which
 * address of the pair begins.
 */
export type TurningPair = {
  readonly place: number;
  /** What each group has at most: no row can have more ports. */
  readonly bounds: ReadonlyMap<number, number>;
  /** The rows of some groups, every row the right way round. */
  rowsOf(groups: ReadonlySet<number>): FlowMinute[];
};

export type TurnedPairs = {
  readonly turning: readonly TurningPair[];
  /** Entries of mixed pairs that are right as they are, and that nothing is added to. */
  readonly right: readonly number[];
};

/**
 * Orients the pairs whose entries stand in both directions, or in one with several ports of which some meet the same
 * port. `mixed` are the entries of all pairs that are not of one direction and one port; pairs whose entries together do
 * not reach `floor` are left out.
 */
export function turnPairs(index: PartitionIndex, mixed: Int32Array, floor: number): TurnedPairs {
  const turning: TurningPair[] = [];
  const right: number[] = [];
  const pairs = Map.groupBy(mixed, (entry) => index.entries[entry + E_PAIR] as number);
  for (const entries of pairs.values()) {
    const reached = entries.reduce((sum, entry) => sum + (index.entries[entry + E_BOUND] as number), 0);
    if (reached < floor) continue;
    const pair = pairOf(index, entries);
    const { moving, still } = mayNeedTurning(pair) ? sortOut(pair) : { moving: null, still: entries };
    for (const entry of still) right.push(entry);
    if (moving) turning.push(moving);
  }
  return { turning, right };
}

const groupOf = (side: Side, port: number): number => port * 2 + side;

/**
 * Only entries that are turned, or that turned ones are added to, have to become rows: a gateway has tens of thousands
 * of others.
 */
function sortOut(pair: Pair): { readonly moving: TurningPair | null; readonly still: readonly number[] } {
  const evidence = evidenceOf(pair);
  const bounds = new Map<number, number>();
  const moving: number[] = [];
  const staying: number[] = [];
  for (const entry of pair.entries) {
    const other = otherSide(pair, pair.sideOf(entry));
    let isTurned = false;
    eachTurnedPort(pair, entry, evidence, (port) => {
      isTurned = true;
      addTo(bounds, groupOf(other, port), 1);
    });
    (isTurned ? moving : staying).push(entry);
  }
  if (moving.length === 0) return { moving: null, still: staying };
  const turned = moving.length;
  const still: number[] = [];
  for (const entry of staying)
    (bounds.has(groupOf(pair.sideOf(entry), portOf(pair, entry))) ? moving : still).push(entry);
  for (const [i, entry] of moving.entries())
    if (i >= turned || !isTurnedWhole(pair, entry, evidence))
      addTo(bounds, groupOf(pair.sideOf(entry), portOf(pair, entry)), portsIn(pair, entry));
  const place = pair.index.entries[pair.first + E_PLACE] as number;
  const rowsOf = (groups: ReadonlySet<number>): FlowMinute[] => turnEntries(pair, moving, evidence, groups);
  return { moving: { place, bounds, rowsOf }, still };
}

function addTo(sums: Map<number, number>, key: number, count: number): void {
  sums.set(key, (sums.get(key) ?? 0) + count);
}

function portsIn(pair: Pair, entry: number): number {
  let count = 0;
  eachEntryRow(pair.index, entry, ({ portCount }) => {
    count += portCount;
  });
  return count;
}

function eachTurnedPort(pair: Pair, entry: number, evidence: PairEvidence, visit: (port: number) => void): void {
  const side = pair.sideOf(entry);
  eachPortOf(pair, entry, (port, farPort) => {
    if (evidence.turns(side, port, farPort)) visit(port);
  });
}

function isTurnedWhole(pair: Pair, entry: number, evidence: PairEvidence): boolean {
  let turned = 0;
  eachTurnedPort(pair, entry, evidence, () => {
    turned += 1;
  });
  return turned === portsIn(pair, entry);
}

function turnEntries(
  pair: Pair,
  entries: readonly number[],
  evidence: PairEvidence,
  groups: ReadonlySet<number>,
): FlowMinute[] {
  const result = new Map<string, FlowRow>();
  for (const entry of entries) if (isOfGroups(pair, entry, evidence, groups)) turnEntry(pair, entry, evidence, result);
  return [...result.values()].filter((row) => groups.has(groupOf(sideIn(pair, row), row.destination.port)));
}

const sideIn = ({ isSelf, addresses }: Pair, { localAddress }: FlowRow): Side =>
  isSelf || localAddress === addresses[0] ? 0 : 1;

function isOfGroups(pair: Pair, entry: number, evidence: PairEvidence, groups: ReadonlySet<number>): boolean {
  const side = pair.sideOf(entry);
  if (groups.has(groupOf(side, portOf(pair, entry)))) return true;
  const other = otherSide(pair, side);
  let isOne = false;
  eachTurnedPort(pair, entry, evidence, (port) => {
    isOne ||= groups.has(groupOf(other, port));
  });
  return isOne;
}

/**
 * A row that stands wrong has one port, nearly always: such rows go straight to where they belong, and only what is
 * more, or lies in several pieces, becomes a row first.
 */
function turnEntry(pair: Pair, entry: number, evidence: PairEvidence, result: Map<string, FlowRow>): void {
  const { index } = pair;
  const pieces = new Map<Minute, number>();
  eachEntryRow(index, entry, ({ minute }) => pieces.set(minute, (pieces.get(minute) ?? 0) + 1));
  const whole = new Map<Minute, FlowRow>();
  eachEntryRow(index, entry, (cursor) => {
    const { minute } = cursor;
    if (cursor.portCount === 1 && pieces.get(minute) === 1 && addTurnedPort(pair, entry, cursor, evidence, result))
      return;
    const row = whole.get(minute) ?? emptyFlowRow({ ...keyOfEntry(index, entry), minute });
    whole.set(minute, row);
    addRunRow(row, cursor);
  });
  for (const row of whole.values())
    for (const piece of turnRow(row, evidence)) addFlowRow(rowFor(result, piece), piece);
}

function rowFor(result: Map<string, FlowRow>, key: FlowRowKey): FlowRow {
  const text = flowRowKey(key);
  const known = result.get(text);
  if (known) return known;
  const row = emptyFlowRow(key);
  result.set(text, row);
  return row;
}

/** Adds a row of one port to the row it belongs to when it stands wrong; false when it does not. */
function addTurnedPort(
  pair: Pair,
  entry: number,
  cursor: RunCursor,
  evidence: PairEvidence,
  result: Map<string, FlowRow>,
): boolean {
  const side = pair.sideOf(entry);
  const farPort = portOf(pair, entry);
  let port = 0;
  let flags = 0;
  eachRunPort(cursor, (only, its) => {
    port = only;
    flags = its;
  });
  if (!evidence.turns(side, port, farPort)) return false;
  const other = side === 0 && !pair.isSelf ? 1 : 0;
  const row = rowFor(result, {
    minute: cursor.minute,
    interfaceId: pair.interfaceId,
    localAddress: pair.addresses[side === 0 ? 1 : 0],
    destination: { address: pair.addresses[side], port, protocol: pair.protocol },
    via: evidence.viaOf(other, port),
  });
  addPort(row.ports, farPort);
  if (isAnswered(cursor, (flags & RUN_ANSWERED) !== 0)) addPort(row.answered, farPort);
  if ((flags & RUN_CLOSED) !== 0) addPort(row.closed, farPort);
  addRunCounts(row, cursor);
  return true;
}
