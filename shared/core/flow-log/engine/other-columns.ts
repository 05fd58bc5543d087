import * as columnText from './column-text.ts';
import { endOfColumns, isRepeated } from './column-text.ts';
import * as fieldPlan from './field-plan.ts';
import { readCount, readFlags, readSmallNumber, readTime } from './number-columns.ts';
import * as registerNames from './registers.ts';
import type { Registers } from './registers.ts';

// V8 takes an imported constant from memory, and checks it, at every use; a module's own stand in its code.
const { UNCOMMON } = columnText;
const { BEGINS_DEFAULT_RUN, BITS_MASK, BITS_SHIFT, SLOT_MASK, SLOT_SHIFT, STEP_MASK } = fieldPlan;
const { DO_ACTION, DO_ADDRESS, DO_COUNT, DO_FLAGS, DO_PACKET_ADDRESS, DO_RUN, DO_SMALL_NUMBER, DO_STATUS, DO_TIME } =
  fieldPlan;
const { R_COLUMN, R_ID_BITS, R_IS_REJECT, R_PACKET_BITS, R_PKT_SRC, R_SRC_LENGTH, R_SRC_START } = registerNames;

/** What is asked where an address is not four small numbers. */
export type AddressHelp = {
  /** A dictionary id, or `NOT_IPV6` when the text is no IP address, or `MAPPED_IPV4` and the address in `ipv4`. */
  ipv6(bytes: Uint8Array, from: number, to: number): number;
  ipv4: number;
};

export const NOT_IPV6 = -1;
export const MAPPED_IPV4 = -2;

const SPACE = 32;
const DASH = 45;
const DOT = 46;
const LETTER_E = 69;
const LETTER_K = 75;
const LETTER_O = 79;
const LETTER_R = 82;

/**
 * Reads columns from number `first` on up to the next run or the end of the line, each by itself. Returns where they end,
 * and in `R_COLUMN` the number of the next; or `UNCOMMON` where one is not the common case.
 *
 * Apart from the loop over lines, because few records of most formats need it: the loop is compiled the sooner.
 */
export function readOtherColumns(
  registers: Registers,
  help: AddressHelp,
  codes: Int32Array,
  b: Uint8Array,
  view: DataView,
  from: number,
  first: number,
): number {
  let p = from;
  for (let k = first; ; p += 1) {
    p = readColumn(registers, help, codes[k] as number, b, view, p);
    if (p === UNCOMMON) return UNCOMMON;
    k += 1;
    const next = k < codes.length ? (codes[k] as number) : DO_RUN;
    if ((next & STEP_MASK) === DO_RUN || (next & BEGINS_DEFAULT_RUN) !== 0) {
      registers.words[R_COLUMN] = k;
      return p;
    }
    if (b[p] !== SPACE) return UNCOMMON;
  }
}

function readColumn(
  registers: Registers,
  help: AddressHelp,
  code: number,
  b: Uint8Array,
  view: DataView,
  p: number,
): number {
  const slot = (code >>> SLOT_SHIFT) & SLOT_MASK;
  switch (code & STEP_MASK) {
    case DO_ADDRESS:
      return readAddress(registers, help, slot, b, p);
    case DO_PACKET_ADDRESS:
      return readPacketAddress(registers, help, slot, b, view, p);
    case DO_SMALL_NUMBER:
      return readSmallNumber(registers, slot, (code >>> BITS_SHIFT) & BITS_MASK, b, p);
    case DO_COUNT:
      return readCount(registers, slot, b, p);
    case DO_TIME:
      return readTime(registers, slot, b, view, p);
    case DO_FLAGS:
      return readFlags(registers, b, p);
    case DO_ACTION:
      return readAction(registers, b, view, p);
    case DO_STATUS:
      return b[p] === LETTER_O && b[p + 1] === LETTER_K ? p + 2 : UNCOMMON;
    default:
      return UNCOMMON;
  }
}

/** Also of a packet-level address that is there: the text is not `-`. */
function readAddress({ words: r }: Registers, help: AddressHelp, slot: number, b: Uint8Array, from: number): number {
  let p = from;
  let value = 0;
  let octets = 0;
  let c = 0;
  for (; octets < 4; octets += 1) {
    let octet = (b[p] as number) - 48;
    if (octet >>> 0 > 9) break;
    c = (b[p + 1] as number) - 48;
    p += 2;
    if (c >>> 0 < 10) {
      octet = octet * 10 + c;
      c = (b[p++] as number) - 48;
      if (c >>> 0 < 10) {
        octet = octet * 10 + c;
        c = (b[p++] as number) - 48;
      }
    }
    value = (value << 8) | octet;
    if (octet > 255 || (octets < 3 ? c !== DOT - 48 : c > SPACE - 48)) break;
  }
  if (octets === 4) {
    p -= 1;
    r[slot] = value;
  } else {
    p = from;
    while ((b[p] as number) > SPACE) p += 1;
    const id = help.ipv6(b, from, p);
    if (id === NOT_IPV6) return UNCOMMON;
    r[slot] = id === MAPPED_IPV4 ? help.ipv4 : id;
    if (id !== MAPPED_IPV4) r[R_ID_BITS] = (r[R_ID_BITS] as number) | (1 << slot);
  }
  r[R_SRC_START + slot] = from;
  r[R_SRC_LENGTH + slot] = p - from;
  return p;
}

/** Whether a packet-level address is that of the interface, as it mostly is: what the record then has by itself. */
export function repeatsInterface(r: Int32Array, b: Uint8Array, view: DataView, at: number, slot: number): boolean {
  const outer = slot - R_PKT_SRC;
  const length = r[R_SRC_LENGTH + outer] as number;
  return length !== 0 && isRepeated(b, view, at, r[R_SRC_START + outer] as number, length);
}

function readPacketAddress(
  registers: Registers,
  help: AddressHelp,
  slot: number,
  b: Uint8Array,
  view: DataView,
  from: number,
): number {
  const { words: r } = registers;
  if (repeatsInterface(r, b, view, from, slot)) return from + (r[R_SRC_LENGTH + slot - R_PKT_SRC] as number);
  if (b[from] === DASH && (b[from + 1] as number) <= SPACE) return from + 1;
  r[R_PACKET_BITS] = (r[R_PACKET_BITS] as number) | (1 << slot);
  return readAddress(registers, help, slot, b, from);
}

function readAction({ words: r }: Registers, b: Uint8Array, view: DataView, from: number): number {
  // «ACCE», most often.
  if (from + 7 <= b.length && view.getInt32(from) === 0x41434345 && (b[from + 6] as number) <= SPACE)
    return (b[from + 4] as number) > SPACE && (b[from + 5] as number) > SPACE ? from + 6 : UNCOMMON;
  const p = endOfColumns(b, from, 1);
  if (p - from !== 6 || b[from] !== LETTER_R) return p;
  // «JECT» in «REJECT».
  if (b[from + 1] !== LETTER_E || view.getInt32(from + 2) !== 0x4a454354) return UNCOMMON;
  r[R_IS_REJECT] = 1;
  return p;
}
