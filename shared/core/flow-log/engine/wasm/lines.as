// Lines to records: the columns that matter are read at the positions the separators give. A line that is not the common
// case goes to the host, whole, which reads it as the plain reader does; see scan.ts for what the common case is.

import { anyAddress, anyValue, forgetIds, hasManyIds, IS_ID, IS_NO_ADDRESS } from './address-ids';
import { NOT_IPV4, twoIpv4 } from './addresses';
import { clearCache, createCache, findText, keepText, sameBytes, TextCache, valueOf } from './dictionary';
import { closeAll } from './log';
import { take } from './memory';
import { fourNumbers, NOT_A_NUMBER, twoNumbers, upTo15Digits, upTo3Digits, upTo8Digits } from './numbers';
import { COVER_NO_DATA, COVER_SKIP_DATA, INFERRED, IS_REJECT } from './rows';
import { findSeparators, hasGaps, newlineCount, newlines, separators } from './separators';
import { addCoverage, addRecord, DST_IS_ID, PKT_DST_IS_ID, PKT_SRC_IS_ID, SRC_IS_ID } from './tuples';

const LINE_BYTES_LIMIT: u32 = 16384;
const RECORD_SECONDS_LIMIT: u32 = 3600;
const TCP: u32 = 6;

/** A line that is not plain, without its newline. The plan may change. */
// @ts-ignore: decorator
@external("host", "odd")
declare function hostOdd(from: usize, length: u32, line: u32): void;
/** A line longer than the limit, whose bytes are gone. */
// @ts-ignore: decorator
@external("host", "tooLong")
declare function hostTooLong(line: u32): void;
/** The place of a line whose place columns are not in the cache. */
// @ts-ignore: decorator
@external("host", "place")
declare function hostPlace(from: usize, length: u32): u32;

/** Where the host puts the plan: see `setPlan`. */
export let planWords: usize = 0;

// The plan: how many columns a line has, and where each field stands, -1 where the format lacks it.
let isFast: bool = false;
let columns: u32 = 0;
let srcColumn: i32 = -1;
let dstColumn: i32 = -1;
let pktSrcColumn: i32 = -1;
let pktDstColumn: i32 = -1;
let srcPortColumn: i32 = -1;
let dstPortColumn: i32 = -1;
let protocolColumn: i32 = -1;
let packetsColumn: i32 = -1;
let bytesColumn: i32 = -1;
let startColumn: i32 = -1;
let endColumn: i32 = -1;
let flagsColumn: i32 = -1;
let actionColumn: i32 = -1;
let statusColumn: i32 = -1;
// Runs of neighbouring place columns: first and last column each.
let spanCount: u32 = 0;
let spanColumns: usize = 0;

const PLAN_WORDS: usize = 128;

let places: TextCache = changetype<TextCache>(0);

// The place columns of the last line, span by span, one after the other; how long each is; and the place.
let lastSpans: usize = 0;
let lastLengths: usize = 0;
let lastPlace: u32 = 0;
let hasLastPlace: bool = false;

// The first two of ten digits of the last time, which last for years, and what they stand for.
let timePrefix: u32 = 0;
let timeBase: u64 = 0;

/** Of the current input. */
export let lineNumber: u32 = 0;
export let readCount: u32 = 0;
export let unknownCount: u32 = 0;
export let noDataCount: u32 = 0;
export let skipDataCount: u32 = 0;

export function prepareLines(): void {
  planWords = take(PLAN_WORDS * 4);
  spanColumns = take(PLAN_WORDS * 4);
  lastLengths = take(PLAN_WORDS * 4);
  lastSpans = take(<usize>LINE_BYTES_LIMIT + 64);
  places = createCache(14, 1 << 20);
}

export function startInput(): void {
  // Until the host has read the first line no line is plain: what columns mean is not known.
  isFast = false;
  lineNumber = 0;
  readCount = 0;
  unknownCount = 0;
  noDataCount = 0;
  skipDataCount = 0;
}

/**
 * Takes the plan that the host wrote to `planWords`, in the order below. `keepsPlaces`: the columns have the names they
 * had, so what is known of places is still so.
 */
