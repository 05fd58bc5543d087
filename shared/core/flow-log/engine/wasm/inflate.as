// Inflate (RFC 1951) from memory to memory, resumable at any symbol: it stops when the output reaches `limit` or when
// the input runs short, and goes on where it was. Built the way fast decoders are: 64 bits of input in a register, a
// table look-up for two literals or for a literal and a length, the next look-up started before the last copy, copies of
// 96 bytes.
//
// What it needs of its caller: 64 readable bytes after the end of the input, 384 writable bytes after `limit`.

import { take } from './memory';

// Entries: u32. A literal: LITERAL | value << 16 | length. A length or distance: base << 16 | (code length + SPARE_BITS)
// << 8 | all bits to take (code and extra). Exceptions: EXCEPTION with END, or POINTER to a second table.
const LITERAL: u32 = 0x80000000;
const EXCEPTION: u32 = 0x8000;
const POINTER: u32 = 0x4000;
const END: u32 = 0x2000;

const LENGTH_BITS: u32 = 10;
const DISTANCE_BITS: u32 = 9;

// A bit register with so many bits below what is next, and the bits of it that are the offset of a table's entry.
const SPARE_BITS: u32 = 2;
const LENGTH_OFFSETS: u32 = ((1 << LENGTH_BITS) - 1) << SPARE_BITS;
const DISTANCE_OFFSETS: u32 = ((1 << DISTANCE_BITS) - 1) << SPARE_BITS;

// 2^10 entries, and at most 143 second tables of 32: each serves at least two of 286 symbols.
const LENGTH_TABLE: usize = memory.data(4 * 5632, 16);
const DISTANCE_TABLE: usize = memory.data(4 * 2048, 16);

// What the fast loop looks up instead of LENGTH_TABLE, so that it seldom has to guess which kind of symbol is next:
// u64, the lower half an entry as above, but of the first length after up to one literal. The upper half: the literals,
// first one lowest, how many there are << LITERAL_COUNT, and whether they are all (ONLY_LITERALS).
const PAIR_TABLE: usize = memory.data(8 << LENGTH_BITS, 16);
const PAIR_SPARE_BITS: u32 = 3;
const PAIR_OFFSETS: u32 = ((1 << LENGTH_BITS) - 1) << PAIR_SPARE_BITS;
const LITERALS: u64 = 32;
const LITERAL_COUNT: u64 = 48;
const ONLY_LITERALS: u64 = 0x8000000000000000;

export const NEEDS_ROOM: i32 = 0;
export const NEEDS_INPUT: i32 = 1;
export const FINISHED: i32 = 2;
export const DAMAGED: i32 = 3;
export const TRUNCATED: i32 = 4;

// How much input must lie ahead for the fast loop (two refills), and for a block header with its code lengths.
const FAST_INPUT: usize = 32;
const HEADER_INPUT: usize = 1024;

const IN_HEADER: i32 = 0;
const IN_STORED: i32 = 1;
const IN_CODES: i32 = 2;

let precodeTable: usize = 0;
let lengthSymbols: usize = 0;
let distanceSymbols: usize = 0;
let precodeSymbols: usize = 0;
let codeLengths: usize = 0;
let counts: usize = 0;
let nextCodes: usize = 0;

let bits: u64 = 0;
let bitCount: u32 = 0;
let state: i32 = 0;
let isFinalBlock: bool = false;
let storedLeft: u32 = 0;
let hasFixedTables: bool = false;

/** The next byte of input not yet in the bit register. */
export let inputAt: usize = 0;

