// Gzip members (RFC 1952) one after the other, from the input buffer into the text window, each checked against its
// checksum and length.

import { beginChecksum, endChecksum, prepareChecksum, takeIn } from './checksum';
import {
  DAMAGED,
  endInflate,
  FINISHED,
  inflate,
  inputAt,
  moveInput,
  NEEDS_INPUT,
  NEEDS_ROOM,
  outputAt,
  prepareInflate,
  startInflate,
  TRUNCATED,
} from './inflate';
import { take } from './memory';
import { slideText, textBase, textEnd, textLimit, textWritten } from './window';

export const INPUT_BYTES: usize = 256 * 1024;
const PADDING_BYTES: usize = 1024;

// What `gunzip` returns besides NEEDS_INPUT and FINISHED.
export const NOT_GZIP: i32 = 5;
export const WRONG_CHECKSUM: i32 = 6;
export const FOLLOWED: i32 = 7;

const BEFORE_MEMBER: i32 = 0;
const IN_MEMBER: i32 = 1;
const AFTER_MEMBER: i32 = 2;

let input: usize = 0;
let inputEnd: usize = 0;
let phase: i32 = 0;
let isFirstMember: bool = true;
// What of the member's text its checksum has not taken in.
let uncheckedFrom: usize = 0;
let memberLength: u32 = 0;
/** Text of the input so far. */
export let inflatedBytes: f64 = 0;
// The lowest address that copies of this member may reach back to.
let memberHistory: usize = 0;
// Where the next member's header, or the last one's trailer, begins.
let frameAt: usize = 0;

export function prepareGzip(): void {
  prepareInflate();
  prepareChecksum();
  input = take(INPUT_BYTES + PADDING_BYTES);
}

export function startGzip(): void {
  inputEnd = input;
  frameAt = input;
  phase = BEFORE_MEMBER;
  isFirstMember = true;
  inflatedBytes = 0;
}

/** Moves what is left of the input to the front and returns where more can be written: up to `gzipInputEnd()`. */
export function gzipInput(): usize {
  const from = phase == IN_MEMBER ? inputAt : frameAt;
  const distance = from - input;
  memory.copy(input, from, inputEnd - from);
  inputEnd -= distance;
  frameAt -= min(distance, frameAt - input);
  moveInput(distance);
  return inputEnd;
}

export function gzipInputEnd(): usize {
  return input + INPUT_BYTES;
}

/** Decodes what the input holds after `written` more bytes, and reads the text. Returns NEEDS_INPUT, FINISHED or why not. */
export function gunzip(written: usize, isLast: bool): i32 {
  inputEnd += written;
  // Decoding reads a little past the end: what stands there must not be old input that looks like more.
  memory.fill(inputEnd, 0, PADDING_BYTES);
  for (;;) {
    let result = FINISHED;
    if (phase == BEFORE_MEMBER) result = readMemberHeader(isLast);
    else if (phase == IN_MEMBER) result = readMember(isLast);
    else result = readMemberTrailer(isLast);
    if (result != NEEDS_ROOM) return result;
  }
  return FINISHED;
}

// Steps return NEEDS_ROOM to say «go on».
function readMemberHeader(isLast: bool): i32 {
  const left = inputEnd - frameAt;
  if (left == 0 && isLast) return isFirstMember ? TRUNCATED : FINISHED;
  if (left >= 2 ? load<u16>(frameAt) != 0x8b1f : left == 1 && load<u8>(frameAt) != 0x1f) return endOfMembers();
  const after = headerEnd();
  if (after == 0) {
    // A header as long as the whole input buffer is none.
    if (left >= INPUT_BYTES) return NOT_GZIP;
    return isLast ? TRUNCATED : NEEDS_INPUT;
  }
  if (load<u8>(frameAt, 2) != 8 || (load<u8>(frameAt, 3) & 0xe0) != 0) return isFirstMember ? NOT_GZIP : DAMAGED;
  startInflate(after);
  beginChecksum();
  uncheckedFrom = textEnd;
  memberLength = 0;
  memberHistory = textEnd;
  isFirstMember = false;
  phase = IN_MEMBER;
  return NEEDS_ROOM;
}

// Zeros behind the last member are padding; anything else is said, as it may be a member whose beginning is damaged.
function endOfMembers(): i32 {
  if (isFirstMember) return NOT_GZIP;
  return load<u8>(frameAt) == 0 ? FINISHED : FOLLOWED;
}

// Where the compressed bytes begin, or 0 when the header is not all there.
function headerEnd(): usize {
  let at = frameAt + 10;
  if (at > inputEnd) return 0;
  const flags = <u32>load<u8>(frameAt, 3);
  if (flags & 4) {
    if (at + 2 > inputEnd) return 0;
    at += 2 + <usize>load<u16>(at);
  }
  if (flags & 8) at = afterZero(at);
  if (at != 0 && flags & 16) at = afterZero(at);
  if (at != 0 && flags & 2) at += 2;
  return at > inputEnd ? 0 : at;
}

function afterZero(from: usize): usize {
  let at = from;
  while (at < inputEnd && load<u8>(at) != 0) at += 1;
  return at < inputEnd ? at + 1 : 0;
}

function readMember(isLast: bool): i32 {
  if (textEnd >= textLimit()) {
    const distance = slideText();
    memberHistory = max(memberHistory - distance, textBase());
    uncheckedFrom -= distance;
  }
  const from = textEnd;
  const result = inflate(inputEnd, isLast, from, textLimit(), memberHistory);
  const length = outputAt - from;
  if (length > 0) {
    uncheckedFrom = takeIn(uncheckedFrom, outputAt);
    memberLength += <u32>length;
    inflatedBytes += <f64>length;
    textWritten(outputAt);
  }
  if (result != FINISHED) return result;
  frameAt = endInflate();
  phase = AFTER_MEMBER;
  return NEEDS_ROOM;
}

function readMemberTrailer(isLast: bool): i32 {
  if (frameAt + 8 > inputEnd) return isLast ? TRUNCATED : NEEDS_INPUT;
  if (load<u32>(frameAt) != endChecksum(uncheckedFrom, textEnd) || load<u32>(frameAt, 4) != memberLength) return WRONG_CHECKSUM;
  frameAt += 8;
  phase = BEFORE_MEMBER;
  return NEEDS_ROOM;
}
