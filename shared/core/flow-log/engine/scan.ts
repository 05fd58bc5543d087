import { formatOf } from '../fields.ts';
import * as lines from '../lines.ts';
import * as destination from '../../model/destination.ts';
import * as record from '../record.ts';
import { appendRecord, type TupleTarget } from './append.ts';
import * as defaultColumns from './default-columns.ts';
import { areDigits, numberOfDigits, readDefaultColumns } from './default-columns.ts';
import type { Addresses } from './dictionary.ts';
import * as fieldPlan from './field-plan.ts';
import { planFields, type FieldPlan } from './field-plan.ts';
import * as registerNames from './registers.ts';
import { createRegisters, type Registers } from './registers.ts';

// V8 takes an imported constant from memory, and checks it, at every use; a module's own stand in its code.
const { LINE_BYTES_LIMIT } = lines;
const { TCP } = destination;
const { RECORD_SECONDS_LIMIT } = record;
const { UNCOMMON } = defaultColumns;
const { DO_ACTION, DO_ADDRESS, DO_COUNT, DO_FLAGS, DO_PACKET_ADDRESS, DO_RUN, DO_SMALL_NUMBER, DO_STATUS, DO_TIME } =
  fieldPlan;
const {
  BEGINS_DEFAULT_RUN,
  BITS_MASK,
  BITS_SHIFT,
  DEFAULT_RUN_COLUMNS,
  HAS_PLACE,
  RUN_MASK,
  RUN_SHIFT,
  SLOT_MASK,
  SLOT_SHIFT,
  STEP_MASK,
} = fieldPlan;
const {
  NO_FLAGS,
  R_DST,
  R_DST_LENGTH,
  D_END,
  D_TIME_HEAD,
  R_FLAGS,
  R_TIME_HEAD_FOUR,
  R_TIME_HEAD_TWO,
  R_ID_BITS,
  R_INFERRED,
  R_IS_REJECT,
  R_PKT_DST,
  R_PKT_SRC,
  R_PLACE,
  R_PROTOCOL,
  R_SRC,
  R_SRC_LENGTH,
  D_START,
} = registerNames;

/** What the scanner asks for where a line is not plain. */
export type ScanHelp = {
  /** A dictionary id, or `NOT_IPV6` when the text is no IP address, or `MAPPED_IPV4` and the address in `ipv4`. */
  ipv6(bytes: Uint8Array, from: number, to: number): number;
  ipv4: number;
  /** The place of the line `bytes[from, to)`, whose columns are those of the plan. */
  place(bytes: Uint8Array, from: number, to: number): number;
  /** Any line the scanner does not understand at once, without its newline. The plan may change. */
  odd(bytes: Uint8Array, from: number, to: number): void;
};

export const NOT_IPV6 = -1;
export const MAPPED_IPV4 = -2;

export type ScanState = {
  plan: FieldPlan;
  readonly registers: Registers;
  readonly target: TupleTarget;
  readonly addresses: Addresses;
  /** Of the current input: its lines, so that a rejected one can be named, and its records, told apart or not. */
  line: number;
  read: number;
  unknownInitiator: number;
};

export const createScanState = (target: TupleTarget, addresses: Addresses): ScanState => ({
  plan: planFields(formatOf([])),
  registers: createRegisters(),
  target,
  addresses,
  line: 0,
  read: 0,
  unknownInitiator: 0,
});

export function beginScan(state: ScanState, plan: FieldPlan): void {
  usePlan(state, plan);
  state.line = 0;
  state.read = 0;
  state.unknownInitiator = 0;
}

export function usePlan(state: ScanState, plan: FieldPlan): void {
  state.plan = plan;
  // What the last format had and this one lacks counts as nothing.
  state.registers.words.fill(0);
  state.registers.doubles.fill(0);
}

const LF = 10;
const CR = 13;
const SPACE = 32;
const HASH = 35;
const DASH = 45;
const DOT = 46;

