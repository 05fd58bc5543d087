import * as columnText from './column-text.ts';
import * as registerNames from './registers.ts';
import type { Registers } from './registers.ts';

// V8 takes an imported constant from memory, and checks it, at every use; a module's own stand in its code.
const { UNCOMMON } = columnText;
const {
  D_BYTES,
  D_END,
  D_PACKETS,
  D_START,
  D_TIME_HEAD,
  R_DST,
  R_IS_REJECT,
  R_PROTOCOL,
  R_SRC,
  R_SRC_LENGTH,
  R_SRC_START,
  R_SRC_PORT,
  R_TIME_HEAD_FOUR,
  R_TIME_HEAD_TWO,
} = registerNames;

const SPACE = 32;
const DOT = 46;
const LETTER_K = 75;

/** No shorter than all the columns together, so that one look at the end of the text is enough. */
const LONGEST_BYTES = 128;

/**
 * Reads the columns of `DEFAULT_RUN_FIELDS` from `from` on where all of them are as in nearly every record: IPv4, numbers
 * of at most nine digits, times in seconds whose first six digits are those of the last time. Returns where they end, or
 * `UNCOMMON`, and then has changed nothing but registers that are set again when each column is read for itself.
 *
 * The order is known here, and nothing is asked of each column: a third of the scanner's time went into such questions.
 * One long function, because each part has two results, a value and a position. A sum that ends in `| 0` stays a machine
 * word, where V8 would look for an overflow.
 */
export function readDefaultColumns(registers: Registers, b: Uint8Array, view: DataView, from: number): number {
  if (from + LONGEST_BYTES > b.length) return UNCOMMON;
  const { words: r, doubles: d } = registers;
  let p = from | 0;
  for (let slot = R_SRC; slot <= R_DST; slot += 1) {
    const start = p;
    let value = 0;
    for (let octets = 0; octets < 4; octets += 1) {
      let octet = (b[p] as number) - 48;
      if (octet >>> 0 > 9) return UNCOMMON;
      let c = (b[(p + 1) | 0] as number) - 48;
      p = (p + 2) | 0;
      if (c >>> 0 < 10) {
        octet = (Math.imul(octet, 10) + c) | 0;
        c = (b[p] as number) - 48;
        p = (p + 1) | 0;
        if (c >>> 0 < 10) {
          octet = (Math.imul(octet, 10) + c) | 0;
          c = (b[p] as number) - 48;
          p = (p + 1) | 0;
        }
      }
      value = (value << 8) | octet;
      if (octet > 255 || c !== (octets < 3 ? DOT - 48 : SPACE - 48)) return UNCOMMON;
    }
    r[slot] = value;
    r[R_SRC_START + slot - R_SRC] = start;
    r[R_SRC_LENGTH + slot - R_SRC] = (p - 1 - start) | 0;
  }
  for (let slot = R_SRC_PORT; slot <= R_PROTOCOL; slot += 1) {
    const start = p;
    let value = 0;
    let c = (b[p] as number) - 48;
    for (; c >>> 0 < 10; c = (b[p] as number) - 48) {
      value = (Math.imul(value, 10) + c) | 0;
      p = (p + 1) | 0;
    }
    if (c !== SPACE - 48 || p === start || p - start > 9) return UNCOMMON;
    if (value > (slot === R_PROTOCOL ? 255 : 65_535)) return UNCOMMON;
    r[slot] = value;
    p = (p + 1) | 0;
  }
  for (let slot = D_PACKETS; slot <= D_BYTES; slot += 1) {
    const start = p;
    let value = 0;
    let c = (b[p] as number) - 48;
    for (; c >>> 0 < 10; c = (b[p] as number) - 48) {
      value = (Math.imul(value, 10) + c) | 0;
      p = (p + 1) | 0;
    }
    if (c !== SPACE - 48 || p === start || p - start > 9) return UNCOMMON;
    d[slot] = value;
    p = (p + 1) | 0;
  }
  // Two times and the last two words, which have 31 bytes and end before the line does.
  if (p + 32 > b.length) return UNCOMMON;
  const four = r[R_TIME_HEAD_FOUR];
  const two = r[R_TIME_HEAD_TWO];
  if (view.getInt32(p, true) !== four || view.getInt16(p + 4, true) !== two || b[p + 10] !== SPACE) return UNCOMMON;
  if (view.getInt32(p + 11, true) !== four || view.getInt16(p + 15, true) !== two || b[p + 21] !== SPACE)
    return UNCOMMON;
  const startTail = view.getInt32(p + 6, true);
  const endTail = view.getInt32(p + 17, true);
  if (!areDigits(startTail) || !areDigits(endTail)) return UNCOMMON;
  const head = d[D_TIME_HEAD] as number;
  d[D_START] = head + numberOfDigits(startTail);
  d[D_END] = head + numberOfDigits(endTail);
  p = (p + 22) | 0;
  // «ACCE», or else «REJE».
  const isAccept = view.getInt32(p) === 0x41434345;
  if (!isAccept && view.getInt32(p) !== 0x52454a45) return UNCOMMON;
  // «PT O», or else «CT O».
  if (view.getInt32(p + 4) !== (isAccept ? 0x5054204f : 0x4354204f) || b[p + 8] !== LETTER_K) return UNCOMMON;
  r[R_IS_REJECT] = isAccept ? 0 : 1;
  return (p + 9) | 0;
}

/** Whether the four bytes of a word are all digits: the second sum carries out of those above `9`. */
export const areDigits = (text: number): boolean =>
  (text & 0xf0f0f0f0) === 0x30303030 && ((text + 0x06060606) & 0xf0f0f0f0) === 0x30303030;

/** What four digits in a word come to, the first of them in the lowest byte. */
export function numberOfDigits(text: number): number {
  const pairs = Math.imul(text & 0x0f0f0f0f, 10) + ((text >>> 8) & 0x0f0f0f);
  return (pairs & 255) * 100 + ((pairs >>> 16) & 255);
}