export function prepareInflate(): void {
  precodeTable = take(4 * 128);
  lengthSymbols = take(4 * 288);
  distanceSymbols = take(4 * 32);
  precodeSymbols = take(4 * 19);
  codeLengths = take(1024);
  counts = take(64);
  nextCodes = take(64);
  for (let i: u32 = 0; i < 256; i++) store<u32>(lengthSymbols + (i << 2), LITERAL | (i << 16));
  store<u32>(lengthSymbols + (256 << 2), EXCEPTION | END);
  let base: u32 = 3;
  for (let i: u32 = 0; i < 29; i++) {
    const extra: u32 = i < 8 || i == 28 ? 0 : (i >> 2) - 1;
    if (i == 28) base = 258;
    store<u32>(lengthSymbols + ((257 + i) << 2), (base << 16) | extra);
    base += 1 << extra;
  }
  for (let i: u32 = 286; i < 288; i++) store<u32>(lengthSymbols + (i << 2), EXCEPTION);
  base = 1;
  for (let i: u32 = 0; i < 30; i++) {
    const extra: u32 = i < 4 ? 0 : (i >> 1) - 1;
    store<u32>(distanceSymbols + (i << 2), (base << 16) | extra);
    base += 1 << extra;
  }
  for (let i: u32 = 30; i < 32; i++) store<u32>(distanceSymbols + (i << 2), EXCEPTION);
  for (let i: u32 = 0; i < 19; i++) store<u32>(precodeSymbols + (i << 2), i << 16);
}

export function startInflate(from: usize): void {
  inputAt = from;
  bits = 0;
  bitCount = 0;
  state = IN_HEADER;
  isFinalBlock = false;
}

/** After the last block: gives whole unread bytes back to the input, and says where it goes on. */
export function endInflate(): usize {
  giveBack();
  bits = 0;
  bitCount = 0;
  return inputAt;
}

/** The input was moved: what stood at `inputAt` now stands `distance` bytes earlier. */
export function moveInput(distance: usize): void {
  inputAt -= distance;
}

// @ts-ignore: decorator
@inline
function reversed(code: u32, length: u32): u32 {
  let x = code;
  x = ((x & 0x5555) << 1) | ((x >> 1) & 0x5555);
  x = ((x & 0x3333) << 2) | ((x >> 2) & 0x3333);
  x = ((x & 0x0f0f) << 4) | ((x >> 4) & 0x0f0f);
  x = ((x & 0x00ff) << 8) | ((x >> 8) & 0x00ff);
  return x >> (16 - length);
}

// @ts-ignore: decorator
@inline
function entryOf(symbol: u32, length: u32): u32 {
  if (symbol & (LITERAL | EXCEPTION)) return symbol | length;
  return (symbol & 0xffff0000) | ((length + SPARE_BITS) << 8) | (length + (symbol & 0xff));
}

// The offset of the entry in a second table; `next` are the bits after those of the first.
// @ts-ignore: decorator
@inline
function secondEntry(pointer: u32, next: u64): usize {
  return <usize>((pointer >> 16) + (<u32>next & ((1 << ((pointer >> 8) & 15)) - 1))) << 2;
}

// The length or distance of an entry; `from` is the bit register where its code begins, spare bits and all.
// @ts-ignore: decorator
@inline
function valueOf(entry: u32, from: u64): usize {
  return <usize>(entry >> 16) + <usize>((from & (((<u64>1 << SPARE_BITS) << <u64>entry) - 1)) >> <u64>((entry >> 8) & 31));
}