/**
 * Reads the whole lines in `b[from, end)`, which ends with a newline. Each byte is looked at once: digits are summed
 * while the end of their column is sought, and nothing is allocated. Whatever is not the common case (a second space, a
 * header, `-` where a number belongs, a number too long to sum exactly) leaves the loop for `help.odd`, which is
 * the plain reader's own code, so that both always mean the same.
 *
 * One long function, because every split of what each column needs that was tried cost a call; what is rarer has its own.
 */
export function scanLines(state: ScanState, help: ScanHelp, b: Uint8Array, from: number, end: number): void {
  const { registers, target, addresses } = state;
  const { words: r, doubles: d } = registers;
  const view = new DataView(b.buffer, b.byteOffset, b.byteLength);
  const viewEnd = b.length;
  let { plan } = state;
  let { codes } = plan;
  let columns = plan.steps.length;
  // Where each run of columns last began in `b`, and how long it was.
  let lastStarts = new Int32Array(columns + 1);
  let lastLengths = new Int32Array(columns + 1);
  let hasPlace = false;
  let p = from;
  while (p < end) {
    const lineStart = p;
    state.line += 1;
    line: {
      if (!plan.isFast || state.line === 1 || b[p] === HASH) break line;
      let ids = 0;
      let hasPktSrc = false;
      let hasPktDst = false;
      let tcpFlags = NO_FLAGS;
      r[R_IS_REJECT] = 0;
      // Where the addresses of the interface stand, and how long they are.
      let srcStart = 0;
      let srcLength = 0;
      let dstStart = 0;
      let dstLength = 0;
      let k = 0;
      for (;;) {
        const columnStart = p;
        const code = codes[k] as number;
        const step = code & STEP_MASK;
        k += 1;
        if ((code & BEGINS_DEFAULT_RUN) !== 0) {
          const after = readDefaultColumns(registers, b, view, p);
          if (after !== UNCOMMON) {
            srcStart = p;
            srcLength = r[R_SRC_LENGTH] as number;
            dstStart = p + srcLength + 1;
            dstLength = r[R_DST_LENGTH] as number;
            p = after;
            k += DEFAULT_RUN_COLUMNS - 1;
            if (k >= columns) break;
            if (b[p] !== SPACE) break line;
            p += 1;
            continue;
          }
        }
        if (step <= DO_PACKET_ADDRESS) {
          const slot = (code >>> SLOT_SHIFT) & SLOT_MASK;
          if (step === DO_PACKET_ADDRESS) {
            // Mostly that of the interface, which is copied for records that have none.
            const last = slot === R_PKT_SRC ? srcStart : dstStart;
            const length = slot === R_PKT_SRC ? srcLength : dstLength;
            if (
              length !== 0 &&
              p + length < end &&
              (b[p + length] as number) <= SPACE &&
              isRepeated(view, p, last, length)
            ) {
              p += length;
              if (k >= columns) break;
              if (b[p] !== SPACE) break line;
              p += 1;
              continue;
            }
          }
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
            if (slot === R_PKT_SRC) hasPktSrc = true;
            else if (slot === R_PKT_DST) hasPktDst = true;
          } else {
            p = columnStart;
            while ((b[p] as number) > SPACE) p += 1;
            if (step === DO_ADDRESS || p - columnStart !== 1 || b[columnStart] !== DASH) {
              const id = help.ipv6(b, columnStart, p);
              if (id === NOT_IPV6) break line;
              r[slot] = id === MAPPED_IPV4 ? help.ipv4 : id;
              if (id !== MAPPED_IPV4) ids |= 1 << slot;
              if (slot === R_PKT_SRC) hasPktSrc = true;
              else if (slot === R_PKT_DST) hasPktDst = true;
            }
          }
          if (slot === R_SRC) {
            srcStart = columnStart;
            srcLength = p - columnStart;
          } else if (slot === R_DST) {
            dstStart = columnStart;
            dstLength = p - columnStart;
          }
        } else if (step === DO_SMALL_NUMBER) {
          let value = 0;
          let c = (b[p] as number) - 48;
          for (; c >= 0 && c < 10; c = (b[p] as number) - 48) {
            value = (Math.imul(value, 10) + c) | 0;
            p += 1;
          }
          if (p === columnStart || p - columnStart > 9 || value >>> ((code >>> BITS_SHIFT) & BITS_MASK) !== 0)
            break line;
          r[(code >>> SLOT_SHIFT) & SLOT_MASK] = value;
        } else if (step === DO_COUNT) {
          let value = 0;
          let c = (b[p] as number) - 48;
          for (; c >= 0 && c < 10; c = (b[p] as number) - 48) {
            value = (Math.imul(value, 10) + c) | 0;
            p += 1;
          }
          if (p === columnStart || p - columnStart > 15) break line;
          d[(code >>> SLOT_SHIFT) & SLOT_MASK] = p - columnStart > 9 ? longNumber(b, columnStart, p) : value;
        } else if (step === DO_TIME) {
          const slot = (code >>> SLOT_SHIFT) & SLOT_MASK;
          if (
            p + 12 <= viewEnd &&
            (b[p + 10] as number) <= SPACE &&
            view.getInt32(p, true) === r[R_TIME_HEAD_FOUR] &&
            view.getInt16(p + 4, true) === r[R_TIME_HEAD_TWO] &&
            areDigits(view.getInt32(p + 6, true))
          ) {
            d[slot] = (d[D_TIME_HEAD] as number) + numberOfDigits(view.getInt32(p + 6, true));
            p += 10;
          } else {
            p = endOfDigits(b, p);
            // Milliseconds have thirteen digits; the last three are only checked to be digits.
            if (p - columnStart !== 10 && (p - columnStart !== 13 || b[columnStart] === 48)) break line;
            const value = longNumber(b, columnStart, columnStart + 10);
            d[slot] = value;
            r[R_TIME_HEAD_FOUR] = view.getInt32(columnStart, true);
            r[R_TIME_HEAD_TWO] = view.getInt16(columnStart + 4, true);
            d[D_TIME_HEAD] = value - (value % 10_000);
          }
        } else if (step === DO_RUN) {
          const length = lastLengths[k] as number;
          const last = lastStarts[k] as number;
          const run = (code >>> RUN_SHIFT) & RUN_MASK;
          if (
            length !== 0 &&
            p + length < end &&
            (b[p + length] as number) <= SPACE &&
            isRepeated(view, p, last, length)
          )
            p += length;
          else {
            if ((code & HAS_PLACE) !== 0) hasPlace = false;
            p = endOfColumns(b, p, run);
            if (p === BAD) break line;
            lastStarts[k] = columnStart;
            lastLengths[k] = p - columnStart;
          }
          k += run - 1;
        } else if (step === DO_ACTION) {
          // «ACCE», most often.
          if (p + 7 <= viewEnd && view.getInt32(p) === 0x41434345 && (b[p + 6] as number) <= SPACE) {
            if ((b[p + 4] as number) <= SPACE || (b[p + 5] as number) <= SPACE) break line;
            p += 6;
          } else {
            p = endOfColumns(b, p, 1);
            if (p === BAD) break line;
            if (p - columnStart === 6 && b[columnStart] === 82) {
              if (!isRejectWord(b, columnStart)) break line;
              r[R_IS_REJECT] = 1;
            }
          }
        } else if (step === DO_STATUS) {
          if (b[p] !== 79 || b[p + 1] !== 75) break line;
          p += 2;
        } else if (step === DO_FLAGS) {
          if (b[p] === DASH) p += 1;
          else {
            let value = 0;
            let c = (b[p] as number) - 48;
            for (; c >= 0 && c < 10; c = (b[p] as number) - 48) {
              value = (Math.imul(value, 10) + c) | 0;
              p += 1;
            }
            if (p === columnStart || p - columnStart > 4) break line;
            tcpFlags = value;
          }
        }
        if (k >= columns) break;
        if (b[p] !== SPACE) break line;
        p += 1;
      }
      if (b[p] === CR) p += 1;
      if (b[p] !== LF) break line;
      p += 1;
      if (p - lineStart - 1 > LINE_BYTES_LIMIT) break line;
      if (!plan.hasStart) d[D_START] = d[D_END] as number;
      else if (!plan.hasEnd) d[D_END] = d[D_START] as number;
      const lasts = (d[D_END] as number) - (d[D_START] as number);
      if (lasts < 0 || lasts > RECORD_SECONDS_LIMIT) break line;
      if (!hasPlace) {
        r[R_PLACE] = help.place(b, lineStart, p - 1);
        hasPlace = true;
      }
      if (!hasPktSrc) {
        r[R_PKT_SRC] = r[R_SRC] as number;
        ids |= (ids & 1) << 2;
      }
      if (!hasPktDst) {
        r[R_PKT_DST] = r[R_DST] as number;
        ids |= (ids & 2) << 2;
      }
      const isTcp = r[R_PROTOCOL] === TCP;
      r[R_ID_BITS] = ids;
      r[R_FLAGS] = isTcp ? tcpFlags : NO_FLAGS;
      r[R_INFERRED] = isTcp && plan.hasFlags ? 0 : 1;
      const told = appendRecord(target, addresses, registers) ? 1 : 0;
      state.read += told;
      state.unknownInitiator += 1 - told;
      continue;
    }
    p = b.indexOf(LF, lineStart);
    help.odd(b, lineStart, p);
    p += 1;
    if (plan === state.plan) continue;
    ({ plan } = state);
    ({ codes } = plan);
    columns = plan.steps.length;
    lastStarts = new Int32Array(columns + 1);
    lastLengths = new Int32Array(columns + 1);
    hasPlace = false;
  }
}

