import type { Address } from '../../model/address.ts';
import type { FlowMinute } from '../../model/observation.ts';
import { addPort } from '../../model/port-set.ts';
import type { Minute } from '../../model/time.ts';
import { addRunCounts, addRunRow } from '../engine/reading-rows.ts';
import { eachRunPort, type RunCursor } from '../engine/run-reader.ts';
import { RUN_ANSWERED, RUN_CLOSED, RUN_OPENED } from '../engine/run-format.ts';
import { addFlowRow, emptyFlowRow, flowRowKey, type FlowRow, type FlowRowKey } from '../flow-row.ts';
import { isAnswered, sideOf, turnRow } from '../orient.ts';
import { createPairEvidence, EPHEMERAL_FROM, type PairEvidence, type Side } from '../pair-evidence.ts';
import { eachEntryRow, keyOfEntry } from './entry-rows.ts';
import { E_BOUND, E_LOCAL, E_PAIR, E_PLACE, E_PORT, V_LOCAL_TEXT, type PartitionIndex } from './partition-index.ts';

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

/** Entries of one pair. A busy gateway has tens of thousands, so what they share is kept once. */
type Pair = {
  readonly index: PartitionIndex;
  readonly entries: readonly number[];
  readonly first: number;
  readonly interfaceId: string;
  readonly protocol: number;
  /** The lower address, then the higher. */
  readonly addresses: readonly [Address, Address];
  readonly isSelf: boolean;
  sideOf(entry: number): Side;
};

function pairOf(index: PartitionIndex, entries: readonly number[]): Pair {
  const first = entries[0] as number;
  const key = keyOfEntry(index, first);
  const { localAddress, destination, interfaceId } = key;
  const firstSide = sideOf(key);
  const isLikeFirst = (entry: number): boolean =>
    index.entries[entry + E_LOCAL] === index.entries[first + E_LOCAL] &&
    (((index.entries[entry + E_PORT] as number) ^ (index.entries[first + E_PORT] as number)) & V_LOCAL_TEXT) === 0;
  return {
    index,
    entries,
    first,
    interfaceId,
    protocol: destination.protocol,
    addresses: firstSide === 0 ? [localAddress, destination.address] : [destination.address, localAddress],
    isSelf: localAddress === destination.address,
    sideOf: (entry) => (isLikeFirst(entry) ? firstSide : firstSide === 0 ? 1 : 0),
  };
}

const portOf = ({ index }: Pair, entry: number): number => (index.entries[entry + E_PORT] as number) >>> 16;

function mayNeedTurning(pair: Pair): boolean {
  const { index, entries, first } = pair;
  // Of an address with itself both directions look the same.
  if (pair.isSelf || entries.some((entry) => pair.sideOf(entry) !== pair.sideOf(first))) return true;
  const met = new Map<number, number>();
  let meetsTwo = false;
  for (const entry of entries) {
    const farPort = portOf(pair, entry);
    eachEntryRow(index, entry, (cursor) =>
      eachRunPort(cursor, (port) => {
        if (port >= EPHEMERAL_FROM) return;
        meetsTwo ||= (met.get(port) ?? farPort) !== farPort;
        met.set(port, farPort);
      }),
    );
  }
  return meetsTwo;
}

const otherSide = ({ isSelf }: Pair, side: Side): Side => (side === 0 && !isSelf ? 1 : 0);
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

function eachPortOf(pair: Pair, entry: number, visit: (port: number, farPort: number, flags: number) => void): void {
  const farPort = portOf(pair, entry);
  eachEntryRow(pair.index, entry, (cursor) => eachRunPort(cursor, (port, flags) => visit(port, farPort, flags)));
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

function evidenceOf(pair: Pair): PairEvidence {
  const evidence = createPairEvidence(pair.isSelf);
  for (const entry of pair.entries) {
    let isOpened = false;
    eachPortOf(pair, entry, (_, __, flags) => {
      isOpened ||= (flags & RUN_OPENED) !== 0;
    });
    if (isOpened) evidence.addOpen(pair.sideOf(entry), portOf(pair, entry), keyOfEntry(pair.index, entry).via);
  }
  if (pair.entries.every((entry) => isDecided(pair, entry, evidence))) return evidence;
  for (const entry of pair.entries) {
    const side = pair.sideOf(entry);
    eachPortOf(pair, entry, (port, farPort) => evidence.addPort(side, port, farPort));
  }
  return evidence;
}

function isDecided(pair: Pair, entry: number, evidence: PairEvidence): boolean {
  const side = pair.sideOf(entry);
  let areAll = true;
  eachPortOf(pair, entry, (port, farPort) => {
    areAll &&= evidence.isDecided(side, port, farPort);
  });
  return areAll;
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