// Fills a look-up table of 2^tableBits entries, and second tables behind it for longer codes. False when the code
// lengths are no complete prefix code; only a single code of one bit may leave half of it unused.
function buildTable(table: usize, tableBits: u32, lengths: usize, symbols: usize, symbolCount: u32, mayLack: bool): bool {
  memory.fill(counts, 0, 64);
  for (let i: u32 = 0; i < symbolCount; i++) {
    const at = counts + (<usize>load<u8>(lengths + i) << 2);
    store<u32>(at, load<u32>(at) + 1);
  }
  store<u32>(counts, 0);
  let code: u32 = 0;
  let left: i32 = 1;
  let longest: u32 = 0;
  for (let length: u32 = 1; length < 16; length++) {
    const count = load<u32>(counts + (length << 2));
    left = (left << 1) - <i32>count;
    if (left < 0) return false;
    code = (code + load<u32>(counts + ((length - 1) << 2))) << 1;
    store<u32>(nextCodes + (length << 2), code);
    if (count) longest = length;
  }
  const size: u32 = 1 << tableBits;
  if (left > 0) {
    if (longest > 1 || !mayLack) return false;
    for (let i: u32 = 0; i < size; i++) store<u32>(table + (i << 2), EXCEPTION | 1);
  } else if (longest > tableBits) memory.fill(table, 0, size << 2);
  let end = size;
  const longBits = longest > tableBits ? longest - tableBits : 0;
  for (let symbol: u32 = 0; symbol < symbolCount; symbol++) {
    const length = <u32>load<u8>(lengths + symbol);
    if (length == 0) continue;
    const next = nextCodes + (length << 2);
    const turned = reversed(load<u32>(next), length);
    store<u32>(next, load<u32>(next) + 1);
    if (length <= tableBits) {
      const entry = entryOf(load<u32>(symbols + (symbol << 2)), length);
      for (let i = turned; i < size; i += 1 << length) store<u32>(table + (i << 2), entry);
      continue;
    }
    const prefix = table + ((turned & (size - 1)) << 2);
    let pointer = load<u32>(prefix);
    if (pointer == 0) {
      pointer = (end << 16) | EXCEPTION | POINTER | (longBits << 8) | tableBits;
      store<u32>(prefix, pointer);
      end += 1 << longBits;
    }
    const entry = entryOf(load<u32>(symbols + (symbol << 2)), length - tableBits);
    const from = pointer >> 16;
    for (let i = turned >> tableBits; i < (1 << longBits); i += 1 << (length - tableBits))
      store<u32>(table + ((from + i) << 2), entry);
  }
  return true;
}

// @ts-ignore: decorator
@inline
function refill(): void {
  bits |= load<u64>(inputAt) << <u64>bitCount;
  inputAt += (63 - bitCount) >> 3;
  bitCount |= 56;
}

// @ts-ignore: decorator
@inline
function takeBits(count: u32): u32 {
  const value = <u32>bits & ((1 << count) - 1);
  bits >>= <u64>count;
  bitCount -= count;
  return value;
}

// Joins what stands side by side in LENGTH_TABLE, where both codes together are within its bits.
function pairUp(): void {
  for (let i: u32 = 0; i < 1 << LENGTH_BITS; i++) {
    const first = load<u32>(<usize>(i << 2), LENGTH_TABLE);
    let pair: u64 = first;
    if (<i32>first < 0) {
      const taken = first & 15;
      const left = LENGTH_BITS - taken;
      const second = load<u32>(<usize>((i >> taken) << 2), LENGTH_TABLE);
      const literal = <u64>((first >> 16) & 0xff) << LITERALS;
      if (<i32>second < 0 && (second & 15) <= left) {
        const both = literal | (<u64>((second >> 16) & 0xff) << (LITERALS + 8)) | <u64>(taken + (second & 15));
        pair = ONLY_LITERALS | (<u64>2 << LITERAL_COUNT) | both;
      } else if (!(second & (LITERAL | EXCEPTION)) && ((second >> 8) & 31) - SPARE_BITS <= left) {
        pair = (<u64>1 << LITERAL_COUNT) | literal | <u64>(second + (taken << 8) + taken);
      } else pair = ONLY_LITERALS | (<u64>1 << LITERAL_COUNT) | literal | <u64>taken;
    }
    store<u64>(<usize>(i << 3), pair, PAIR_TABLE);
  }
}

function useFixedTables(): void {
  if (hasFixedTables) return;
  for (let i: u32 = 0; i < 288; i++) store<u8>(codeLengths + i, <u8>(i < 144 ? 8 : i < 256 ? 9 : i < 280 ? 7 : 8));
  buildTable(LENGTH_TABLE, LENGTH_BITS, codeLengths, lengthSymbols, 288, false);
  memory.fill(codeLengths, 5, 32);
  buildTable(DISTANCE_TABLE, DISTANCE_BITS, codeLengths, distanceSymbols, 32, false);
  pairUp();
  hasFixedTables = true;
}

