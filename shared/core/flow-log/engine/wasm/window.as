// The text window: decoded text is written behind what copies may reach back to, read where it stands, and moved down
// when the window is full. Small enough that text is read while it is still in the core's cache.

import { dropLine, readLines } from './lines';
import { take } from './memory';

export const HISTORY_BYTES: usize = 32 * 1024;
const TEXT_BYTES: usize = 128 * 1024;
const SLACK_BYTES: usize = 1024;
const LINE_BYTES_LIMIT: usize = 16384;

/** Separators are sought in at most this many bytes at a time. */
export const WINDOW_BYTES: usize = HISTORY_BYTES + TEXT_BYTES + LINE_BYTES_LIMIT + SLACK_BYTES;

/** Text that was asked for as it is. */
// @ts-ignore: decorator
@external("host", "text")
declare function hostText(from: usize, length: u32): void;

let base: usize = 0;
let isGiven: bool = false;
/** Where text goes next. */
export let textEnd: usize = 0;
// Where text that is not yet read begins.
let textFrom: usize = 0;
// Inside a line that is longer than the limit: everything up to its newline is dropped.
let isSkipping: bool = false;

export function prepareWindow(): void {
  base = take(WINDOW_BYTES + 64);
  startText();
}

export function startText(): void {
  textEnd = base + HISTORY_BYTES;
  textFrom = textEnd;
  isSkipping = false;
}

/** From now on text goes to the host and is not read. */
export function giveText(): void {
  isGiven = true;
}

// @ts-ignore: decorator
@inline
export function textBase(): usize {
  return base;
}

/** Writing stops here, give or take one match. */
// @ts-ignore: decorator
@inline
export function textLimit(): usize {
  return base + HISTORY_BYTES + TEXT_BYTES;
}

/** Text was written up to `end`: reads what whole lines there are. */
export function textWritten(end: usize): void {
  if (isGiven) {
    hostText(textEnd, <u32>(end - textEnd));
    textFrom = end;
  }
  textEnd = end;
  let last = end;
  while (last > textFrom && load<u8>(last - 1) != 10) last -= 1;
  if (last > textFrom) {
    if (isSkipping) {
      while (load<u8>(textFrom) != 10) textFrom += 1;
      textFrom += 1;
      isSkipping = false;
      dropLine();
    }
    if (last > textFrom) readLines(textFrom, last);
    textFrom = last;
  }
  if (end - textFrom > LINE_BYTES_LIMIT) {
    isSkipping = true;
    textFrom = end;
  } else if (isSkipping) textFrom = end;
}

/** The last line of an input may lack its newline. */
export function finishText(): void {
  if (isSkipping) dropLine();
  else if (textFrom < textEnd) {
    store<u8>(textEnd, 10);
    readLines(textFrom, textEnd + 1);
  }
  startText();
}

/**
 * Makes room by moving down the history that copies need and the line that is not whole yet. Returns by how much.
 */
export function slideText(): usize {
  const keep = min(textEnd - HISTORY_BYTES, textFrom);
  const distance = keep - base;
  if (distance == 0) return 0;
  memory.copy(base, keep, textEnd - keep);
  textEnd -= distance;
  textFrom -= distance;
  return distance;
}