export function setPlan(keepsPlaces: bool): void {
  isFast = planWord(0) != 0;
  columns = planWord(1);
  srcColumn = planWord(2);
  dstColumn = planWord(3);
  pktSrcColumn = planWord(4);
  pktDstColumn = planWord(5);
  srcPortColumn = planWord(6);
  dstPortColumn = planWord(7);
  protocolColumn = planWord(8);
  packetsColumn = planWord(9);
  bytesColumn = planWord(10);
  startColumn = planWord(11);
  endColumn = planWord(12);
  flagsColumn = planWord(13);
  actionColumn = planWord(14);
  statusColumn = planWord(15);
  spanCount = planWord(16);
  memory.copy(spanColumns, planWords + 17 * 4, <usize>spanCount * 8);
  hasLastPlace = false;
  if (!keepsPlaces) clearCache(places);
}

// @ts-ignore: decorator
@inline
function planWord(index: u32): i32 {
  return load<i32>(planWords + (<usize>index << 2));
}

/** Reads the lines in [from, end), which ends with a newline. */
export function readLines(from: usize, end: usize): void {
  findSeparators(from, end);
  // The first line begins after a separator too.
  store<u32>(separators - 4, <u32>from - 1);
  const first = lineNumber;
  let line: u32 = 0;
  while (line < <u32>newlineCount) {
    line = readPlainLines(line);
    if (line == <u32>newlineCount) break;
    const before = separators + (line == 0 ? 0 : <usize>load<u32>(newlines + (<usize>(line - 1) << 2)) << 2) - 4;
    const after = separators + (<usize>load<u32>(newlines + (<usize>line << 2)) << 2) - 4;
    line += 1;
    lineNumber = first + line;
    hostOdd(load<u32>(before) + 1, load<u32>(after) - load<u32>(before) - 1, lineNumber);
  }
  lineNumber = first + <u32>newlineCount;
  if (!hasManyIds()) return;
  closeAll();
  forgetIds();
}

/** A line was too long to be kept. */
export function dropLine(): void {
  lineNumber += 1;
  hostTooLong(lineNumber);
}

/**
 * Reads plain lines from number `from` of the window on and returns the number of the first that is not plain, or how
 * many there are. Long, because the plan stands in registers while it runs.
 */
