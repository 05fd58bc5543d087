import type { FlowMinute } from '../model/observation.ts';
import { letGo } from './let-go.ts';
import { PackedRow } from './packed-row.ts';
import type { RowStore } from './row-store.ts';

/** Some rows of a store, in an order: as `FlowRows` that are numbers. */
export class PackedRows {
  readonly store: RowStore;
  readonly length: number;
  /** Numbers of rows, of which those from `from` on are meant; null where they are the numbers from `from` on. */
  private readonly order: Uint32Array | null;
  private readonly from: number;

  constructor(store: RowStore, order: Uint32Array | null, from = 0, to = order?.length ?? from) {
    this.store = store;
    this.order = order;
    this.from = from;
    this.length = to - from;
  }

  /** Each row as an object of its own. */
  *[Symbol.iterator](): Generator<FlowMinute, void> {
    for (let i = 0; i < this.length; i += 1) yield new PackedRow(this.store, this.numberAt(i));
  }

  at(place: number): FlowMinute | undefined {
    return place < this.length ? new PackedRow(this.store, this.numberAt(place)) : undefined;
  }

  pick(places: Uint32Array): PackedRows {
    return new PackedRows(
      this.store,
      places.map((place) => this.numberAt(place)),
    );
  }

  /** The rows' numbers: for reading. */
  numbers(): Uint32Array {
    const { order, from, length } = this;
    return order === null ? Uint32Array.from({ length }, (_, i) => from + i) : order.subarray(from, from + length);
  }

  private numberAt(place: number): number {
    const { order, from } = this;
    return order === null ? from + place : (order[from + place] as number);
  }

  /** A row is lent to `keep`, and the same object then is the next one. */
  filter(keep: (row: PackedRow) => boolean): PackedRows {
    const { store, length } = this;
    const kept = new Uint32Array(length);
    let count = 0;
    this.eachLent((row, i) => {
      if (keep(row)) kept[count++] = this.numberAt(i);
    });
    if (count === length) {
      letGo(kept);
      return this;
    }
    // What is left of many goes to a place of its own, so that theirs can go.
    if (count >= length / 2) return new PackedRows(store, kept, 0, count);
    const few = kept.slice(0, count);
    letGo(kept);
    return new PackedRows(store, few);
  }

  some(test: (row: PackedRow) => boolean): boolean {
    const { store, length } = this;
    if (length === 0) return false;
    const row = new PackedRow(store, this.numberAt(0));
    for (let i = 0; i < length; i += 1) {
      row.moveTo(store, this.numberAt(i));
      if (test(row)) return true;
    }
    return false;
  }

  every(test: (row: PackedRow) => boolean): boolean {
    return !this.some((row) => !test(row));
  }

  /** Groups in the order in which they are met, and the rows of each in theirs. */
  groupBy<K>(keyOf: (row: PackedRow) => K): Map<K, PackedRows> {
    const { store, length } = this;
    const groups = new Map<K, number>();
    const sizes: number[] = [];
    const groupOf = new Uint32Array(length);
    this.eachLent((row, i) => {
      const key = keyOf(row);
      let group = groups.get(key);
      if (group === undefined) {
        group = sizes.push(0) - 1;
        groups.set(key, group);
      }
      sizes[group] = (sizes[group] as number) + 1;
      groupOf[i] = group;
    });
    const ends = new Uint32Array(sizes.length);
    for (let group = 1; group < sizes.length; group += 1)
      ends[group] = (ends[group - 1] as number) + (sizes[group - 1] as number);
    const grouped = new Uint32Array(length);
    for (let i = 0; i < length; i += 1) {
      const group = groupOf[i] as number;
      const end = ends[group] as number;
      ends[group] = end + 1;
      grouped[end] = this.numberAt(i);
    }
    letGo(groupOf);
    const rowsOf = (group: number): PackedRows =>
      new PackedRows(store, grouped, (ends[group] as number) - (sizes[group] as number), ends[group]);
    return new Map([...groups].map(([key, group]) => [key, rowsOf(group)]));
  }

  private eachLent(visit: (row: PackedRow, i: number) => void): void {
    const { store, length } = this;
    if (length === 0) return;
    const row = new PackedRow(store, this.numberAt(0));
    for (let i = 0; i < length; i += 1) {
      row.moveTo(store, this.numberAt(i));
      visit(row, i);
    }
  }
}
