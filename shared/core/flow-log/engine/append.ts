import { lifetimeBucket } from '../flow-table.ts';
import * as legs from '../legs.ts';
import type { AddressIds } from './dictionary.ts';
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

/** The lifetime bucket of a flow that lasts so many seconds; all that last longer are in the last one. */
const LIFETIMES = Uint8Array.from({ length: 352 }, (_, seconds) => lifetimeBucket(seconds * 1000));

/**
 * Turns one record into tuples, one per minute it touches: the same rules as `legOf` and `addRecord`, in numbers.
 * False when nothing tells who began; the record is then only covered.
 *
 * Half of the records are replies, in no order: what differs for them is computed, as a branch would be mispredicted.
 */
export function appendRecord(target: TupleTarget, addresses: AddressIds, { words: r, doubles: d }: Registers): boolean {
  const tcpFlags = r[R_FLAGS] as number;
  const srcPort = r[R_SRC_PORT] as number;
  const dstPort = r[R_DST_PORT] as number;
  const hasSyn = tcpFlags > 0 && (tcpFlags & SYN) !== 0;
  if (!hasSyn && srcPort === dstPort) {
    appendCoverage(target, r[R_PLACE] as number, d[D_END] as number, 0);
    return false;
  }
  const hasAck = (tcpFlags & ACK) === 0 ? 0 : 1;
  // One for replies, else zero: the sign bit of what the ports differ by.
  const reply = hasSyn ? hasAck : (srcPort - dstPort) >>> 31;
  const local = r[R_PKT_SRC + reply] as number;
  const remote = r[R_PKT_DST - reply] as number;
  const outer = r[R_DST - reply] as number;
  const ports = ((r[R_DST_PORT - reply] as number) << 16) | (r[R_SRC_PORT + reply] as number);
  const ids = r[R_ID_BITS] as number;
  let flags = (r[R_PROTOCOL] as number) | (reply * IS_REPLY) | ((r[R_INFERRED] as number) * INFERRED);
  let bucketOfPair = 0;
  let via = 0;
  if (ids === 0) {
    if (outer !== remote) {
      via = outer;
      flags |= HAS_VIA;
    }
    bucketOfPair = pairPartition(local, remote);
  } else {
    const localIsId = (ids >>> (2 + reply)) & 1;
    const remoteIsId = (ids >>> (3 - reply)) & 1;
    const outerIsId = (ids >>> (1 - reply)) & 1;
    flags |= (localIsId * LOCAL_IS_ID) | (remoteIsId * REMOTE_IS_ID);
    if (outer !== remote || outerIsId !== remoteIsId) {
      via = outer;
      flags |= HAS_VIA | (outerIsId * VIA_IS_ID);
    }
    bucketOfPair = pairPartition(
      localIsId === 0 ? local : addresses.hashOf(local),
      remoteIsId === 0 ? remote : addresses.hashOf(remote),
    );
  }
  const partition = bucketOfPair >>> (PARTITION_BITS - LOG_PARTITION_BITS);
  const start = d[D_START] as number;
  const end = d[D_END] as number;
  const first = minuteOf(start);
  const last = minuteOf(end);
  const place = r[R_PLACE] as number;
  // Nothing overlaps a reply. Seconds of a minute are few, so it does not matter what is cut off the seconds they are part of.
  let overlap = (STARTS_BY[((start | 0) - Math.imul(first, 60)) | 0] as number) & (reply - 1);
  if (hasSyn && reply === 0) flags |= OPENED;
  for (let minute = first; minute < last; minute += 1) {
    put(target, minute, partition, local, remote, ports, flags | (overlap << OVERLAP_SHIFT), place, via, 0, 0);
    overlap = 15 & (reply - 1);
    flags &= ~OPENED;
  }
  overlap &= ENDS_AFTER[((end | 0) - Math.imul(last, 60)) | 0] as number;
  let totals = flags | (overlap << OVERLAP_SHIFT) | HAS_TOTALS | ((r[R_IS_REJECT] as number) * IS_REJECT);
  if (tcpFlags > 0 && (tcpFlags & (FIN | RST)) !== 0)
    totals |= CLOSED | ((LIFETIMES[Math.min(end - start, LIFETIMES.length - 1)] as number) << LIFETIME_SHIFT);
  const bytes = d[D_BYTES] as number;
  const packets = d[D_PACKETS] as number;
  put(target, last, partition, local, remote, ports, totals, place, via, bytes, packets);
  if (bytes >= UPPER || packets >= UPPER) {
    const upper = (flags & ~OPENED) | IS_UPPER;
    const upperBytes = Math.floor(bytes / UPPER);
    const upperPackets = Math.floor(packets / UPPER);
    put(target, last, partition, local, remote, ports, upper, place, via, upperBytes, upperPackets);
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
