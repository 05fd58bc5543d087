import { formatOf } from '../fields.ts';
import * as lines from '../lines.ts';
import * as destination from '../../model/destination.ts';
import * as record from '../record.ts';
import { appendRecord, type TupleTarget } from './append.ts';
import * as columnText from './column-text.ts';
import { endOfColumns, isRepeated } from './column-text.ts';
import { readDefaultColumns } from './default-columns.ts';
import type { Addresses } from './dictionary.ts';
import * as fieldPlan from './field-plan.ts';
import { planFields, type FieldPlan } from './field-plan.ts';
import { readFlags } from './number-columns.ts';
import { readOtherColumns, repeatsInterface, type AddressHelp } from './other-columns.ts';
import * as registerNames from './registers.ts';
import { createRegisters, type Registers } from './registers.ts';

// V8 takes an imported constant from memory, and checks it, at every use; a module's own stand in its code.
const { LINE_BYTES_LIMIT } = lines;
const { TCP } = destination;
const { RECORD_SECONDS_LIMIT } = record;
const { UNCOMMON } = columnText;
const { BEGINS_DEFAULT_RUN, DEFAULT_RUN_COLUMNS, DO_FLAGS, DO_PACKET_ADDRESS, DO_RUN } = fieldPlan;
const { HAS_PLACE, RUN_MASK, RUN_SHIFT, SLOT_MASK, SLOT_SHIFT, STEP_MASK } = fieldPlan;
const { NO_FLAGS, R_FLAGS, R_ID_BITS, R_INFERRED, R_IS_REJECT, R_PACKET_BITS, R_PLACE, R_PROTOCOL } = registerNames;
const { D_END, D_START, R_COLUMN, R_DST, R_PKT_DST, R_PKT_SRC, R_SRC, R_SRC_LENGTH } = registerNames;

/** What the scanner asks for where a line is not plain. */
export type ScanHelp = AddressHelp & {
  /** The place of the line `bytes[from, to)`, whose columns are those of the plan. */
  place(bytes: Uint8Array, from: number, to: number): number;
  /** Any line the scanner does not understand at once, without its newline. The plan may change. */
  odd(bytes: Uint8Array, from: number, to: number): void;
};

export type ScanState = {
  plan: FieldPlan;
  readonly registers: Registers;
  readonly target: TupleTarget;
  readonly addresses: Addresses;
  /** Of the text at hand. */
  view: DataView;
  /** Where in it each run of columns last began, and how long it was; with the number of the column it begins at. */
  lastStarts: Int32Array;
  lastLengths: Int32Array;
  /** Whether the place in the registers is that of the last runs. */
  hasPlace: boolean;
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
  view: new DataView(new ArrayBuffer(0)),
  lastStarts: new Int32Array(0),
  lastLengths: new Int32Array(0),
  hasPlace: false,
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
  state.lastStarts = new Int32Array(plan.codes.length);
  state.lastLengths = new Int32Array(plan.codes.length);
  state.hasPlace = false;
}

const LF = 10;
const CR = 13;
const SPACE = 32;
const HASH = 35;

/**
 * Reads the whole lines in `b[from, end)`, which ends with a newline. Whatever is not the common case (a second space, a
 * header, `-` where a number belongs, a number too long to sum exactly) is left to `help.odd`, which is the plain
 * reader's own code, so that both always mean the same.
 */
export function scanLines(state: ScanState, help: ScanHelp, b: Uint8Array, from: number, end: number): void {
  state.view = new DataView(b.buffer, b.byteOffset, b.byteLength);
  state.lastLengths.fill(0);
  for (let p = from; p < end;) {
    const mayBeRecord = state.plan.isFast && state.line > 0;
    p = mayBeRecord ? scanRecords(state, help, b, p, end) : passOddLine(state, help, b, p);
  }
}

function passOddLine(state: ScanState, help: ScanHelp, b: Uint8Array, from: number): number {
  const end = b.indexOf(LF, from);
  state.line += 1;
  help.odd(b, from, end);
  return end + 1;
}

/**
 * Records of one call. V8 enters better code of a function where it is called; of a loop that goes on it would have to
 * compile a version just for entering it there.
 */
const RECORDS_OF_A_CALL = 64;

/**
 * Reads records into the registers, and from there into the log, up to some limit or the first odd line. Each byte is
 * looked at once: digits are summed while the end of their column is sought, and nothing is allocated. Returns where the
 * next line begins.
 */
