import type { Address } from '../../model/address.ts';
import { eachRunPort } from '../engine/run-ports.ts';
import { RUN_OPENED } from '../engine/run-format.ts';
import { sideOf } from '../orient.ts';
import { createPairEvidence, EPHEMERAL_FROM, type PairEvidence, type Side } from '../pair-evidence.ts';
import { eachEntryRow, keyOfEntry } from './entry-rows.ts';
import { E_LOCAL, E_PORT, V_LOCAL_TEXT, type PartitionIndex } from './partition-index.ts';

/** Entries of one pair. A busy gateway has tens of thousands, so what they share is kept once. */
export type Pair = {
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

export function pairOf(index: PartitionIndex, entries: readonly number[]): Pair {
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

export const portOf = ({ index }: Pair, entry: number): number => (index.entries[entry + E_PORT] as number) >>> 16;

export function mayNeedTurning(pair: Pair): boolean {
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

export const otherSide = ({ isSelf }: Pair, side: Side): Side => (side === 0 && !isSelf ? 1 : 0);
export function eachPortOf(
  pair: Pair,
  entry: number,
  visit: (port: number, farPort: number, flags: number) => void,
): void {
  const farPort = portOf(pair, entry);
  eachEntryRow(pair.index, entry, (cursor) => eachRunPort(cursor, (port, flags) => visit(port, farPort, flags)));
}

export function evidenceOf(pair: Pair): PairEvidence {
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