function readPlainLines(from: u32): u32 {
  if (!isFast) return from;
  const width = columns;
  const src = separators + <usize>(srcColumn << 2);
  const dst = separators + <usize>(dstColumn << 2);
  const pktSrc = separators + <usize>(pktSrcColumn << 2);
  const pktDst = separators + <usize>(pktDstColumn << 2);
  const srcPort = separators + <usize>(srcPortColumn << 2);
  const dstPort = separators + <usize>(dstPortColumn << 2);
  const protocolAt = separators + <usize>(protocolColumn << 2);
  // What the format lacks is read from another column and comes to nothing.
  const packetsAt = separators + <usize>((packetsColumn < 0 ? srcPortColumn : packetsColumn) << 2);
  const packetsMask: u64 = packetsColumn < 0 ? 0 : u64.MAX_VALUE;
  const bytesAt = separators + <usize>((bytesColumn < 0 ? srcPortColumn : bytesColumn) << 2);
  const bytesMask: u64 = bytesColumn < 0 ? 0 : u64.MAX_VALUE;
  const startAt = separators + <usize>((startColumn < 0 ? endColumn : startColumn) << 2);
  const endAt = separators + <usize>((endColumn < 0 ? startColumn : endColumn) << 2);
  const tcpFlagsAt = separators + <usize>(flagsColumn << 2);
  const actionAt = separators + <usize>(actionColumn << 2);
  const statusAt = separators + <usize>(statusColumn << 2);
  const hasPktSrc = pktSrcColumn >= 0;
  const hasPktDst = pktDstColumn >= 0;
  const hasFlags = flagsColumn >= 0;
  const hasAction = actionColumn >= 0;
  const hasStatus = statusColumn >= 0;
  const mayHaveGaps = hasGaps;
  let line = from;
  let ordinal = line == 0 ? 0 : load<u32>(newlines + (<usize>(line - 1) << 2));
  for (; line < <u32>newlineCount; line++) {
    const next = load<u32>(newlines + (<usize>line << 2));
    // Positions of this line's columns, relative to those of the window: column k lies between separators k - 1 and k.
    const o = (<usize>ordinal << 2) - 4;
    const count = next - ordinal;
    const lineStart = load<u32>(separators + o) + 1;
    const lineEnd = load<u32>(separators + (<usize>next << 2) - 4);
    ordinal = next;
    // A carriage return or a blank at the end separates nothing.
    if (count != width + u32(load<u8>(lineEnd - 1) <= 32)) break;
    if (lineEnd - lineStart > LINE_BYTES_LIMIT || load<u8>(lineStart) == 35) break;
    if (mayHaveGaps && hasEmptyColumn(separators + o, width)) break;
    if (hasStatus) {
      const status = load<u32>(statusAt + o) + 1;
      if (load<u16>(status) != 0x4b4f || load<u32>(statusAt + o, 4) - status != 2) {
        if (!readSilence(separators + o, lineStart, lineEnd)) break;
        continue;
      }
    }
    let ids: u32 = 0;
    let at = <usize>load<u32>(src + o) + 1;
    let length = load<u32>(src + o, 4) - <u32>at;
    const dstAt = <usize>load<u32>(dst + o) + 1;
    const dstLength = load<u32>(dst + o, 4) - <u32>dstAt;
    const addresses = twoIpv4(at, length, dstAt, dstLength);
    let srcAddress = addresses & 0xffffffff;
    let dstAddress = addresses >> 32;
    if (addresses == NOT_IPV4) {
      const srcKind = anyAddress(at, length);
      srcAddress = anyValue();
      const dstKind = anyAddress(dstAt, dstLength);
      dstAddress = anyValue();
      if (srcKind == IS_NO_ADDRESS || dstKind == IS_NO_ADDRESS) break;
      ids = (srcKind == IS_ID ? SRC_IS_ID : 0) | (dstKind == IS_ID ? DST_IS_ID : 0);
    }
    let pktSrcAddress = srcAddress;
    let pktDstAddress = dstAddress;
    let pktIds = ids << 2;
    if (hasPktSrc) {
      at = <usize>load<u32>(pktSrc + o) + 1;
      length = load<u32>(pktSrc + o, 4) - <u32>at;
      // Mostly the text of the other column once more: only what a gateway passes on differs.
      if (!isColumn(src + o, at, length) && (length != 1 || load<u8>(at) != 45)) {
        const kind = anyAddress(at, length);
        if (kind == IS_NO_ADDRESS) break;
        pktSrcAddress = anyValue();
        pktIds = (pktIds & ~PKT_SRC_IS_ID) | (kind == IS_ID ? PKT_SRC_IS_ID : 0);
      }
    }
    if (hasPktDst) {
      at = <usize>load<u32>(pktDst + o) + 1;
      length = load<u32>(pktDst + o, 4) - <u32>at;
      if (!isColumn(dst + o, at, length) && (length != 1 || load<u8>(at) != 45)) {
        const kind = anyAddress(at, length);
        if (kind == IS_NO_ADDRESS) break;
        pktDstAddress = anyValue();
        pktIds = (pktIds & ~PKT_DST_IS_ID) | (kind == IS_ID ? PKT_DST_IS_ID : 0);
      }
    }
    const srcPortEnd = <usize>load<u32>(srcPort + o, 4);
    const dstPortEnd = <usize>load<u32>(dstPort + o, 4);
    const srcPortLength = <u32>srcPortEnd - load<u32>(srcPort + o) - 1;
    const dstPortLength = <u32>dstPortEnd - load<u32>(dstPort + o) - 1;
    const packetsEnd = <usize>load<u32>(packetsAt + o, 4);
    const packetsLength = <u32>packetsEnd - load<u32>(packetsAt + o) - 1;
    const bytesEnd = <usize>load<u32>(bytesAt + o, 4);
    const bytesLength = <u32>bytesEnd - load<u32>(bytesAt + o) - 1;
    const numbers = fourNumbers(
      srcPortEnd,
      srcPortLength,
      dstPortEnd,
      dstPortLength,
      packetsEnd,
      packetsLength,
      bytesEnd,
      bytesLength,
    );
    let portNumbers = i64x2.extract_lane(numbers, 0);
    let packets = <u64><u32>i32x4.extract_lane(numbers, 2);
    let bytes = <u64><u32>i32x4.extract_lane(numbers, 3);
    // Both ports at once: none has a bit above the sixteenth, and what are not four numbers have all.
    if (portNumbers & 0xffff0000ffff0000) {
      portNumbers = twoNumbers(srcPortEnd, srcPortLength, dstPortEnd, dstPortLength);
      packets = upTo15Digits(packetsEnd, packetsLength);
      bytes = upTo15Digits(bytesEnd, bytesLength);
      if (portNumbers & 0xffff0000ffff0000 || packets == NOT_A_NUMBER || bytes == NOT_A_NUMBER) break;
    }
    packets &= packetsMask;
    bytes &= bytesMask;
    at = <usize>load<u32>(protocolAt + o) + 1;
    const protocol = upTo3Digits(at, load<u32>(protocolAt + o, 4) - <u32>at);
    if (protocol > 0xff) break;
    const startFrom = <usize>load<u32>(startAt + o) + 1;
    const startEnd = <usize>load<u32>(startAt + o, 4);
    const endFrom = <usize>load<u32>(endAt + o) + 1;
    const endEnd = <usize>load<u32>(endAt + o, 4);
    let startSeconds: u64 = 0;
    let endSeconds: u64 = 0;
    // Both begin with the digits of the last time: the other eight of each are read at once.
    if (
      startEnd - startFrom == 10 &&
      endEnd - endFrom == 10 &&
      load<u16>(startFrom) == timePrefix &&
      load<u16>(endFrom) == timePrefix
    ) {
      const both = twoNumbers(startEnd, 8, endEnd, 8);
      if (both == NOT_A_NUMBER) break;
      startSeconds = timeBase + (both & 0xffffffff);
      endSeconds = timeBase + (both >> 32);
    } else {
      startSeconds = readTime(startFrom, startEnd);
      endSeconds = readTime(endFrom, endEnd);
    }
    // Unsigned: a start after the end is beyond the limit too.
    if ((startSeconds | endSeconds) > 0xffffffff || endSeconds - startSeconds > RECORD_SECONDS_LIMIT) break;
    let tcpFlags: u32 = 0;
    if (hasFlags) {
      at = <usize>load<u32>(tcpFlagsAt + o) + 1;
      length = load<u32>(tcpFlagsAt + o, 4) - <u32>at;
      if (length != 1 || load<u8>(at) != 45) {
        tcpFlags = upTo3Digits(at, length);
        if (tcpFlags > 999) break;
        if (protocol != TCP) tcpFlags = 0;
      }
    }
    let rejected: u32 = 0;
    if (hasAction) {
      at = <usize>load<u32>(actionAt + o) + 1;
      // «REJECT»
      if (load<u32>(actionAt + o, 4) - <u32>at == 6 && load<u32>(at) == 0x454a4552 && load<u16>(at, 4) == 0x5443)
        rejected = IS_REJECT;
    }
    if (!hasLastPlace || !isLastPlace(separators + o)) findPlace(separators + o, lineStart, lineEnd);
    const known = addRecord(
      <u32>srcAddress,
      <u32>dstAddress,
      <u32>pktSrcAddress,
      <u32>pktDstAddress,
      ids | pktIds,
      <u32>portNumbers,
      <u32>(portNumbers >> 32),
      protocol,
      tcpFlags,
      hasFlags && protocol == TCP ? 0 : INFERRED,
      rejected,
      lastPlace,
      bytes,
      packets,
      <u32>startSeconds,
      <u32>endSeconds,
    );
    readCount += u32(known);
    unknownCount += u32(!known);
  }
  return line;
}

