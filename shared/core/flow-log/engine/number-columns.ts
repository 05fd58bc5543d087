import * as columnText from './column-text.ts';
import { areDigits, numberOfDigits } from './default-columns.ts';
import * as registerNames from './registers.ts';
import type { Registers } from './registers.ts';

// Each function reads one column into its register, and returns where it ends, or `UNCOMMON`.

// V8 takes an imported constant from memory, and checks it, at every use; a module's own stand in its code.
const { UNCOMMON } = columnText;
const { D_TIME_HEAD, R_FLAGS, R_TIME_HEAD_FOUR, R_TIME_HEAD_TWO } = registerNames;

const SPACE = 32;
const DASH = 45;

/** A whole number of so many bits. */
export function readSmallNumber(
  { words: r }: Registers,
  slot: number,
  bits: number,
  b: Uint8Array,
  from: number,
): number {
  let p = from;
  let value = 0;
  let c = (b[p] as number) - 48;
  for (; c >= 0 && c < 10; c = (b[p] as number) - 48) {
    value = (Math.imul(value, 10) + c) | 0;
    p += 1;
  }
  if (p === from || p - from > 9 || value >>> bits !== 0) return UNCOMMON;
  r[slot] = value;
  return p;
}

/** Any whole number that a double holds exactly. */
export function readCount({ doubles: d }: Registers, slot: number, b: Uint8Array, from: number): number {
  let p = from;
  let value = 0;
  let c = (b[p] as number) - 48;
  for (; c >= 0 && c < 10; c = (b[p] as number) - 48) {
    value = (Math.imul(value, 10) + c) | 0;
    p += 1;
  }
  if (p === from || p - from > 15) return UNCOMMON;
  d[slot] = p - from > 9 ? longNumber(b, from, p) : value;
  return p;
}

/** Seconds, or milliseconds that are cut to seconds. */
export function readTime(
  { words: r, doubles: d }: Registers,
  slot: number,
  b: Uint8Array,
  view: DataView,
  from: number,
): number {
  if (
    from + 12 <= b.length &&
    (b[from + 10] as number) <= SPACE &&
    view.getInt32(from, true) === r[R_TIME_HEAD_FOUR] &&
    view.getInt16(from + 4, true) === r[R_TIME_HEAD_TWO] &&
    areDigits(view.getInt32(from + 6, true))
  ) {
    d[slot] = (d[D_TIME_HEAD] as number) + numberOfDigits(view.getInt32(from + 6, true));
    return from + 10;
  }
  let p = from;
  while ((b[p] as number) > 47 && (b[p] as number) < 58) p += 1;
  // Milliseconds have thirteen digits; the last three are only checked to be digits.
  if (p - from !== 10 && (p - from !== 13 || b[from] === 48)) return UNCOMMON;
  const value = longNumber(b, from, from + 10);
  d[slot] = value;
  r[R_TIME_HEAD_FOUR] = view.getInt32(from, true);
  r[R_TIME_HEAD_TWO] = view.getInt16(from + 4, true);
  d[D_TIME_HEAD] = value - (value % 10_000);
  return p;
}

/** A number, or `-`, which says nothing of flags. */
export function readFlags({ words: r }: Registers, b: Uint8Array, from: number): number {
  if (b[from] === DASH) return from + 1;
  let p = from;
  let value = 0;
  let c = (b[p] as number) - 48;
  for (; c >= 0 && c < 10; c = (b[p] as number) - 48) {
    value = (Math.imul(value, 10) + c) | 0;
    p += 1;
  }
  if (p === from || p - from > 4) return UNCOMMON;
  r[R_FLAGS] = value;
  return p;
}

/** Of digits that are more than a 32-bit sum may have. */
function longNumber(b: Uint8Array, from: number, end: number): number {
  let value = 0;
  for (let i = from; i < end; i += 1) value = value * 10 + (b[i] as number) - 48;
  return value;
}