/**
 * Whether the same text stands at both places. Eight bytes at once, the last of them perhaps for the second time: text
 * without zeros is never a double that equals another one, and one that is no number is only looked at anew.
 */
function isRepeated(view: DataView, at: number, last: number, length: number): boolean {
  if (length < 8) {
    for (let i = 0; i < length; i += 1) if (view.getUint8(at + i) !== view.getUint8(last + i)) return false;
    return true;
  }
  const tail = length - 8;
  for (let i = 0; i < tail; i += 8) if (view.getFloat64(at + i, true) !== view.getFloat64(last + i, true)) return false;
  return view.getFloat64(at + tail, true) === view.getFloat64(last + tail, true);
}

/** What stands for a position where the columns are not what the common case has. */
const BAD = -1;

/** Where `count` columns with one space between them end, or `BAD`. */
function endOfColumns(b: Uint8Array, from: number, count: number): number {
  let p = from;
  for (let left = count; left > 0; left -= 1) {
    const start = p;
    while ((b[p] as number) > SPACE) p += 1;
    if (p === start || (left > 1 && b[p++] !== SPACE)) return BAD;
  }
  return p;
}

function endOfDigits(b: Uint8Array, from: number): number {
  let p = from;
  while ((b[p] as number) > 47 && (b[p] as number) < 58) p += 1;
  return p;
}

/** Of digits that are more than a 32-bit sum may have. */
function longNumber(b: Uint8Array, from: number, end: number): number {
  let value = 0;
  for (let i = from; i < end; i += 1) value = value * 10 + (b[i] as number) - 48;
  return value;
}

function isRejectWord(b: Uint8Array, at: number): boolean {
  return b[at + 1] === 69 && b[at + 2] === 74 && b[at + 3] === 69 && b[at + 4] === 67 && b[at + 5] === 84;
}