// A line of NODATA or SKIPDATA only covers minutes, whatever its other columns hold. False when it is neither, or its
// times are no plain ones.
function readSilence(before: usize, lineStart: u32, lineEnd: u32): bool {
  const what = silenceOf(before);
  if (what == 0) return false;
  const startSeconds = timeOf(before, startColumn < 0 ? endColumn : startColumn);
  const endSeconds = timeOf(before, endColumn < 0 ? startColumn : endColumn);
  if ((startSeconds | endSeconds) > 0xffffffff || endSeconds - startSeconds > RECORD_SECONDS_LIMIT) return false;
  if (!hasLastPlace || !isLastPlace(before)) findPlace(before, lineStart, lineEnd);
  const last = <u32>endSeconds / 60;
  for (let minute = <u32>startSeconds / 60; minute <= last; minute++) addCoverage(lastPlace, minute, what);
  noDataCount += u32(what == COVER_NO_DATA);
  skipDataCount += u32(what == COVER_SKIP_DATA);
  return true;
}

// What the log-status says, 0 for neither.
function silenceOf(before: usize): u32 {
  const column = before + <usize>(statusColumn << 2);
  const at = <usize>load<u32>(column) + 1;
  const length = load<u32>(column, 4) - <u32>at;
  // «NODATA», «SKIPDATA»
  if (length == 6 && load<u32>(at) == 0x41444f4e && load<u16>(at, 4) == 0x4154) return COVER_NO_DATA;
  return length == 8 && load<u64>(at) == 0x4154414450494b53 ? COVER_SKIP_DATA : 0;
}

