import type { Address } from '../model/address.ts';
import type { Destination } from '../model/destination.ts';
import { LIFETIME_BUCKETS, OVERLAP_SECONDS, type FlowMinute } from '../model/observation.ts';
import type { PortSet } from '../model/port-set.ts';
import {
  EMPTY,
  NO_PORTS,
  OTHER,
  PackedPorts,
  PackedSubset,
  portBytes,
  singlePort,
  SOME,
  subsetBytes,
} from './packed-ports.ts';
import { HEAD_INFERRED, HEAD_LIFETIMES, HEAD_OVERLAP, HEAD_REJECTED, pageOf, placeInPage } from './page-writer.ts';
import type { RowStore } from './row-store.ts';

/**
 * A row of a store as the object that everybody reads, made out of its bytes as far as it is asked. It is a class, for
 * there are millions of them, each for a moment, and its getters have to be on a prototype: `{ ...row }` has none of
 * them, `copyFlowRow` has.
 */
export class PackedRow implements FlowMinute {
  private store: RowStore;
  /** Its place among the store's own rows. */
  private own: number;
  private seenPorts: PortSet | null = null;
  private openedPorts: PortSet | null = null;
  private answeredPorts: PortSet | null = null;
  private closedPorts: PortSet | null = null;

  constructor(store: RowStore, row: number) {
    const owner = row < store.first ? store.ownerOf(row) : store;
    this.store = owner;
    this.own = row - owner.first;
  }

  /** For those who look at one row after the other and keep none. */
  moveTo(store: RowStore, row: number): void {
    const owner = row < store.first ? store.ownerOf(row) : store;
    this.store = owner;
    this.own = row - owner.first;
    this.seenPorts = null;
    this.openedPorts = null;
    this.answeredPorts = null;
    this.closedPorts = null;
  }

  get kind(): 'flow' {
    return 'flow';
  }

  get minute(): number {
    return this.store.minutes[this.own] as number;
  }

  /** Everything but the minute and the counts, as a number. */
  get key(): number {
    return this.store.keyIds[this.own] as number;
  }

  get interfaceId(): string {
    return this.store.keys.interfaceIdOf(this.key);
  }

  get localAddress(): Address {
    return this.store.keys.localAddressOf(this.key);
  }

  get destination(): Destination {
    return this.store.keys.destinationOf(this.key);
  }

  get via(): Address | null {
    return this.store.keys.viaOf(this.key);
  }

  get ports(): PortSet {
    return (this.seenPorts ??= this.readPorts());
  }

  get opened(): PortSet {
    return (this.openedPorts ??= this.readSubset(0));
  }

  get answered(): PortSet {
    return (this.answeredPorts ??= this.readSubset(1));
  }

  get closed(): PortSet {
    return (this.closedPorts ??= this.readSubset(2));
  }

  get opensInferred(): boolean {
    const place = this.store.places[this.own] as number;
    const page = this.store.writer.pages[pageOf(place)] as Uint8Array;
    return ((page[placeInPage(place)] as number) & HEAD_INFERRED) !== 0;
  }

  get records(): number {
    toSize(this.store, this.own);
    readVarint();
    return readVarint();
  }

  get rejected(): number {
    const head = toSize(this.store, this.own);
    if ((head & HEAD_REJECTED) === 0) return 0;
    readVarint();
    readVarint();
    return readVarint();
  }

  get bytes(): number {
    toCounts(this.store, this.own);
    return readVarint();
  }

  get packets(): number {
    toCounts(this.store, this.own);
    readVarint();
    return readVarint();
  }

  get overlap(): readonly number[] {
    const head = toCounts(this.store, this.own);
    if ((head & HEAD_OVERLAP) === 0) return NO_OVERLAP;
    readVarint();
    readVarint();
    return [readVarint(), readVarint(), readVarint(), readVarint()];
  }

  get lifetimes(): readonly number[] {
    const head = toCounts(this.store, this.own);
    if ((head & HEAD_LIFETIMES) === 0) return NO_LIFETIMES;
    const before = (head & HEAD_OVERLAP) === 0 ? 2 : 2 + OVERLAP_SECONDS.length;
    for (let i = 0; i < before; i += 1) readVarint();
    return Array.from({ length: LIFETIME_BUCKETS }, readVarint);
  }

  private readPorts(): PortSet {
    const size = toPorts(this.store, this.own);
    if (size === 0) return NO_PORTS;
    if (size === 1) return singlePort((PAGE[AT] as number) | ((PAGE[AT + 1] as number) << 8));
    return new PackedPorts(PAGE, AT, size);
  }

  private readSubset(set: number): PortSet {
    const { ports } = this;
    const size = toPorts(this.store, this.own);
    const form = (FORMS >>> (2 * set)) & 3;
    if (form === EMPTY) return NO_PORTS;
    if (form === SOME || form === OTHER) {
      AT += portBytes(size);
      skipSubsets(set, size);
      if (form === SOME) return new PackedSubset(PAGE, AT, ports);
      const own = readVarint();
      return new PackedPorts(PAGE, AT, own);
    }
    return ports;
  }
}

const NO_OVERLAP: readonly number[] = OVERLAP_SECONDS.map(() => 0);
const NO_LIFETIMES: readonly number[] = Array.from({ length: LIFETIME_BUCKETS }, () => 0);

/** Where a row is being read: nothing in here outlives the getter that asked. */
let PAGE: Uint8Array = new Uint8Array(0);
let AT = 0;
let FORMS = 0;

/** Goes to the row's size, and returns its head. */
function toSize(store: RowStore, own: number): number {
  const place = store.places[own] as number;
  PAGE = store.writer.pages[pageOf(place)] as Uint8Array;
  AT = placeInPage(place) + 2;
  FORMS = PAGE[AT - 1] as number;
  return PAGE[AT - 2] as number;
}

/** Goes to the row's ports, and returns how many there are. */
function toPorts(store: RowStore, own: number): number {
  const head = toSize(store, own);
  const size = readVarint();
  readVarint();
  if ((head & HEAD_REJECTED) !== 0) readVarint();
  return size;
}

/** Goes to what stands behind the ports, and returns the row's head. */
function toCounts(store: RowStore, own: number): number {
  const size = toPorts(store, own);
  AT += portBytes(size);
  skipSubsets(3, size);
  return PAGE[placeInPage(store.places[own] as number)] as number;
}

/** Past the subsets before one. */
function skipSubsets(before: number, size: number): void {
  for (let set = 0; set < before; set += 1) {
    const form = (FORMS >>> (2 * set)) & 3;
    if (form === SOME) AT += subsetBytes(size);
    else if (form === OTHER) {
      const own = readVarint();
      AT += portBytes(own);
    }
  }
}

function readVarint(): number {
  let byte = PAGE[AT++] as number;
  if (byte < 128) return byte;
  let value = byte & 127;
  for (let scale = 128; byte > 127; scale *= 128) {
    byte = PAGE[AT++] as number;
    value += (byte & 127) * scale;
  }
  return value;
}