function scanRecords(state: ScanState, help: ScanHelp, b: Uint8Array, from: number, end: number): number {
  const { plan, registers, view, lastStarts, lastLengths, target, addresses } = state;
  const { words: r, doubles: d } = registers;
  const { codes } = plan;
  let p = from;
  for (let left = RECORDS_OF_A_CALL; left > 0 && p < end; left -= 1) {
    const start = p;
    if (b[p] === HASH) return passOddLine(state, help, b, start);
    r[R_FLAGS] = NO_FLAGS;
    r[R_IS_REJECT] = 0;
    r[R_ID_BITS] = 0;
    r[R_PACKET_BITS] = 0;
    r[R_SRC_LENGTH] = 0;
    r[R_SRC_LENGTH + 1] = 0;
    for (let k = 0; ; p += 1) {
      const code = codes[k] as number;
      const step = code & STEP_MASK;
      if (step === DO_RUN) {
        const columns = (code >>> RUN_SHIFT) & RUN_MASK;
        const length = lastLengths[k] as number;
        if (length !== 0 && isRepeated(b, view, p, lastStarts[k] as number, length)) p += length;
        else {
          if ((code & HAS_PLACE) !== 0) state.hasPlace = false;
          const runEnd = endOfColumns(b, p, columns);
          if (runEnd === UNCOMMON) return passOddLine(state, help, b, start);
          lastStarts[k] = p;
          lastLengths[k] = runEnd - p;
          p = runEnd;
        }
        k += columns;
      } else if (step === DO_PACKET_ADDRESS && repeatsInterface(r, b, view, p, slotOf(code))) {
        p += r[R_SRC_LENGTH + slotOf(code) - R_PKT_SRC] as number;
        k += 1;
      } else if (step === DO_FLAGS) {
        p = readFlags(registers, b, p);
        if (p === UNCOMMON) return passOddLine(state, help, b, start);
        k += 1;
      } else {
        const after = (code & BEGINS_DEFAULT_RUN) === 0 ? UNCOMMON : readDefaultColumns(registers, b, view, p);
        if (after !== UNCOMMON) {
          p = after;
          k += DEFAULT_RUN_COLUMNS;
        } else {
          p = readOtherColumns(registers, help, codes, b, view, p, k);
          if (p === UNCOMMON) return passOddLine(state, help, b, start);
          k = r[R_COLUMN] as number;
        }
      }
      if (k >= codes.length) break;
      if (b[p] !== SPACE) return passOddLine(state, help, b, start);
    }
    if (b[p] === CR) p += 1;
    if (b[p] !== LF || p - start > LINE_BYTES_LIMIT) return passOddLine(state, help, b, start);
    if (!plan.hasStart) d[D_START] = d[D_END] as number;
    else if (!plan.hasEnd) d[D_END] = d[D_START] as number;
    const lasts = (d[D_END] as number) - (d[D_START] as number);
    if (lasts < 0 || lasts > RECORD_SECONDS_LIMIT) return passOddLine(state, help, b, start);
    state.line += 1;
    if (!state.hasPlace) {
      r[R_PLACE] = help.place(b, start, p);
      state.hasPlace = true;
    }
    fillRegisters(r, plan.hasFlags);
    const told = appendRecord(target, addresses, registers) ? 1 : 0;
    state.read += told;
    state.unknownInitiator += 1 - told;
    p += 1;
  }
  return p;
}

const slotOf = (code: number): number => (code >>> SLOT_SHIFT) & SLOT_MASK;

/** What the record does not say itself. */
function fillRegisters(r: Int32Array, hasFlags: boolean): void {
  const packet = r[R_PACKET_BITS] as number;
  if ((packet & (1 << R_PKT_SRC)) === 0) {
    r[R_PKT_SRC] = r[R_SRC] as number;
    r[R_ID_BITS] = (r[R_ID_BITS] as number) | (((r[R_ID_BITS] as number) & 1) << 2);
  }
  if ((packet & (1 << R_PKT_DST)) === 0) {
    r[R_PKT_DST] = r[R_DST] as number;
    r[R_ID_BITS] = (r[R_ID_BITS] as number) | (((r[R_ID_BITS] as number) & 2) << 2);
  }
  const isTcp = r[R_PROTOCOL] === TCP;
  if (!isTcp) r[R_FLAGS] = NO_FLAGS;
  r[R_INFERRED] = isTcp && hasFlags ? 0 : 1;
}
