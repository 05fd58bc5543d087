import { addPortEntry, createPortEntries, firstPortRef, type PortEntries } from './port-entries.ts';
import * as portEntries from './port-entries.ts';
import * as rowWords from './row-words.ts';
import * as tupleWords from './tuple.ts';
import { mix } from './tuple.ts';

// V8 takes an imported constant from memory, and checks it, at every use; a module's own stand in its code.
const {
  CLOSED,
  HAS_TOTALS_SHIFT,
  INFERRED,
  IS_COVERAGE,
  IS_REJECT,
  IS_REPLY,
  IS_UPPER,
  KEY_BITS,
  LIFETIME_SHIFT,
  OPENED,
  OVERLAP_SHIFT,
  TUPLE_WORDS,
} = tupleWords;
const {
  HAS_RARE,
  OVERLAP_UNIT,
  RARE_LIFETIMES,
  RARE_WORDS,
  ROW_BYTES,
  ROW_KEY,
  ROW_OVERLAP,
  ROW_PACKETS,
  ROW_PLACE,
  ROW_RECORDS,
  ROW_SET,
  ROW_VIA,
  ROW_WORDS,
} = rowWords;
const { firstPortMeta } = portEntries;

export type RowTable = {
  rows: Int32Array;
  doubles: Float64Array;
  /** Of rows with `HAS_RARE` alone; what stands there for others is left from before. */
  rare: Int32Array;
  slots: Int32Array;
  mask: number;
  count: number;
  readonly entries: PortEntries;
};

export function createRowTable(): RowTable {
  const rows = new Int32Array(1024 * ROW_WORDS);
  return {
    rows,
    doubles: new Float64Array(rows.buffer),
    rare: new Int32Array(1024 * RARE_WORDS),
    slots: new Int32Array(4096),
    mask: 4095,
    count: 0,
    entries: createPortEntries(),
  };
}

/** Makes room for as many rows as there are tuples, so that adding them never grows or rehashes anything. */
export function beginRows(table: RowTable, tuples: number): void {
  let slots = 1024;
  while (slots < tuples * 1.5) slots *= 2;
  if (slots > table.slots.length) table.slots = new Int32Array(slots);
  else table.slots.fill(0, 0, slots);
  table.mask = slots - 1;
  if (tuples * ROW_WORDS > table.rows.length) {
    const length = Math.ceil(tuples * 1.25);
    table.rows = new Int32Array(length * ROW_WORDS);
    table.doubles = new Float64Array(table.rows.buffer);
    table.rare = new Int32Array(length * RARE_WORDS);
  }
  table.count = 0;
  table.entries.used = 0;
}

const UPPER = 4_294_967_296;
/** What each of the sixteen overlaps adds to the two doubles of a row. */
const OVERLAPS = Float64Array.from({ length: 32 }, (_, i) => {
  const [lower, upper] = [(i >>> 1) >>> ((i & 1) * 2), (i >>> 1) >>> ((i & 1) * 2 + 1)];
  return (lower & 1) + (upper & 1) * OVERLAP_UNIT;
});
/** What rows are told apart by in the word of their key. */
const ROW_KEY_MASK = 0xffff0000 | KEY_BITS;

