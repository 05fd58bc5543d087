// Rows of one minute and partition while its tuples are added up: see row-table.ts. Each row is 112 bytes:
// 0 local · 4 remote · 8 port · 12 key · 16 place · 20 via · 24 set meta · 28 set ref · 32 overlap (4 × u32) ·
// 48 records · 52 rejected · 56 lifetimes (7 × u32) · 88 bytes u64 · 96 packets u64

import { cover } from './close';
import { take } from './memory';
import { addPort, clearPorts, IN_USE } from './ports';
import { TUPLE_BYTES } from './log';

export const LOCAL_IS_ID: u32 = 1 << 8;
export const REMOTE_IS_ID: u32 = 1 << 9;
export const VIA_IS_ID: u32 = 1 << 10;
export const HAS_VIA: u32 = 1 << 11;
export const INFERRED: u32 = 1 << 12;
const KEY_BITS: u32 = 0xfff;
export const IS_REPLY: u32 = 1 << 13;
export const OPENED: u32 = 1 << 14;
export const CLOSED: u32 = 1 << 15;
export const HAS_TOTALS: u32 = 1 << 16;
export const IS_REJECT: u32 = 1 << 17;
export const IS_UPPER: u32 = 1 << 18;
export const LIFETIME_SHIFT: u32 = 19;
export const OVERLAP_SHIFT: u32 = 22;
export const IS_COVERAGE: u32 = 1 << 26;

// What `addCoverage` counts.
export const COVER_RECORDS: u32 = 0;
export const COVER_NO_DATA: u32 = 1;
export const COVER_SKIP_DATA: u32 = 2;

export const ROW_BYTES: usize = 112;

export let rows: usize = 0;
export let rowCount: u32 = 0;
let rowRoom: u32 = 0;
let slots: usize = 0;
let slotRoom: u32 = 0;
let slotMask: u32 = 0;
// Four u32 counters for each of the sixteen ways a flow can cover the four instants of a minute.
let overlapAdds: usize = 0;

function prepareRows(): void {
  overlapAdds = take(16 * 16);
  for (let bits: u32 = 0; bits < 16; bits++)
    for (let i: u32 = 0; i < 4; i++) store<u32>(overlapAdds + (bits << 4) + (i << 2), (bits >> i) & 1);
}

/** Makes room for as many rows as there are tuples: adding them then never grows or rehashes anything. */
export function beginRows(tuples: u32): void {
  if (overlapAdds == 0) prepareRows();
  let wanted: u32 = 1024;
  while (wanted < tuples + (tuples >> 1)) wanted <<= 1;
  if (wanted > slotRoom) {
    slots = take(<usize>wanted << 2);
    slotRoom = wanted;
  }
  memory.fill(slots, 0, <usize>wanted << 2);
  slotMask = wanted - 1;
  if (tuples > rowRoom) {
    rowRoom = max<u32>(tuples + (tuples >> 1), 4096);
    rows = take(<usize>rowRoom * ROW_BYTES);
  }
  rowCount = 0;
  clearPorts();
}

// @ts-ignore: decorator
@inline
function hashKey(addresses: u64, b: u64, c: u64): u32 {
  let hash = addresses * 0x9e3779b97f4a7c15;
  hash = (hash ^ b ^ (hash >> 32)) * 0xff51afd7ed558ccd;
  hash = (hash ^ c ^ (hash >> 29)) * 0xc4ceb9fe1a85ec53;
  return <u32>(hash >> 32);
}

/** Adds the tuples in [from, to) to the rows. Long, because it is the inner loop of closing a minute. */
export function addTuples(from: usize, to: usize): void {
  const mask = slotMask;
  const table = slots;
  for (let t = from; t < to; t += TUPLE_BYTES) {
    const flags = load<u32>(t, 12);
    if (flags & IS_COVERAGE) {
      cover(load<u32>(t, 16), load<u32>(t, 24), load<u32>(t, 28));
      continue;
    }
    const addresses = load<u64>(t);
    const ports = load<u32>(t, 8);
    const placeAndVia = load<u64>(t, 16);
    const portAndKey = <u64>(ports >> 16) | (<u64>(flags & KEY_BITS) << 32);
    const entry =
      (ports & 0xffff) | IN_USE | ((flags & OPENED) << 2) | ((flags & CLOSED) << 3) | ((flags & IS_REPLY) << 4);
    let slot = hashKey(addresses, portAndKey, placeAndVia) & mask;
    let row: usize = 0;
    for (;;) {
      const known = load<u32>(table + (<usize>slot << 2));
      if (known == 0) {
        row = rows + <usize>rowCount * ROW_BYTES;
        rowCount += 1;
        store<u32>(table + (<usize>slot << 2), rowCount);
        store<u64>(row, addresses);
        store<u64>(row, portAndKey, 8);
        store<u64>(row, placeAndVia, 16);
        store<u32>(row, 1, 24);
        store<u32>(row, entry, 28);
        // Five stores; a call to fill so little would cost more than they do.
        const zero = i64x2.splat(0);
        v128.store(row, zero, 32);
        v128.store(row, zero, 48);
        v128.store(row, zero, 64);
        v128.store(row, zero, 80);
        v128.store(row, zero, 96);
        break;
      }
      row = rows + <usize>(known - 1) * ROW_BYTES;
      if (
        load<u64>(row) == addresses &&
        (load<u64>(row, 8) & ~(<u64>INFERRED << 32)) == portAndKey &&
        load<u64>(row, 16) == placeAndVia
      ) {
        addPort(row + 24, entry);
        break;
      }
      slot = (slot + 1) & mask;
    }
    store<u32>(row, load<u32>(row, 12) | (flags & INFERRED), 12);
    const overlap = overlapAdds + <usize>(((flags >> OVERLAP_SHIFT) & 15) << 4);
    v128.store(row, i32x4.add(v128.load(row, 32), v128.load(overlap)), 32);
    const bytes = <u64>load<u32>(t, 24);
    const packets = <u64>load<u32>(t, 28);
    if (flags & IS_UPPER) {
      store<u64>(row, load<u64>(row, 88) + (bytes << 32), 88);
      store<u64>(row, load<u64>(row, 96) + (packets << 32), 96);
      continue;
    }
    // Tuples without totals have zeros, so that no branch asks: every third is one.
    store<u64>(row, load<u64>(row, 88) + bytes, 88);
    store<u64>(row, load<u64>(row, 96) + packets, 96);
    const totals = <u64>((flags / HAS_TOTALS) & 1) | (<u64>((flags / IS_REJECT) & 1) << 32);
    store<u64>(row, load<u64>(row, 48) + totals, 48);
    if ((flags & (CLOSED | IS_REPLY)) == CLOSED) {
      const lifetime = row + <usize>(((flags >> LIFETIME_SHIFT) & 7) << 2);
      store<u32>(lifetime, load<u32>(lifetime, 56) + 1, 56);
    }
  }
}
