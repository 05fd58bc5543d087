import type { FlowMinute } from '../../model/observation.ts';
import { addPort } from '../../model/port-set.ts';
import type { Minute } from '../../model/time.ts';
import { addRunCounts, addRunRow } from '../engine/engine-reader.ts';
import { eachRunPort, type RunCursor } from '../engine/run-reader.ts';
import { RUN_ANSWERED, RUN_CLOSED, RUN_OPENED } from '../engine/run-format.ts';
import { addFlowRow, emptyFlowRow, flowRowKey, type FlowRow, type FlowRowKey } from '../flow-row.ts';
import { isAnswered, sideOf, turnRow } from '../orient.ts';
import { createPairEvidence, EPHEMERAL_FROM, type PairEvidence, type Side } from '../pair-evidence.ts';
import { eachEntryRow, keyOfEntry, type EntryKey } from './entry-rows.ts';
import { E_BOUND, E_PAIR, E_PLACE, type PartitionIndex } from './partition-index.ts';

/** Rows of a pair that had to be turned round, in place of its entries. */
export type TurnedPair = { readonly place: number; readonly rows: readonly FlowMinute[] };

export type TurnedPairs = {
  readonly turned: readonly TurnedPair[];
  /** Entries of mixed pairs that are right as they are. */
  readonly right: readonly number[];
};

/**
 * Orients the pairs whose entries stand in both directions, or in one with several ports of which some meet the same
 * port. `mixed` are the entries of all pairs that are not of one direction and one port; pairs whose entries together do
 * not reach `floor` are left out.
 */
export function turnPairs(index: PartitionIndex, mixed: ArrayLike<number>, floor: number): TurnedPairs {
  const turned: TurnedPair[] = [];
  const right: number[] = [];
  const pairs = Map.groupBy(Array.from(mixed), (entry) => index.entries[entry + E_PAIR] as number);
  for (const entries of pairs.values()) {
    const reached = entries.reduce((sum, entry) => sum + (index.entries[entry + E_BOUND] as number), 0);
    if (reached < floor) continue;
    const keyed = entries.map((entry) => ({ entry, key: keyOfEntry(index, entry) }));
    if (mayNeedTurning(index, keyed))
      turned.push({ place: index.entries[(entries[0] as number) + E_PLACE] as number, rows: turnPair(index, keyed) });
    else right.push(...entries);
  }
  return { turned, right };
}

type KeyedEntry = { readonly entry: number; readonly key: EntryKey };

function mayNeedTurning(index: PartitionIndex, entries: readonly KeyedEntry[]): boolean {
  const { localAddress, destination } = (entries[0] as KeyedEntry).key;
  // Of an address with itself both directions look the same.
  if (localAddress === destination.address) return true;
  if (entries.some(({ key }) => key.localAddress !== localAddress)) return true;
  const met = new Map<number, number>();
  let meetsTwo = false;
  for (const { entry, key } of entries)
    eachEntryRow(index, entry, (cursor) =>
      eachRunPort(cursor, (port) => {
        if (port >= EPHEMERAL_FROM) return;
        meetsTwo ||= (met.get(port) ?? key.destination.port) !== key.destination.port;
        met.set(port, key.destination.port);
      }),
    );
  return meetsTwo;
}

function turnPair(index: PartitionIndex, entries: readonly KeyedEntry[]): FlowMinute[] {
  const evidence = evidenceOf(index, entries);
  const result = new Map<string, FlowRow>();
  for (const keyed of entries) turnEntry(index, keyed, evidence, result);
  return [...result.values()];
}

function evidenceOf(index: PartitionIndex, entries: readonly KeyedEntry[]): PairEvidence {
  const [first] = entries as readonly [KeyedEntry];
  const evidence = createPairEvidence(first.key.localAddress === first.key.destination.address);
  for (const { entry, key } of entries) {
    const side = sideOf(key);
    eachEntryRow(index, entry, (cursor) =>
      eachRunPort(cursor, (port, flags) => {
        evidence.addPort(side, port, key.destination.port);
        if ((flags & RUN_OPENED) !== 0) evidence.addOpen(side, key.destination.port, key.via);
      }),
    );
  }
  return evidence;
}

/**
 * A row that stands wrong has one port, nearly always: such rows go straight to where they belong, and only what is
 * more, or lies in several pieces, becomes a row first.
 */
function turnEntry(
  index: PartitionIndex,
  { entry, key }: KeyedEntry,
  evidence: PairEvidence,
  result: Map<string, FlowRow>,
): void {
  const side = sideOf(key);
  const pieces = new Map<Minute, number>();
  eachEntryRow(index, entry, ({ minute }) => pieces.set(minute, (pieces.get(minute) ?? 0) + 1));
  const whole = new Map<Minute, FlowRow>();
  eachEntryRow(index, entry, (cursor) => {
    const { minute } = cursor;
    if (cursor.portCount === 1 && pieces.get(minute) === 1 && addTurnedPort(cursor, side, key, evidence, result))
      return;
    const row = whole.get(minute) ?? emptyFlowRow({ ...key, minute });
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
  cursor: RunCursor,
  side: Side,
  { interfaceId, localAddress, destination }: EntryKey,
  evidence: PairEvidence,
  result: Map<string, FlowRow>,
): boolean {
  let port = 0;
  let flags = 0;
  eachRunPort(cursor, (only, its) => {
    port = only;
    flags = its;
  });
  if (!evidence.turns(side, port, destination.port)) return false;
  const isSelf = localAddress === destination.address;
  const row = rowFor(result, {
    minute: cursor.minute,
    interfaceId,
    localAddress: destination.address,
    destination: { address: localAddress, port, protocol: destination.protocol },
    via: evidence.viaOf(side === 0 && !isSelf ? 1 : 0, port),
  });
  addPort(row.ports, destination.port);
  if (isAnswered(cursor, (flags & RUN_ANSWERED) !== 0)) addPort(row.answered, destination.port);
  if ((flags & RUN_CLOSED) !== 0) addPort(row.closed, destination.port);
  addRunCounts(row, cursor);
  return true;
}