// Reads a block's header and builds its tables. At least HEADER_INPUT bytes, or the end of the input, lie ahead; past
// the end zeros are read, and the caller finds out by how far.
function readHeader(): bool {
  refill();
  isFinalBlock = takeBits(1) != 0;
  const type = takeBits(2);
  if (type == 3) return false;
  if (type == 0) {
    takeBits(bitCount & 7);
    inputAt -= bitCount >> 3;
    bits = 0;
    bitCount = 0;
    storedLeft = <u32>load<u16>(inputAt);
    inputAt += 4;
    state = IN_STORED;
    return (storedLeft ^ <u32>load<u16>(inputAt - 2)) == 0xffff;
  }
  state = IN_CODES;
  if (type == 1) {
    useFixedTables();
    return true;
  }
  return readCodes();
}

const PRECODE_ORDER = memory.data<u8>([16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15]);

function readCodes(): bool {
  hasFixedTables = false;
  const lengthCount = takeBits(5) + 257;
  const distanceCount = takeBits(5) + 1;
  const precodeCount = takeBits(4) + 4;
  if (lengthCount > 286 || distanceCount > 30) return false;
  memory.fill(codeLengths, 0, 32);
  for (let i: u32 = 0; i < precodeCount; i++) {
    if (bitCount < 3) refill();
    store<u8>(codeLengths + <usize>load<u8>(PRECODE_ORDER + i), <u8>takeBits(3));
  }
  if (!buildTable(precodeTable, 7, codeLengths, precodeSymbols, 19, false)) return false;
  const total = lengthCount + distanceCount;
  let i: u32 = 0;
  while (i < total) {
    refill();
    const entry = load<u32>(precodeTable + ((<u32>bits & 127) << 2));
    if (entry & EXCEPTION) return false;
    takeBits(entry & 0xff);
    const symbol = entry >> 16;
    if (symbol < 16) {
      store<u8>(codeLengths + i, <u8>symbol);
      i += 1;
      continue;
    }
    if (symbol == 16 && i == 0) return false;
    const value: u8 = symbol == 16 ? load<u8>(codeLengths + i - 1) : 0;
    const times = symbol == 16 ? 3 + takeBits(2) : symbol == 17 ? 3 + takeBits(3) : 11 + takeBits(7);
    if (i + times > total) return false;
    memory.fill(codeLengths + i, value, times);
    i += times;
  }
  if (load<u8>(codeLengths + 256) == 0) return false;
  memory.copy(codeLengths + 512, codeLengths + lengthCount, distanceCount);
  if (!buildTable(LENGTH_TABLE, LENGTH_BITS, codeLengths, lengthSymbols, lengthCount, true)) return false;
  pairUp();
  return buildTable(DISTANCE_TABLE, DISTANCE_BITS, codeLengths + 512, distanceSymbols, distanceCount, true);
}

/** Where output stands when `inflate` returns. */
export let outputAt: usize = 0;

/**
 * Decodes from `inputAt` up to `inputEnd` into memory from `out` on. `history` is the lowest address that copies may
 * reach back to; `isLast` says that no input follows `inputEnd`. Returns why it stopped.
 */
export function inflate(inputEnd: usize, isLast: bool, out: usize, limit: usize, history: usize): i32 {
  outputAt = out;
  while (outputAt < limit) {
    if (state == IN_HEADER) {
      if (isFinalBlock) return FINISHED;
      if (!isLast && inputAt + HEADER_INPUT > inputEnd) return NEEDS_INPUT;
      const good = readHeader();
      giveBack();
      if (inputAt > inputEnd) return TRUNCATED;
      if (!good) return DAMAGED;
    } else if (state == IN_STORED) {
      const count = min<usize>(min<usize>(storedLeft, inputEnd - inputAt), limit - outputAt);
      memory.copy(outputAt, inputAt, count);
      outputAt += count;
      inputAt += count;
      storedLeft -= <u32>count;
      if (storedLeft == 0) state = IN_HEADER;
      else if (outputAt < limit) return isLast ? TRUNCATED : NEEDS_INPUT;
    } else {
      let end = inputAt + FAST_INPUT > inputEnd ? NEEDS_INPUT : decodeFast(inputEnd - FAST_INPUT, limit, history);
      if (end == NEEDS_INPUT) {
        if (!isLast) return NEEDS_INPUT;
        end = decodeCarefully(inputEnd, limit, history);
      }
      if (end >= DAMAGED) return end;
    }
  }
  return NEEDS_ROOM;
}