function timeOf(before: usize, column: i32): u64 {
  const at = before + <usize>(column << 2);
  return readTime(<usize>load<u32>(at) + 1, <usize>load<u32>(at, 4));
}

// Whether the text, of at most 16 bytes, is also the column's whose separators stand at `before`.
// @ts-ignore: decorator
@inline
function isColumn(before: usize, at: usize, length: u32): bool {
  const column = <usize>load<u32>(before) + 1;
  if (load<u32>(before, 4) - <u32>column != length || length > 16) return false;
  const same = <u32>i8x16.bitmask(i8x16.eq(v128.load(column), v128.load(at)));
  return (~same & ((1 << length) - 1)) == 0;
}

function hasEmptyColumn(before: usize, width: u32): bool {
  for (let column: u32 = 0; column < width; column++) {
    const at = before + (<usize>column << 2);
    if (load<u32>(at) + 1 == load<u32>(at, 4)) return true;
  }
  return false;
}

/** Seconds since the epoch, from ten digits, or thirteen that count milliseconds; else NOT_A_NUMBER. */
// @ts-ignore: decorator
@inline
function readTime(from: usize, end: usize): u64 {
  const length = <u32>(end - from);
  if (length != 10 && !isMilliseconds(from, length)) return NOT_A_NUMBER;
  const first = <u32>load<u8>(from) - 48;
  const second = <u32>load<u8>(from, 1) - 48;
  const rest = upTo8Digits(from + 10, 8);
  if (first > 9 || second > 9 || rest == NOT_A_NUMBER) return NOT_A_NUMBER;
  timePrefix = <u32>load<u16>(from);
  timeBase = <u64>(first * 10 + second) * 100000000;
  return timeBase + rest;
}

function isMilliseconds(from: usize, length: u32): bool {
  return length == 13 && load<u8>(from) != 48 && upTo8Digits(from + 13, 3) != NOT_A_NUMBER;
}

// @ts-ignore: decorator
@inline
function isLastPlace(before: usize): bool {
  let last = lastSpans;
  for (let span: u32 = 0; span < spanCount; span++) {
    const columnsAt = spanColumns + (<usize>span << 3);
    const from = load<u32>(before + (<usize>load<u32>(columnsAt) << 2)) + 1;
    const length = load<u32>(before + (<usize>load<u32>(columnsAt, 4) << 2), 4) - from;
    if (length != load<u32>(lastLengths + (<usize>span << 2)) || !sameBytes(from, last, length)) return false;
    last += length;
  }
  return true;
}

function findPlace(before: usize, lineStart: u32, lineEnd: u32): void {
  let last = lastSpans;
  for (let span: u32 = 0; span < spanCount; span++) {
    const columnsAt = spanColumns + (<usize>span << 3);
    const from = load<u32>(before + (<usize>load<u32>(columnsAt) << 2)) + 1;
    const length = load<u32>(before + (<usize>load<u32>(columnsAt, 4) << 2), 4) - from;
    memory.copy(last, from, length);
    store<u32>(lastLengths + (<usize>span << 2), length);
    last += length;
  }
  hasLastPlace = true;
  // Spans are told apart by what they are made of: each holds as many separators as the plan says.
  const length = <u32>(last - lastSpans);
  const entry = findText(places, lastSpans, length);
  if (entry != 0) {
    lastPlace = valueOf(entry);
    return;
  }
  lastPlace = hostPlace(lineStart, lineEnd - lineStart);
  keepText(places, lastSpans, length, 0, lastPlace);
}
