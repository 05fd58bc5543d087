import { LINE_BYTES_LIMIT } from '../lines.ts';
import { TCP } from '../../model/destination.ts';
import { RECORD_SECONDS_LIMIT } from '../record.ts';
import {
  DO_ACTION,
  DO_ADDRESS,
  DO_COUNT,
  DO_FLAGS,
  DO_PACKET_ADDRESS,
  DO_PLACE,
  DO_SMALL_NUMBER,
  DO_STATUS,
  DO_TIME,
  type FieldPlan,
} from './field-plan.ts';
import {
  NO_FLAGS,
  R_DST,
  R_END,
  R_FLAGS,
  R_ID_BITS,
  R_INFERRED,
  R_IS_REJECT,
  R_PKT_DST,
  R_PKT_SRC,
  R_PLACE,
  R_PROTOCOL,
  R_SRC,
  R_START,
  REGISTERS,
} from './registers.ts';

/** What the scanner asks for where a line is not plain. */
export type ScanHelp = {
  /** A dictionary id, or for text that is no IPv6 address `NOT_IPV6`; sets `mappedIpv4` when the text means an IPv4 address. */
  ipv6(bytes: Uint8Array, from: number, to: number): number;
  mappedIpv4: boolean;
  /** The place of the line `bytes[from, to)`, whose columns are those of the plan. */
  place(bytes: Uint8Array, from: number, to: number): number;
  /** A line whose record stands in `registers`. */
  record(): void;
  /** Any line the scanner does not understand at once, without its newline. The plan may change. */
  odd(bytes: Uint8Array, from: number, to: number): void;
};

export const NOT_IPV6 = -1;

export type ScanState = {
  plan: FieldPlan;
  readonly registers: Float64Array;
  /** The bytes of the last line's place columns, each with a space after it. */
  readonly placeBytes: Uint8Array;
  placeLength: number;
  /** Lines seen in this input, so that a rejected one can be named. */
  line: number;
};

export const createScanState = (plan: FieldPlan): ScanState => ({
  plan,
  registers: new Float64Array(REGISTERS),
  placeBytes: new Uint8Array(LINE_BYTES_LIMIT + 64),
  // No line has this many: the first line of a format must find its place.
  placeLength: -1,
  line: 0,
});

const LF = 10;
const CR = 13;
const SPACE = 32;
const HASH = 35;
const DASH = 45;
const DOT = 46;
const COLON = 58;

/**
 * Reads the whole lines in `b[from, end)`, which ends with a newline. Each byte is looked at once: digits are summed
 * while the end of their column is sought, and nothing is allocated. Whatever is not the common case (a second space, a
 * header, `-` where a number belongs, a number too long to sum exactly) leaves the loop for `help.odd`, which is
 * the plain reader's own code, so that both always mean the same.
 *
 * One long function, because every split that was tried cost a call per column.
 */