// Puts whole unread bytes back, so that `inputAt` is exact.
function giveBack(): void {
  inputAt -= bitCount >> 3;
  bitCount &= 7;
  bits &= (<u64>1 << <u64>bitCount) - 1;
}

// The entry of what is next, with the literals before it.
// @ts-ignore: decorator
@inline
function pairAt(reg: u64): u64 {
  return load<u64>(<usize>((<u32>reg << (PAIR_SPARE_BITS - SPARE_BITS)) & PAIR_OFFSETS), PAIR_TABLE);
}

// @ts-ignore: decorator
@inline
function literalsOf(pair: u64): u16 {
  return <u16>(pair >> LITERALS);
}

// @ts-ignore: decorator
@inline
function literalCount(pair: u64): usize {
  return <usize>(pair >> LITERAL_COUNT) & 3;
}

// Decodes symbols while neither input nor room can run out within one of them. One long loop: its state lives in
// registers, and every call would put it into memory and back.
//
// What takes the time is guessing what comes next, so it guesses little: pairs of symbols, and copies that are long
// enough for most matches. Then it is the chain from one look-up to the next, which is kept short: the register has two
// spare bits at its bottom, which makes what is masked out of it the offset of a table's entry; tables lie at constant
// addresses; and only the lowest six bits of `count` count, so that entries are subtracted from it as they are.
function decodeFast(inputStop: usize, limit: usize, history: usize): i32 {
  let out = outputAt;
  let at = inputAt;
  let reg = bits << SPARE_BITS;
  let count = bitCount + SPARE_BITS;
  let end = NEEDS_ROOM;
  let saved: u64 = 0;

  reg |= load<u64>(at) << <u64>count;
  at += (~count >> 3) & 7;
  count |= 56;
  let pair = pairAt(reg);
  while (out < limit) {
    if (at > inputStop) {
      end = NEEDS_INPUT;
      break;
    }
    saved = reg;
    reg >>= pair;
    count -= <u32>pair;
    store<u16>(out, literalsOf(pair));
    out += literalCount(pair);
    if (<i64>pair < 0) {
      pair = pairAt(reg);
      saved = reg;
      reg >>= pair;
      count -= <u32>pair;
      store<u16>(out, literalsOf(pair));
      out += literalCount(pair);
      if (<i64>pair < 0) {
        pair = pairAt(reg);
        reg |= load<u64>(at) << <u64>count;
        at += (~count >> 3) & 7;
        count |= 56;
        continue;
      }
    }
    let entry = <u32>pair;
    if (entry & EXCEPTION) {
      if (entry & POINTER) {
        reg |= load<u64>(at) << <u64>count;
        at += (~count >> 3) & 7;
        count |= 56;
        entry = load<u32>(secondEntry(entry, reg >> SPARE_BITS), LENGTH_TABLE);
        saved = reg;
        reg >>= <u64>entry;
        count -= entry;
        if (<i32>entry < 0) {
          store<u8>(out, <u8>(entry >> 16));
          out += 1;
          reg |= load<u64>(at) << <u64>count;
          at += (~count >> 3) & 7;
          count |= 56;
          pair = pairAt(reg);
          continue;
        }
      }
      if (entry & EXCEPTION) {
        if (entry & END) state = IN_HEADER;
        else end = DAMAGED;
        break;
      }
    }
    const length = valueOf(entry, saved);
    if ((count & 63) < SPARE_BITS + 28 + LENGTH_BITS) {
      reg |= load<u64>(at) << <u64>count;
      at += (~count >> 3) & 7;
      count |= 56;
    }
    entry = load<u32>(<usize>(<u32>reg & DISTANCE_OFFSETS), DISTANCE_TABLE);
    if (entry & EXCEPTION) {
      if (!(entry & POINTER)) {
        end = DAMAGED;
        break;
      }
      reg >>= DISTANCE_BITS;
      count -= DISTANCE_BITS;
      entry = load<u32>(secondEntry(entry, reg >> SPARE_BITS), DISTANCE_TABLE);
      if (entry & EXCEPTION) {
        end = DAMAGED;
        break;
      }
    }
    saved = reg;
    reg >>= <u64>entry;
    count -= entry;
    const distance = valueOf(entry, saved);
    let from = out - distance;
    if (from < history) {
      end = DAMAGED;
      break;
    }
    pair = pairAt(reg);
    reg |= load<u64>(at) << <u64>count;
    at += (~count >> 3) & 7;
    count |= 56;
    let to = out;
    out += length;
    if (distance >= 16) {
      // Copies may write past the match: what lies there is written again.
      v128.store(to, v128.load(from));
      v128.store(to, v128.load(from, 16), 16);
      v128.store(to, v128.load(from, 32), 32);
      v128.store(to, v128.load(from, 48), 48);
      v128.store(to, v128.load(from, 64), 64);
      v128.store(to, v128.load(from, 80), 80);
      if (length > 96) {
        to += 96;
        from += 96;
        do {
          v128.store(to, v128.load(from));
          v128.store(to, v128.load(from, 16), 16);
          v128.store(to, v128.load(from, 32), 32);
          v128.store(to, v128.load(from, 48), 48);
          to += 64;
          from += 64;
        } while (to < out);
      }
    } else if (distance >= 8) {
      do {
        store<u64>(to, load<u64>(from));
        to += 8;
        from += 8;
      } while (to < out);
    } else {
      do {
        store<u8>(to, load<u8>(from));
        to += 1;
        from += 1;
      } while (to < out);
    }
  }
  inputAt = at;
  bits = reg >> SPARE_BITS;
  bitCount = (count & 63) - SPARE_BITS;
  outputAt = out;
  giveBack();
  return end;
}

