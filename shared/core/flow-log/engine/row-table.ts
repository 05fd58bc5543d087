import { addPortEntry, createPortEntries, firstPortRef, type PortEntries } from './port-entries.ts';
import * as portEntries from './port-entries.ts';
import * as rowWords from './row-words.ts';
import * as tupleWords from './tuple.ts';
import { mix } from './tuple.ts';

// V8 takes an imported constant from memory, and checks it, at every use; a module's own stand in its code.
const {
  CLOSED,
  HAS_TOTALS,
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
const { ROW_BYTES_AT, ROW_LIFETIMES_AT, ROW_WORDS } = rowWords;
const { firstPortMeta } = portEntries;

export type RowTable = {
  rows: Int32Array;
  doubles: Float64Array;
  packets: Float64Array;
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
    packets: new Float64Array(1024),
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
  if (tuples > table.packets.length) {
    const length = Math.ceil(tuples * 1.25);
    table.rows = new Int32Array(length * ROW_WORDS);
    table.doubles = new Float64Array(table.rows.buffer);
    table.packets = new Float64Array(length);
  }
  table.count = 0;
  table.entries.used = 0;
}

const UPPER = 4_294_967_296;

/** Adds the tuples `words[from, to)` to the rows; coverage goes to `cover`. Long, because it is the inner loop of a minute. */
export function addTuples(
  table: RowTable,
  words: Int32Array,
  from: number,
  to: number,
  cover: (place: number, what: number, count: number) => void,
): void {
  const { rows, doubles, packets, slots, mask, entries } = table;
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
    const key = flags & KEY_BITS;
    const entryFlags = ((flags & OPENED) << 2) | ((flags & CLOSED) << 3) | ((flags & IS_REPLY) << 4);
    let slot =
      mix(
        Math.imul(local, 0x9e3779b1) ^
          Math.imul(remote, 0x85ebca6b) ^
          Math.imul((ports >>> 16) ^ (place << 16) ^ via, 0x27d4eb2f) ^
          key,
      ) & mask;
    let row = 0;
    for (;;) {
      const known = slots[slot] as number;
      if (known === 0) {
        row = table.count * ROW_WORDS;
        table.count += 1;
        slots[slot] = table.count;
        for (let i = row + 8; i < row + ROW_WORDS; i += 1) rows[i] = 0;
        rows[row] = local;
        rows[row + 1] = remote;
        rows[row + 2] = ports >>> 16;
        rows[row + 3] = key;
        rows[row + 4] = place;
        rows[row + 5] = via;
        rows[row + 6] = firstPortMeta;
        rows[row + 7] = firstPortRef(ports & 0xffff, entryFlags);
        packets[table.count - 1] = 0;
        break;
      }
      row = (known - 1) * ROW_WORDS;
      if (
        rows[row] === local &&
        rows[row + 1] === remote &&
        rows[row + 2] === ports >>> 16 &&
        ((rows[row + 3] as number) & KEY_BITS) === key &&
        rows[row + 4] === place &&
        rows[row + 5] === via
      ) {
        addPortEntry(entries, rows, row + 6, ports & 0xffff, entryFlags);
        break;
      }
      slot = (slot + 1) & mask;
    }
    rows[row + 3] = (rows[row + 3] as number) | (flags & INFERRED);
    const overlap = (flags >>> OVERLAP_SHIFT) & 15;
    if (overlap !== 0) {
      rows[row + 10] = (rows[row + 10] as number) + (overlap & 1);
      rows[row + 11] = (rows[row + 11] as number) + ((overlap >>> 1) & 1);
      rows[row + 12] = (rows[row + 12] as number) + ((overlap >>> 2) & 1);
      rows[row + 13] = (rows[row + 13] as number) + (overlap >>> 3);
    }
    if ((flags & (HAS_TOTALS | IS_UPPER)) === 0) continue;
    const scale = (flags & IS_UPPER) === 0 ? 1 : UPPER;
    const at = row / 2 + ROW_BYTES_AT;
    doubles[at] = (doubles[at] as number) + ((words[t + 6] as number) >>> 0) * scale;
    const index = row / ROW_WORDS;
    packets[index] = (packets[index] as number) + ((words[t + 7] as number) >>> 0) * scale;
    if ((flags & IS_UPPER) !== 0) continue;
    rows[row + 8] = (rows[row + 8] as number) + 1;
    if ((flags & IS_REJECT) !== 0) rows[row + 9] = (rows[row + 9] as number) + 1;
    if ((flags & (CLOSED | IS_REPLY)) === CLOSED) {
      const lifetime = row + ROW_LIFETIMES_AT + ((flags >>> LIFETIME_SHIFT) & 7);
      rows[lifetime] = (rows[lifetime] as number) + 1;
    }
  }
}
