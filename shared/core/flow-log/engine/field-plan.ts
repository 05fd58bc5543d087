import type { FlowFormat, UsedField } from '../fields.ts';
import {
  D_BYTES,
  R_DST,
  R_DST_PORT,
  D_END,
  D_PACKETS,
  R_PKT_DST,
  R_PKT_SRC,
  R_PROTOCOL,
  R_SRC,
  R_SRC_PORT,
  D_START,
} from './registers.ts';

/** What the scanner does with a column. Nothing, until it is said: nobody asks for it. */
const DO_SKIP = 0;
export const DO_ADDRESS = 1;
export const DO_PACKET_ADDRESS = 2;
export const DO_SMALL_NUMBER = 3;
export const DO_COUNT = 4;
export const DO_TIME = 5;
export const DO_FLAGS = 6;
export const DO_ACTION = 7;
export const DO_STATUS = 8;
export const DO_PLACE = 9;
/**
 * At the first of neighbouring columns that are not numbers (places, and what is skipped): they are compared with the last
 * line's at once, and mostly are the same.
 */
export const DO_RUN = 10;

/** A column in one word: its step, the register it goes to, and how many bits the number may have … */
export const STEP_MASK = 15;
export const SLOT_SHIFT = 4;
export const SLOT_MASK = 15;
export const BITS_SHIFT = 8;
export const BITS_MASK = 31;
/** … or, of a run, how many columns it has, and whether a place is among them. */
export const RUN_SHIFT = 8;
export const RUN_MASK = 0xffff;
export const HAS_PLACE = 1 << 24;
/** At the first of neighbouring columns that are those of `DEFAULT_RUN_FIELDS`, in that order. */
export const BEGINS_DEFAULT_RUN = 1 << 25;

/** What the default format has between the interface and the end of the line, and most custom formats keep together. */
const DEFAULT_RUN_FIELDS = [
  'srcaddr',
  'dstaddr',
  'srcport',
  'dstport',
  'protocol',
  'packets',
  'bytes',
  'start',
  'end',
  'action',
  'log-status',
] as const satisfies readonly UsedField[];
export const DEFAULT_RUN_COLUMNS = DEFAULT_RUN_FIELDS.length;

/** A format as steps, one per column. */
export type FieldPlan = {
  readonly format: FlowFormat;
  readonly steps: Uint8Array;
  /** What the scanner's loop needs of each column, in one word: see `STEP_MASK`. */
  readonly codes: Int32Array;
  /** At the first of neighbouring place columns: how many follow it. */
  readonly placeRuns: Uint8Array;
  readonly hasFlags: boolean;
  readonly hasStart: boolean;
  readonly hasEnd: boolean;
  /** False when rows of this format need the plain reader: something that every record needs is missing. */
  readonly isFast: boolean;
};

/** Step, register and bits of the fields that are read. */
const STEPS: Readonly<Partial<Record<UsedField, readonly [number, number, number]>>> = {
  srcaddr: [DO_ADDRESS, R_SRC, 0],
  dstaddr: [DO_ADDRESS, R_DST, 0],
  'pkt-srcaddr': [DO_PACKET_ADDRESS, R_PKT_SRC, 0],
  'pkt-dstaddr': [DO_PACKET_ADDRESS, R_PKT_DST, 0],
  srcport: [DO_SMALL_NUMBER, R_SRC_PORT, 16],
  dstport: [DO_SMALL_NUMBER, R_DST_PORT, 16],
  protocol: [DO_SMALL_NUMBER, R_PROTOCOL, 8],
  packets: [DO_COUNT, D_PACKETS, 0],
  bytes: [DO_COUNT, D_BYTES, 0],
  start: [DO_TIME, D_START, 0],
  end: [DO_TIME, D_END, 0],
  'tcp-flags': [DO_FLAGS, 0, 0],
  action: [DO_ACTION, 0, 0],
  'log-status': [DO_STATUS, 0, 0],
  'account-id': [DO_PLACE, 0, 0],
  'interface-id': [DO_PLACE, 0, 0],
  'resource-id': [DO_PLACE, 0, 0],
  'tgw-attachment-id': [DO_PLACE, 0, 0],
  'tgw-id': [DO_PLACE, 0, 0],
  'vpc-id': [DO_PLACE, 0, 0],
};

export function planFields(format: FlowFormat): FieldPlan {
  const length = format.names.length;
  const plan = {
    format,
    steps: new Uint8Array(length),
    codes: new Int32Array(length),
    placeRuns: new Uint8Array(length),
    hasFlags: format.columns['tcp-flags'] >= 0,
    hasStart: format.columns.start >= 0,
    hasEnd: format.columns.end >= 0,
    isFast: format.unusable === null && format.columns.srcaddr >= 0 && format.columns.dstaddr >= 0,
  };
  for (const [field, [step, register, bits]] of Object.entries(STEPS)) {
    const column = format.columns[field as UsedField];
    if (column < 0) continue;
    plan.steps[column] = step;
    plan.codes[column] = step | (register << SLOT_SHIFT) | (bits << BITS_SHIFT);
  }
  for (let column = length - 1, run = 0, hasPlace = 0; column >= 0; column -= 1) {
    const step = plan.steps[column];
    run = step === DO_PLACE || step === DO_SKIP ? run + 1 : 0;
    hasPlace = run === 0 ? 0 : step === DO_PLACE ? HAS_PLACE : hasPlace;
    if (run > 0) plan.codes[column] = DO_RUN | (run << RUN_SHIFT) | hasPlace;
  }
  const first = format.columns.srcaddr;
  if (first >= 0 && DEFAULT_RUN_FIELDS.every((field, i) => format.columns[field] === first + i))
    plan.codes[first] = (plan.codes[first] as number) | BEGINS_DEFAULT_RUN;
  for (let column = length - 2; column >= 0; column -= 1)
    if (plan.steps[column] === DO_PLACE && plan.steps[column + 1] === DO_PLACE)
      plan.placeRuns[column] = (plan.placeRuns[column + 1] as number) + 1;
  return plan;
}