/** Adds the tuples `words[from, to)` to the rows; coverage goes to `cover`. Long, because it is the inner loop of a minute. */
export function addTuples(
  table: RowTable,
  words: Int32Array,
  from: number,
  to: number,
  cover: (place: number, what: number, count: number) => void,
): void {
  const { rows, doubles, rare, slots, mask, entries } = table;
  let { count } = table;
  for (let t = from; t < to; t += TUPLE_WORDS) {
    const flags = words[t + 3] as number;
    const place = words[t + 4] as number;
    if ((flags & IS_COVERAGE) !== 0) {
      cover(place, words[t + 6] as number, words[t + 7] as number);
      continue;
    }
    const local = words[t] as number;
    const remote = words[t + 1] as number;
    const ports = words[t + 2] as number;
    const via = words[t + 5] as number;
    const key = (ports & 0xffff0000) | (flags & KEY_BITS);
    const entryFlags = ((flags & OPENED) << 2) | ((flags & CLOSED) << 3) | ((flags & IS_REPLY) << 4);
    let slot =
      mix(
        Math.imul(local, 0x9e3779b1) ^
          Math.imul(remote, 0x85ebca6b) ^
          Math.imul((ports >>> 16) ^ (place << 16) ^ via, 0x27d4eb2f) ^
          (flags & KEY_BITS),
      ) & mask;
    let row = 0;
    for (;;) {
      const known = slots[slot] as number;
      if (known === 0) {
        row = Math.imul(count, ROW_WORDS);
        count = (count + 1) | 0;
        slots[slot] = count;
        rows[row] = local;
        rows[row + 1] = remote;
        rows[row + ROW_KEY] = key;
        rows[row + ROW_PLACE] = place;
        rows[row + ROW_VIA] = via;
        rows[row + ROW_SET] = firstPortMeta;
        rows[row + ROW_SET + 1] = firstPortRef(ports & 0xffff, entryFlags);
        rows[row + ROW_RECORDS] = 0;
        doubles[(row >> 1) + ROW_OVERLAP] = 0;
        doubles[(row >> 1) + ROW_OVERLAP + 1] = 0;
        doubles[(row >> 1) + ROW_BYTES] = 0;
        doubles[(row >> 1) + ROW_PACKETS] = 0;
        break;
      }
      row = Math.imul(known - 1, ROW_WORDS);
      if (
        rows[row] === local &&
        rows[row + 1] === remote &&
        ((rows[row + ROW_KEY] as number) & ROW_KEY_MASK) === key &&
        rows[row + ROW_PLACE] === place &&
        rows[row + ROW_VIA] === via
      ) {
        addPortEntry(entries, rows, row + ROW_SET, ports & 0xffff, entryFlags);
        break;
      }
      slot = (slot + 1) & mask;
    }
    rows[row + ROW_KEY] = (rows[row + ROW_KEY] as number) | (flags & INFERRED);
    // Nothing is asked of what may be zero: whether it is follows no pattern.
    const overlap = ((flags >>> OVERLAP_SHIFT) & 15) * 2;
    const scale = (flags & IS_UPPER) === 0 ? 1 : UPPER;
    const at = row >> 1;
    doubles[at + ROW_OVERLAP] = (doubles[at + ROW_OVERLAP] as number) + (OVERLAPS[overlap] as number);
    doubles[at + ROW_OVERLAP + 1] = (doubles[at + ROW_OVERLAP + 1] as number) + (OVERLAPS[overlap + 1] as number);
    doubles[at + ROW_BYTES] = (doubles[at + ROW_BYTES] as number) + ((words[t + 6] as number) >>> 0) * scale;
    doubles[at + ROW_PACKETS] = (doubles[at + ROW_PACKETS] as number) + ((words[t + 7] as number) >>> 0) * scale;
    rows[row + ROW_RECORDS] = (rows[row + ROW_RECORDS] as number) + ((flags >>> HAS_TOTALS_SHIFT) & 1);
    if ((flags & (CLOSED | IS_REPLY)) !== CLOSED && (flags & IS_REJECT) === 0) continue;
    const own = (row / ROW_WORDS) * RARE_WORDS;
    if (((rows[row + ROW_KEY] as number) & HAS_RARE) === 0) {
      rows[row + ROW_KEY] = (rows[row + ROW_KEY] as number) | HAS_RARE;
      rare.fill(0, own, own + RARE_WORDS);
    }
    if ((flags & IS_REJECT) !== 0) rare[own] = (rare[own] as number) + 1;
    if ((flags & (CLOSED | IS_REPLY)) === CLOSED) {
      const lifetime = own + RARE_LIFETIMES + ((flags >>> LIFETIME_SHIFT) & 7);
      rare[lifetime] = (rare[lifetime] as number) + 1;
    }
  }
  table.count = count;
}
