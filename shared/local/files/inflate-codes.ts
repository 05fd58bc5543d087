import { Broken, CODE_BITS, type BitSource } from './inflate-bits.ts';

const PRECODE_ORDER = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

/** By the next 15 bits: symbol << 4 | bits of its code; 0 where there is no such code. */
export type CodeTable = Uint16Array;

/** Breaks off where the lengths are no complete prefix code; only a single code of one bit may leave half of it unused. */
function codeTable(lengths: Uint8Array, mayLack: boolean): CodeTable {
  const counts = new Uint16Array(CODE_BITS + 1);
  for (const length of lengths) counts[length] = (counts[length] as number) + 1;
  const next = new Uint16Array(CODE_BITS + 2);
  let left = 1;
  let longest = 0;
  for (let length = 1; length <= CODE_BITS; length += 1) {
    const count = counts[length] as number;
    left = left * 2 - count;
    if (left < 0) throw new Broken('damaged');
    if (count > 0) longest = length;
    next[length + 1] = ((next[length] as number) + count) << 1;
  }
  if (left > 0 && (longest > 1 || !mayLack)) throw new Broken('damaged');
  const table = new Uint16Array(1 << CODE_BITS);
  for (const [symbol, length] of lengths.entries()) {
    if (length === 0) continue;
    const code = next[length] as number;
    next[length] = code + 1;
    for (let i = reversed(code, length); i < table.length; i += 1 << length) table[i] = (symbol << 4) | length;
  }
  return table;
}

function reversed(code: number, length: number): number {
  let turned = 0;
  for (let i = 0; i < length; i += 1) turned |= ((code >> i) & 1) << (length - 1 - i);
  return turned;
}

export type Codes = { readonly lengths: CodeTable; readonly distances: CodeTable };

export const fixedCodes = (): Codes => ({
  lengths: codeTable(
    Uint8Array.from({ length: 288 }, (_, i) => (i < 144 ? 8 : i < 256 ? 9 : i < 280 ? 7 : 8)),
    false,
  ),
  distances: codeTable(new Uint8Array(32).fill(5), false),
});

export function readCodes(source: BitSource): Codes {
  const lengthCount = source.take(5) + 257;
  const distanceCount = source.take(5) + 1;
  const precodeCount = source.take(4) + 4;
  if (lengthCount > 286 || distanceCount > 30) throw new Broken('damaged');
  const precodeLengths = new Uint8Array(19);
  for (const symbol of PRECODE_ORDER.slice(0, precodeCount)) precodeLengths[symbol] = source.take(3);
  const precode = codeTable(precodeLengths, false);
  const all = new Uint8Array(lengthCount + distanceCount);
  for (let i = 0; i < all.length;) {
    const symbol = readSymbol(source, precode);
    if (symbol < 16) {
      all[i] = symbol;
      i += 1;
      continue;
    }
    if (symbol === 16 && i === 0) throw new Broken('damaged');
    const times = symbol === 16 ? 3 + source.take(2) : symbol === 17 ? 3 + source.take(3) : 11 + source.take(7);
    if (i + times > all.length) throw new Broken('damaged');
    all.fill(symbol === 16 ? (all[i - 1] as number) : 0, i, i + times);
    i += times;
  }
  if (all[256] === 0) throw new Broken('damaged');
  return {
    lengths: codeTable(all.subarray(0, lengthCount), true),
    distances: codeTable(all.subarray(lengthCount), true),
  };
}

export function readSymbol(source: BitSource, table: CodeTable): number {
  const entry = table[source.peek()] as number;
  if (entry === 0) {
    source.drop(1);
    throw new Broken('damaged');
  }
  source.drop(entry & 15);
  return entry >> 4;
}
