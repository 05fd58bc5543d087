/** What stands for the end of columns that are not the common case. */
export const UNCOMMON = -1;

const SPACE = 32;

/**
 * Whether a column at `at`, or several, are the text that stands at `last`. Eight bytes at once, the last of them perhaps
 * for the second time: text without zeros is never a double that equals another one, and one that is no number is only
 * looked at anew.
 */
export function isRepeated(b: Uint8Array, view: DataView, at: number, last: number, length: number): boolean {
  if (at + length >= b.length || (b[at + length] as number) > SPACE) return false;
  if (length < 8) {
    for (let i = 0; i < length; i += 1) if (b[at + i] !== b[last + i]) return false;
    return true;
  }
  const tail = length - 8;
  for (let i = 0; i < tail; i += 8) if (view.getFloat64(at + i, true) !== view.getFloat64(last + i, true)) return false;
  return view.getFloat64(at + tail, true) === view.getFloat64(last + tail, true);
}

/** Where `count` columns with one space between them end, or `UNCOMMON`. */
export function endOfColumns(b: Uint8Array, from: number, count: number): number {
  let p = from;
  for (let left = count; left > 0; left -= 1) {
    const start = p;
    while ((b[p] as number) > SPACE) p += 1;
    if (p === start || (left > 1 && b[p++] !== SPACE)) return UNCOMMON;
  }
  return p;
}