export function scanLines(state: ScanState, help: ScanHelp, b: Uint8Array, from: number, end: number): void {
  const { registers: r, placeBytes } = state;
  let { plan } = state;
  let { steps, registers: slots, limits } = plan;
  let columns = steps.length;
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
      let isReject = 0;
      let samePlace = true;
      let placeAt = 0;
      for (let k = 0; k < columns; k += 1) {
        const columnStart = p;
        let c = 0;
        switch (steps[k]) {
          case DO_ADDRESS:
          case DO_PACKET_ADDRESS: {
            let value = 0;
            let octet = 0;
            let digits = 0;
            let dots = 0;
            for (c = b[p] as number; ; c = b[p] as number) {
              if (c >= 48 && c < COLON) {
                octet = octet * 10 + c - 48;
                digits += 1;
              } else if (c === DOT) {
                if (digits === 0 || digits > 3 || octet > 255) break line;
                value = value * 256 + octet;
                octet = 0;
                digits = 0;
                dots += 1;
              } else break;
              p += 1;
            }
            const slot = slots[k] as number;
            if (c <= SPACE) {
              if (dots !== 3 || digits === 0 || digits > 3 || octet > 255) break line;
              r[slot] = value * 256 + octet;
            } else if (c === DASH && p === columnStart && steps[k] === DO_PACKET_ADDRESS) {
              p += 1;
              break;
            } else {
              while ((b[p] as number) > SPACE) p += 1;
              const id = help.ipv6(b, columnStart, p);
              if (id === NOT_IPV6) break line;
              r[slot] = id;
              if (!help.mappedIpv4) ids |= 1 << slot;
            }
            if (slot === R_PKT_SRC) hasPktSrc = true;
            else if (slot === R_PKT_DST) hasPktDst = true;
            break;
          }
          case DO_SMALL_NUMBER: {
            let value = 0;
            for (c = (b[p] as number) - 48; c >= 0 && c < 10; c = (b[p] as number) - 48) {
              value = value * 10 + c;
              p += 1;
            }
            if (p === columnStart || p - columnStart > 9 || value > (limits[k] as number)) break line;
            r[slots[k] as number] = value;
            break;
          }
          case DO_COUNT: {
            let value = 0;
            for (c = (b[p] as number) - 48; c >= 0 && c < 10; c = (b[p] as number) - 48) {
              value = value * 10 + c;
              p += 1;
            }
            if (p === columnStart || p - columnStart > 15) break line;
            r[slots[k] as number] = value;
            break;
          }
          case DO_TIME: {
            let value = 0;
            for (c = (b[p] as number) - 48; c >= 0 && c < 10; c = (b[p] as number) - 48) {
              // Milliseconds have thirteen digits; the last three are only checked to be digits.
              if (p - columnStart < 10) value = value * 10 + c;
              p += 1;
            }
            if (p - columnStart !== 10 && (p - columnStart !== 13 || b[columnStart] === 48)) break line;
            r[slots[k] as number] = value;
            break;
          }
          case DO_FLAGS: {
            if (b[p] === DASH) {
              p += 1;
              break;
            }
            tcpFlags = 0;
            for (c = (b[p] as number) - 48; c >= 0 && c < 10; c = (b[p] as number) - 48) {
              tcpFlags = tcpFlags * 10 + c;
              p += 1;
            }
            if (p === columnStart || p - columnStart > 4) break line;
            break;
          }
          case DO_ACTION: {
            while ((b[p] as number) > SPACE) p += 1;
            if (p - columnStart === 6 && b[columnStart] === 82) {
              if (!isRejectWord(b, columnStart)) break line;
              isReject = 1;
            }
            break;
          }
          case DO_STATUS: {
            if (b[p] !== 79 || b[p + 1] !== 75) break line;
            p += 2;
            break;
          }
          case DO_PLACE: {
            for (c = b[p] as number; c > SPACE; c = b[p] as number) {
              if (c !== placeBytes[placeAt]) samePlace = false;
              placeAt += 1;
              p += 1;
            }
            if (placeBytes[placeAt] !== SPACE) samePlace = false;
            placeAt += 1;
            break;
          }
          default:
            while ((b[p] as number) > SPACE) p += 1;
        }
        c = b[p] as number;
        if (p === columnStart) break line;
        p += 1;
        if (c === SPACE && k < columns - 1) continue;
        if (k < columns - 1) break line;
        if (c === CR && b[p] === LF) p += 1;
        else if (c !== LF) break line;
      }
      if (p - lineStart - 1 > LINE_BYTES_LIMIT) break line;
      if (!plan.hasStart) r[R_START] = r[R_END] as number;
      else if (!plan.hasEnd) r[R_END] = r[R_START] as number;
      const lasts = (r[R_END] as number) - (r[R_START] as number);
      if (lasts < 0 || lasts > RECORD_SECONDS_LIMIT) break line;
      if (!samePlace || placeAt !== state.placeLength) r[R_PLACE] = help.place(b, lineStart, p - 1);
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
      r[R_IS_REJECT] = isReject;
      help.record();
      continue;
    }
    p = b.indexOf(LF, p > lineStart ? p - 1 : p);
    help.odd(b, lineStart, p);
    p += 1;
    ({ plan } = state);
    ({ steps, registers: slots, limits } = plan);
    columns = steps.length;
  }
}

function isRejectWord(b: Uint8Array, at: number): boolean {
  return b[at + 1] === 69 && b[at + 2] === 74 && b[at + 3] === 69 && b[at + 4] === 67 && b[at + 5] === 84;
}
