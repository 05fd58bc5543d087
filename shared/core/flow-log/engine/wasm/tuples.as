// From a record's numbers to tuples, one per minute it touches: the rules of append.ts, to the letter.

import { LOG_PARTITION_BITS, reserve } from './log';
import {
  CLOSED,
  COVER_RECORDS,
  HAS_TOTALS,
  HAS_VIA,
  INFERRED,
  IS_COVERAGE,
  IS_REJECT,
  IS_REPLY,
  IS_UPPER,
  LIFETIME_SHIFT,
  LOCAL_IS_ID,
  OPENED,
  OVERLAP_SHIFT,
  REMOTE_IS_ID,
  VIA_IS_ID,
} from './rows';
import { hashAddress, PARTITION_BITS, pairPartition } from './runs';

const FIN_OR_RST: u32 = 5;
const SYN: u32 = 2;
const ACK: u32 = 16;

export const SRC_IS_ID: u32 = 1;
export const DST_IS_ID: u32 = 2;
export const PKT_SRC_IS_ID: u32 = 4;
export const PKT_DST_IS_ID: u32 = 8;

// For each second of a minute: bit i tells whether a flow that starts then covers second 15 i of it, if it lasts; and
// whether a flow that ends then does, if it began before.
const STARTS = memory.data(60);
const ENDS = memory.data(60);

export function prepareTuples(): void {
  for (let second: u32 = 0; second < 60; second++) {
    store<u8>(STARTS + second, <u8>(((<u32>15) << ((second + 14) / 15)) & 15));
    store<u8>(ENDS + second, <u8>(((<u32>2) << (second / 15)) - 1));
  }
}

// @ts-ignore: decorator
@inline
function lifetimeBucket(seconds: u32): u32 {
  return seconds <= 1 ? 0 : seconds <= 2 ? 1 : seconds <= 5 ? 2 : seconds <= 15 ? 3 : seconds <= 60 ? 4 : seconds <= 350 ? 5 : 6;
}

// @ts-ignore: decorator
@inline
function logPartition(local: u32, remote: u32): u32 {
  return pairPartition(local, remote) >> (PARTITION_BITS - LOG_PARTITION_BITS);
}

/**
 * Adds one record; `tcpFlags` is 0 where the record has none. False when nothing tells who began: it is then only
 * covered. `start` ≤ `end`.
 */
// @ts-ignore: decorator
@inline
export function addRecord(
  src: u32,
  dst: u32,
  pktSrc: u32,
  pktDst: u32,
  ids: u32,
  srcPort: u32,
  dstPort: u32,
  protocol: u32,
  tcpFlags: u32,
  inferred: u32,
  rejected: u32,
  place: u32,
  bytes: u64,
  packets: u64,
  start: u32,
  end: u32,
): bool {
  const hasSyn = (tcpFlags & SYN) != 0;
  if (!hasSyn && srcPort == dstPort) {
    addCoverage(place, end / 60, COVER_RECORDS);
    return false;
  }
  // Every other record is a reply, so branches on it would be mispredicted half the time: `select` chooses without one.
  const isReply = select<u32>(u32((tcpFlags & ACK) != 0), u32(srcPort < dstPort), hasSyn);
  const local = select<u32>(pktDst, pktSrc, isReply);
  const remote = select<u32>(pktSrc, pktDst, isReply);
  const outer = select<u32>(src, dst, isReply);
  const ports = (select<u32>(srcPort, dstPort, isReply) << 16) | select<u32>(dstPort, srcPort, isReply);
  let hasVia = outer != remote;
  let idFlags: u32 = 0;
  let partition: u32 = 0;
  // Hardly any record has an address that is no plain IPv4.
  if (ids == 0) partition = logPartition(local, remote);
  else {
    const localIsId = ids & select<u32>(PKT_DST_IS_ID, PKT_SRC_IS_ID, isReply);
    const remoteIsId = ids & select<u32>(PKT_SRC_IS_ID, PKT_DST_IS_ID, isReply);
    const outerIsId = ids & select<u32>(SRC_IS_ID, DST_IS_ID, isReply);
    hasVia = hasVia || (outerIsId != 0) != (remoteIsId != 0);
    idFlags = (localIsId ? LOCAL_IS_ID : 0) | (remoteIsId ? REMOTE_IS_ID : 0) | (hasVia && outerIsId ? VIA_IS_ID : 0);
    partition = logPartition(hashAddress(local, localIsId), hashAddress(remote, remoteIsId));
  }
  let flags =
    protocol |
    idFlags |
    (hasVia ? HAS_VIA : 0) |
    inferred |
    select<u32>(IS_REPLY, select<u32>(OPENED, 0, hasSyn), isReply);
  const addresses = <u64>local | (<u64>remote << 32);
  const placeAndVia = <u64>place | (hasVia ? <u64>outer << 32 : 0);
  const last = end / 60;
  let minute = start / 60;
  let covers = select<u32>(0, <u32>load<u8>(STARTS + (start - minute * 60)), isReply);
  const packed = (bytes & 0xffffffff) | (packets << 32);
  for (; minute < last; minute++) {
    put(reserve(minute, partition), addresses, ports, flags | (covers << OVERLAP_SHIFT), placeAndVia, 0);
    flags &= ~OPENED;
    covers = select<u32>(0, 15, isReply);
  }
  covers &= <u32>load<u8>(ENDS + (end - last * 60));
  let tuple = flags | (covers << OVERLAP_SHIFT) | HAS_TOTALS | rejected;
  if (tcpFlags & FIN_OR_RST) tuple |= CLOSED | (lifetimeBucket(end - start) << LIFETIME_SHIFT);
  put(reserve(last, partition), addresses, ports, tuple, placeAndVia, packed);
  if ((bytes | packets) >> 32 != 0)
    put(
      reserve(last, partition),
      addresses,
      ports,
      (flags & ~OPENED) | IS_UPPER,
      placeAndVia,
      (bytes >> 32) | ((packets >> 32) << 32),
    );
  return true;
}

// @ts-ignore: decorator
@inline
function put(t: usize, addresses: u64, ports: u32, flags: u32, placeAndVia: u64, packed: u64): void {
  store<u64>(t, addresses);
  store<u64>(t, <u64>ports | (<u64>flags << 32), 8);
  store<u64>(t, placeAndVia, 16);
  store<u64>(t, packed, 24);
}

/** Adds one to what `what` counts of a place. */
export function addCoverage(place: u32, minute: u32, what: u32): void {
  put(reserve(minute, 0), 0, 0, IS_COVERAGE, place, <u64>what | (<u64>1 << 32));
}
