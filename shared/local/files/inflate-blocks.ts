import { Broken, damageOf, type BitSource, type InflateDamage } from './inflate-bits.ts';
import { fixedCodes, readCodes, readSymbol, type Codes } from './inflate-codes.ts';

/** How far back a copy may reach (RFC 1951). */
const HISTORY_BYTES = 32 * 1024;
const ROOM_BYTES = 256 * 1024;
const LONGEST_MATCH = 258;

/** Bases and extra bits of lengths (symbols from 257 on) and of distances. */
const LENGTHS = spans(28, (i) => (i < 8 ? 0 : (i >> 2) - 1), 3);
LENGTHS.bases.push(258);
LENGTHS.extra.push(0);
const DISTANCES = spans(30, (i) => (i < 4 ? 0 : (i >> 1) - 1), 1);

function spans(count: number, bitsOf: (i: number) => number, first: number): { bases: number[]; extra: number[] } {
  const extra = Array.from({ length: count }, (_, i) => bitsOf(i));
  const bases = extra.map((_, i) => extra.slice(0, i).reduce((sum, bits) => sum + (1 << bits), first));
  return { bases, extra };
}

/** Where text is written: behind what copies may reach back to. */
type Room = { readonly bytes: Uint8Array; at: number; from: number; start: number };

const isFull = (room: Room): boolean => room.at > room.bytes.length - LONGEST_MATCH;

/** Keeps what copies may reach back to, and makes room for more. */
function slide(room: Room): void {
  const keep = Math.max(room.start, room.at - HISTORY_BYTES);
  room.bytes.copyWithin(0, keep, room.at);
  room.at -= keep;
  room.from = room.at;
  room.start = 0;
}

/** True at the block's end, false when the room is full. */
function readBlock(source: BitSource, { lengths, distances }: Codes, room: Room): boolean {
  const { bytes } = room;
  while (!isFull(room)) {
    const symbol = readSymbol(source, lengths);
    if (symbol < 256) {
      bytes[room.at] = symbol;
      room.at += 1;
      continue;
    }
    if (symbol === 256) return true;
    const length = spanOf(source, LENGTHS, symbol - 257);
    const distance = spanOf(source, DISTANCES, readSymbol(source, distances));
    if (distance > room.at - room.start) throw new Broken('damaged');
    for (let i = 0; i < length; i += 1) bytes[room.at + i] = bytes[room.at + i - distance] as number;
    room.at += length;
  }
  return false;
}

function spanOf(source: BitSource, { bases, extra }: typeof LENGTHS, index: number): number {
  const base = bases[index];
  if (base === undefined) throw new Broken('damaged');
  return base + source.take(extra[index] as number);
}

function* storedBlock(source: BitSource, room: Room): Generator<Uint8Array, void> {
  source.align();
  let left = source.take(16);
  if ((left ^ source.take(16)) !== 0xffff) throw new Broken('damaged');
  for (; left > 0; left -= 1) {
    if (isFull(room)) yield* handOver(room);
    room.bytes[room.at] = source.take(8);
    room.at += 1;
  }
}

function* handOver(room: Room): Generator<Uint8Array, void> {
  if (room.at > room.from) yield room.bytes.subarray(room.from, room.at);
  slide(room);
}

/**
 * Inflate (RFC 1951), symbol by symbol: what zlib writes and then throws away when it comes upon a damage is handed over
 * here to the last byte. Several times slower than zlib: for what zlib has given up on. Each text is good until the next.
 * Returns what is wrong with the stream, or null; what follows it is the source's next.
 */
export function* inflateBlocks(source: BitSource): Generator<Uint8Array, InflateDamage | null> {
  const room: Room = { bytes: new Uint8Array(HISTORY_BYTES + ROOM_BYTES), at: 0, from: 0, start: 0 };
  let damage: InflateDamage | null = null;
  try {
    for (let isFinal = false; !isFinal;) {
      isFinal = source.take(1) === 1;
      const type = source.take(2);
      if (type === 3) throw new Broken('damaged');
      if (type === 0) yield* storedBlock(source, room);
      else {
        const codes = type === 1 ? fixedCodes() : readCodes(source);
        while (!readBlock(source, codes, room)) yield* handOver(room);
      }
    }
    source.align();
  } catch (error) {
    damage = damageOf(error);
  }
  if (room.at > room.from) yield room.bytes.subarray(room.from, room.at);
  return damage;
}
