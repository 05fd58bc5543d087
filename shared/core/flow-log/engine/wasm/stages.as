// For measuring stages one by one: the engine with doors in its inner walls. Not part of the committed binary.

import { beginChecksum, endChecksum, takeIn } from './checksum';
import { inflate, NEEDS_ROOM, outputAt, startInflate } from './inflate';
import { take } from './memory';
import { findSeparators } from './separators';

export * from './engine';
export { readLines } from './lines';
export { findSeparators };

/** The checksum of a text as a whole. */
export function checksum(from: usize, length: usize): u32 {
  beginChecksum();
  return endChecksum(takeIn(from, from + length), from + length);
}

/** Memory for the harness. */
export function takeBytes(bytes: usize): usize {
  return take(bytes);
}

/** Inflates a whole raw stream into a window that slides, and only that. Returns how many bytes came out. */
export function inflateOnly(from: usize, length: usize, window: usize): f64 {
  const history: usize = 32 * 1024;
  const limit = window + history + 128 * 1024;
  let out = window + history;
  let total: f64 = 0;
  startInflate(from);
  for (;;) {
    const end = inflate(from + length, true, out, limit, window);
    total += <f64>(outputAt - out);
    if (end != NEEDS_ROOM) return total;
    memory.copy(window, outputAt - history, history);
    out = window + history;
  }
  return total;
}
