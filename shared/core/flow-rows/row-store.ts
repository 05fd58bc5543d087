import type { FlowMinute } from '../model/observation.ts';
import { createPageWriter, type PageWriter } from './page-writer.ts';
import { RowKeys } from './row-keys.ts';
import { TooManyRows } from './too-many-rows.ts';

/**
 * Rows as bytes and three numbers each: the minute, what the row is about, and where its counts and ports stand. That
 * is some forty bytes for a row that takes four hundred as an object. Rows are only added.
 *
 * A store may lie on another: it then has that one's rows, which it leaves alone, and its own after them. What one
 * analysis makes of rows goes with it, and the rows that were read stay as they are.
 */
export class RowStore {
  readonly keys: RowKeys;
  readonly floor: RowStore | null;
  /** The number of the first row of its own. */
  readonly first: number;
  /** Rows of its own. */
  count = 0;
  minutes = new Uint32Array(FIRST_ROWS);
  keyIds = new Uint32Array(FIRST_ROWS);
  places = new Uint32Array(FIRST_ROWS);
  readonly writer: PageWriter = createPageWriter();
  private readonly limit: number;

  constructor(floor: RowStore | null = null, limit = Infinity) {
    this.floor = floor;
    this.limit = limit;
    this.first = floor === null ? 0 : floor.length;
    this.keys = floor?.keys ?? new RowKeys();
  }

  get length(): number {
    return this.first + this.count;
  }

  /** The number of the row. */
  add(row: FlowMinute): number {
    return this.append(row.minute, this.keys.keyOf(row), this.writer.row(row));
  }

  append(minute: number, key: number, place: number): number {
    if (this.count >= this.limit) throw new TooManyRows(`more than ${this.limit} rows`);
    const i = this.count++;
    if (i === this.minutes.length) this.grow();
    this.minutes[i] = minute;
    this.keyIds[i] = key;
    this.places[i] = place;
    return this.first + i;
  }

  /** Forgets its last rows: those from `length` on. */
  cut(length: number): void {
    this.count = Math.min(this.count, Math.max(0, length - this.first));
  }

  keyOf(row: number): number {
    return row < this.first && this.floor !== null ? this.floor.keyOf(row) : (this.keyIds[row - this.first] as number);
  }

  minuteOf(row: number): number {
    return row < this.first && this.floor !== null
      ? this.floor.minuteOf(row)
      : (this.minutes[row - this.first] as number);
  }

  /** Whose own the row is. */
  ownerOf(row: number): RowStore {
    return row < this.first && this.floor !== null ? this.floor.ownerOf(row) : this;
  }

  private grow(): void {
    this.minutes = larger(this.minutes);
    this.keyIds = larger(this.keyIds);
    this.places = larger(this.places);
  }
}

const FIRST_ROWS = 1024;

function larger(column: Uint32Array<ArrayBuffer>): Uint32Array<ArrayBuffer> {
  const grown = new Uint32Array(Math.ceil(column.length * 1.5));
  grown.set(column);
  return grown;
}