// The last bytes of the input, symbol by symbol: a symbol counts only when all of its bits were there.
function decodeCarefully(inputEnd: usize, limit: usize, history: usize): i32 {
  while (outputAt < limit) {
    while (bitCount <= 48 && inputAt < inputEnd) {
      bits |= <u64>load<u8>(inputAt) << <u64>bitCount;
      inputAt += 1;
      bitCount += 8;
    }
    const reg = bits;
    let used: u32 = 0;
    let entry = load<u32>(<usize>(<u32>(reg << SPARE_BITS) & LENGTH_OFFSETS), LENGTH_TABLE);
    if (entry & POINTER && entry & EXCEPTION && <i32>entry >= 0) {
      used = LENGTH_BITS;
      entry = load<u32>(secondEntry(entry, reg >> <u64>used), LENGTH_TABLE);
    }
    let saved = (reg >> <u64>used) << SPARE_BITS;
    used += entry & 63;
    if (used > bitCount) return TRUNCATED;
    if (<i32>entry < 0) {
      store<u8>(outputAt, <u8>(entry >> 16));
      outputAt += 1;
    } else if (entry & EXCEPTION) {
      if (!(entry & END)) return DAMAGED;
      state = IN_HEADER;
    } else {
      const length = valueOf(entry, saved);
      entry = load<u32>(<usize>(<u32>((reg >> <u64>used) << SPARE_BITS) & DISTANCE_OFFSETS), DISTANCE_TABLE);
      if (entry & POINTER && entry & EXCEPTION) {
        used += DISTANCE_BITS;
        entry = load<u32>(secondEntry(entry, reg >> <u64>used), DISTANCE_TABLE);
      }
      saved = (reg >> <u64>used) << SPARE_BITS;
      used += entry & 63;
      if (used > bitCount) return TRUNCATED;
      if (entry & EXCEPTION) return DAMAGED;
      const distance = valueOf(entry, saved);
      if (outputAt - distance < history) return DAMAGED;
      for (let i: usize = 0; i < length; i++) store<u8>(outputAt + i, load<u8>(outputAt + i - distance));
      outputAt += length;
    }
    bits >>= <u64>used;
    bitCount -= used;
    if (state == IN_HEADER) return NEEDS_ROOM;
  }
  return NEEDS_ROOM;
}
