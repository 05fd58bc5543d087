import { formatOf, isHeader, type FlowFormat } from '../fields.ts';
import { LINE_BYTES_LIMIT } from '../lines.ts';
import { parseRecord, seenAt, type FlowRecord, type SeenAt, type SilentRecord } from '../record.ts';
import { reject, type FlowTally } from '../tally.ts';
import { wordsOf } from '../words.ts';
import { appendCoverage, appendRecord, type TupleTarget } from './append.ts';
import { ipv4Number, type AddressIds, type Places } from './dictionary.ts';
import {
  NO_FLAGS,
  D_BYTES,
  R_DST,
  R_DST_PORT,
  D_END,
  R_FLAGS,
  R_ID_BITS,
  R_INFERRED,
  R_IS_REJECT,
  D_PACKETS,
  R_PKT_DST,
  R_PKT_SRC,
  R_PLACE,
  R_PROTOCOL,
  R_SRC,
  R_SRC_PORT,
  D_START,
  createRegisters,
} from './registers.ts';
import { COVER_NO_DATA, COVER_SKIP_DATA } from './tuple.ts';

/** What reading lines one by one needs to know and to change. */
export type OddLineState = {
  format: FlowFormat;
  readonly file: string;
  readonly tally: FlowTally;
  readonly used: Set<string>;
  readonly places: Places;
  readonly addresses: AddressIds;
  readonly target: TupleTarget;
};

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/**
 * Reads one line the plain reader's way, with its own functions, and puts the record where fast ones go. True when the
 * line was a header, which changes the format.
 */
export function readOddLine(state: OddLineState, bytes: Uint8Array, line: number): boolean {
  const text = decoder.decode(bytes);
  const words = wordsOf(line === 1 ? text.replace(/^\ufeff/, '') : text);
  if (words.length === 0 || words[0]?.startsWith('#')) return false;
  if (isHeader(words)) {
    state.format = formatOf(words);
    return true;
  }
  const record = parseRecord(state.format, words);
  if (record.kind === 'rejected') {
    reject(state.tally, { file: state.file, line, reason: record.reason });
    return false;
  }
  for (const field of state.format.used) state.used.add(field);
  if (record.kind === 'valueless') state.tally.valueless += 1;
  else if (record.kind === 'flow') addOddRecord(state, record);
  else addSilence(state, record);
  return false;
}

export function rejectLongLine(state: OddLineState, line: number): void {
  reject(state.tally, { file: state.file, line, reason: `the line is longer than ${LINE_BYTES_LIMIT} bytes` });
}

/** The place of a line that is known to be good. */
export function parsePlace(state: OddLineState, line: string): number {
  for (const field of state.format.used) state.used.add(field);
  return placeOf(state, seenAt(state.format, wordsOf(line)));
}

const placeOf = (state: OddLineState, { scope, interfaceId }: SeenAt): number =>
  state.places.idOf({ scope, interfaceId, formatKey: state.format.key });

function addSilence(state: OddLineState, record: SilentRecord): void {
  const isNoData = record.kind === 'no-data';
  if (isNoData) state.tally.noData += 1;
  else state.tally.skipData += 1;
  const place = placeOf(state, record);
  const last = Math.floor(record.endSeconds / 60);
  for (let minute = Math.floor(record.startSeconds / 60); minute <= last; minute += 1)
    appendCoverage(state.target, place, minute * 60, isNoData ? COVER_NO_DATA : COVER_SKIP_DATA);
}

function addOddRecord(state: OddLineState, record: FlowRecord): void {
  const registers = createRegisters();
  const r = registers.words;
  const addresses = [record.srcAddress, record.dstAddress, record.pktSrcAddress, record.pktDstAddress];
  for (const [slot, address] of addresses.entries()) {
    const number = ipv4Number(address);
    r[[R_SRC, R_DST, R_PKT_SRC, R_PKT_DST][slot] as number] = number ?? state.addresses.idOf(address);
    if (number === null) r[R_ID_BITS] = (r[R_ID_BITS] as number) | (1 << slot);
  }
  r[R_SRC_PORT] = record.srcPort;
  r[R_DST_PORT] = record.dstPort;
  r[R_PROTOCOL] = record.protocol;
  registers.doubles[D_PACKETS] = record.packets;
  registers.doubles[D_BYTES] = record.bytes;
  registers.doubles[D_START] = record.startSeconds;
  registers.doubles[D_END] = record.endSeconds;
  r[R_FLAGS] = record.tcpFlags ?? NO_FLAGS;
  r[R_IS_REJECT] = record.isReject ? 1 : 0;
  r[R_INFERRED] = record.opensInferred ? 1 : 0;
  r[R_PLACE] = placeOf(state, record);
  if (appendRecord(state.target, state.addresses, registers)) state.tally.read += 1;
  else state.tally.unknownInitiator += 1;
}
