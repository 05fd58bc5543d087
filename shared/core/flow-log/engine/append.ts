import { lifetimeBucket } from '../flow-table.ts';
import * as legs from '../legs.ts';
import type { Addresses } from './dictionary.ts';
import * as registerNames from './registers.ts';
import type { Registers } from './registers.ts';
import { pairPartition } from './run-writer.ts';
import * as tupleWords from './tuple.ts';

// V8 takes an imported constant from memory, and checks it, at every use; a module's own stand in its code.
const { ACK, FIN, RST, SYN } = legs;
const {
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
} = registerNames;
const {
  CLOSED,
  HAS_TOTALS,
  HAS_VIA,
  INFERRED,
  IS_COVERAGE,
  IS_REJECT,
  IS_REPLY,
  IS_UPPER,
  LIFETIME_SHIFT,
  LOCAL_IS_ID,
  LOG_PARTITION_BITS,
  OPENED,
  OVERLAP_SHIFT,
  PARTITION_BITS,
  REMOTE_IS_ID,
  VIA_IS_ID,
} = tupleWords;

/** Where tuples go: `reserve` gives the index in `words` of the next one for a minute and a log partition. */
export type TupleTarget = { readonly words: Int32Array; reserve(minute: number, partition: number): number };

const UPPER = 4_294_967_296;

/** Bit i set: a flow that starts at that second of its minute covers second 15 i of it, if it lasts. */
const STARTS_BY = Uint8Array.from({ length: 60 }, (_, second) => overlapBits((mark) => second <= mark));
const ENDS_AFTER = Uint8Array.from({ length: 60 }, (_, second) => overlapBits((mark) => mark <= second));

function overlapBits(covers: (mark: number) => boolean): number {
  return [0, 15, 30, 45].reduce((bits, mark, i) => bits | (covers(mark) ? 1 << i : 0), 0);
}

/**
 * Turns one record into tuples, one per minute it touches: the same rules as `legOf` and `addRecord`, in numbers.
 * False when nothing tells who began; the record is then only covered.
 */
export function appendRecord(target: TupleTarget, addresses: Addresses, { words: r, doubles: d }: Registers): boolean {
  const tcpFlags = r[R_FLAGS] as number;
  const srcPort = r[R_SRC_PORT] as number;
  const dstPort = r[R_DST_PORT] as number;
  const hasSyn = tcpFlags > 0 && (tcpFlags & SYN) !== 0;
  if (!hasSyn && srcPort === dstPort) {
    appendCoverage(target, r[R_PLACE] as number, d[D_END] as number, 0);
    return false;
  }
  const isReply = hasSyn ? (tcpFlags & ACK) !== 0 : srcPort < dstPort;
  const ids = r[R_ID_BITS] as number;
  const pktIds = ids >>> 2;
  const local = (isReply ? r[R_PKT_DST] : r[R_PKT_SRC]) as number;
  const remote = (isReply ? r[R_PKT_SRC] : r[R_PKT_DST]) as number;
  const outer = (isReply ? r[R_SRC] : r[R_DST]) as number;
  const localIsId = isReply ? (pktIds >>> 1) & 1 : pktIds & 1;
  const remoteIsId = isReply ? pktIds & 1 : (pktIds >>> 1) & 1;
  const outerIsId = isReply ? ids & 1 : (ids >>> 1) & 1;
  const hasVia = outer !== remote || outerIsId !== remoteIsId;
  const isClosed = tcpFlags > 0 && (tcpFlags & (FIN | RST)) !== 0;
  let flags =
    (r[R_PROTOCOL] as number) |
    (localIsId === 0 ? 0 : LOCAL_IS_ID) |
    (remoteIsId === 0 ? 0 : REMOTE_IS_ID) |
    (hasVia ? HAS_VIA | (outerIsId === 0 ? 0 : VIA_IS_ID) : 0) |
    (r[R_INFERRED] === 0 ? 0 : INFERRED) |
    (isReply ? IS_REPLY : 0);
  const partition =
    pairPartition(
      localIsId === 0 ? local : addresses.hashOf(local),
      remoteIsId === 0 ? remote : addresses.hashOf(remote),
    ) >>>
    (PARTITION_BITS - LOG_PARTITION_BITS);
  const start = d[D_START] as number;
  const end = d[D_END] as number;
  const first = minuteOf(start);
  const last = minuteOf(end);
  const bytes = d[D_BYTES] as number;
  const packets = d[D_PACKETS] as number;
  const via = hasVia ? outer : 0;
  const ports = isReply ? (srcPort << 16) | dstPort : (dstPort << 16) | srcPort;
  const place = r[R_PLACE] as number;
  if (hasSyn && !isReply) flags |= OPENED;
  for (let minute = first; minute <= last; minute += 1) {
    let tuple = flags;
    if (!isReply)
      tuple |=
        ((minute === first ? (STARTS_BY[start - first * 60] as number) : 15) &
          (minute === last ? (ENDS_AFTER[end - last * 60] as number) : 15)) <<
        OVERLAP_SHIFT;
    if (minute === last) {
      tuple |= HAS_TOTALS | (r[R_IS_REJECT] === 0 ? 0 : IS_REJECT);
      if (isClosed) tuple |= CLOSED | (lifetimeBucket((end - start) * 1000) << LIFETIME_SHIFT);
    }
    const isLast = minute === last;
    put(target, minute, partition, local, remote, ports, tuple, place, via, isLast ? bytes : 0, isLast ? packets : 0);
    flags &= ~OPENED;
  }
  if (bytes >= UPPER || packets >= UPPER) {
    const upperBytes = Math.floor(bytes / UPPER);
    const upperPackets = Math.floor(packets / UPPER);
    put(target, last, partition, local, remote, ports, flags | IS_UPPER, place, via, upperBytes, upperPackets);
  }
  return true;
}

/** Whole division of small integers is much faster than of doubles; seconds stay small until 2038. */
const minuteOf = (seconds: number): number =>
  seconds < 0x7fffffff ? ((seconds | 0) / 60) | 0 : Math.floor(seconds / 60);

/** Eleven numbers rather than an object: this runs once or twice for every record. */
function put(
  target: TupleTarget,
  minute: number,
  partition: number,
  local: number,
  remote: number,
  ports: number,
  flags: number,
  place: number,
  via: number,
  bytes: number,
  packets: number,
): void {
  const t = target.reserve(minute, partition);
  const { words } = target;
  words[t] = local;
  words[t + 1] = remote;
  words[t + 2] = ports;
  words[t + 3] = flags;
  words[t + 4] = place;
  words[t + 5] = via;
  words[t + 6] = bytes;
  words[t + 7] = packets;
}

/** Adds one to what `what` counts of a place, in the minute of `seconds`. */
export function appendCoverage(target: TupleTarget, place: number, seconds: number, what: number): void {
  put(target, Math.floor(seconds / 60), 0, 0, 0, 0, IS_COVERAGE, place, 0, what, 1);
}
