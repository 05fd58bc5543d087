import type { Address } from '../model/address.ts';
import type { Destination } from '../model/destination.ts';
import type { FlowMinute } from '../model/observation.ts';

/** What a row is about, but for its minute. */
export type RowPlace = Pick<FlowMinute, 'interfaceId' | 'localAddress' | 'destination' | 'via'>;

/**
 * Numbers for what rows are about: a long log says the same of minute after minute, so that a row needs one number where
 * it had four texts. Texts, destinations and keys are numbered as they are met, and never given back.
 */
export class RowKeys {
  readonly texts: string[] = [];
  readonly destinations: Destination[] = [];
  length = 0;
  private readonly textIds = new Map<string, number>();
  private readonly ipv4Ids = new Map<number, number>();
  private readonly destinationIds = new Map<number, number>();
  /** `KEY_WORDS` numbers for each key. */
  private words = new Uint32Array(KEY_WORDS * FIRST_KEYS);
  /** Key + 1, where its hash or the next free place is; a power of two, and never more than half full. */
  private table = new Uint32Array(2 * FIRST_KEYS);
  private readonly destinationTexts: number[] = [];
  private ranksOfTexts = new Uint32Array(0);
  private ranksOfDestinations = new Uint32Array(0);

  textId(text: string): number {
    const known = this.textIds.get(text);
    if (known !== undefined) return known;
    this.textIds.set(text, this.texts.length);
    return this.texts.push(text) - 1;
  }

  /** The same for an IPv4 address as a number, whose text is made once. */
  ipv4Id(number: number, textOf: (number: number) => Address): number {
    const known = this.ipv4Ids.get(number | 0);
    if (known !== undefined) return known;
    const id = this.textId(textOf(number));
    this.ipv4Ids.set(number | 0, id);
    return id;
  }

  destinationId(address: number, port: number, protocol: number): number {
    const service = address * SERVICES + port * 256 + protocol;
    const known = this.destinationIds.get(service);
    if (known !== undefined) return known;
    this.destinationIds.set(service, this.destinations.length);
    this.destinationTexts.push(address);
    return this.destinations.push({ address: this.texts[address] as string, port, protocol }) - 1;
  }

  /** `via` is a text, or `NO_VIA`. */
  keyId(interfaceId: number, local: number, destination: number, via: number): number {
    const { table, words } = this;
    const mask = table.length - 1;
    let place = hashOf(interfaceId, local, destination, via) & mask;
    for (; table[place] !== 0; place = (place + 1) & mask) {
      const at = ((table[place] as number) - 1) * KEY_WORDS;
      if (
        words[at + 2] === destination &&
        words[at + 1] === local &&
        words[at] === interfaceId &&
        words[at + 3] === via
      )
        return (table[place] as number) - 1;
    }
    return this.addKey(place, interfaceId, local, destination, via);
  }

  keyOf({ interfaceId, localAddress, destination: { address, port, protocol }, via }: RowPlace): number {
    const remote = this.destinationId(this.textId(address), port, protocol);
    return this.keyId(
      this.textId(interfaceId),
      this.textId(localAddress),
      remote,
      via === null ? NO_VIA : this.textId(via),
    );
  }

  interfaceIdOf(key: number): string {
    return this.texts[this.words[key * KEY_WORDS] as number] as string;
  }

  localAddressOf(key: number): Address {
    return this.texts[this.words[key * KEY_WORDS + 1] as number] as Address;
  }

  destinationOf(key: number): Destination {
    return this.destinations[this.words[key * KEY_WORDS + 2] as number] as Destination;
  }

  viaOf(key: number): Address | null {
    const via = this.words[key * KEY_WORDS + 3] as number;
    return via === NO_VIA ? null : (this.texts[via] as Address);
  }

  /** The number of a key's text: `INTERFACE`, `LOCAL` or `VIA`; or of its destination. */
  wordOf(key: number, word: number): number {
    return this.words[key * KEY_WORDS + word] as number;
  }

  /** The number of the text of a destination's address. */
  remoteOf(key: number): number {
    return this.destinationTexts[this.words[key * KEY_WORDS + 2] as number] as number;
  }

  /** Where each text stands among all of them. */
  textRanks(): Uint32Array {
    const { texts } = this;
    if (this.ranksOfTexts.length === texts.length) return this.ranksOfTexts;
    const ranks = new Uint32Array(texts.length);
    let rank = 0;
    for (const text of texts.toSorted(byText)) ranks[this.textIds.get(text) as number] = rank++;
    this.ranksOfTexts = ranks;
    return ranks;
  }

  /** Where each destination stands among all of them: by address, port and protocol. */
  destinationRanks(): Uint32Array {
    const { destinations } = this;
    if (this.ranksOfDestinations.length === destinations.length) return this.ranksOfDestinations;
    const texts = this.textRanks();
    const order = Float64Array.from(
      destinations,
      ({ port, protocol }, i) =>
        (texts[this.destinationTexts[i] as number] as number) * SERVICES + port * 256 + protocol,
    );
    const ranks = new Uint32Array(destinations.length);
    const ids = Uint32Array.from(destinations.keys()).sort((a, b) => (order[a] as number) - (order[b] as number));
    for (const [rank, id] of ids.entries()) ranks[id] = rank;
    this.ranksOfDestinations = ranks;
    return ranks;
  }

  private addKey(place: number, interfaceId: number, local: number, destination: number, via: number): number {
    const key = this.length++;
    if (this.length * KEY_WORDS > this.words.length) {
      const words = new Uint32Array(this.words.length * 2);
      words.set(this.words);
      this.words = words;
    }
    const { words } = this;
    const at = key * KEY_WORDS;
    words[at] = interfaceId;
    words[at + 1] = local;
    words[at + 2] = destination;
    words[at + 3] = via;
    this.table[place] = key + 1;
    if (this.length * 2 > this.table.length) this.rehash();
    return key;
  }

  private rehash(): void {
    const table = new Uint32Array(this.table.length * 2);
    const { words } = this;
    for (let key = 0; key < this.length; key += 1) {
      const at = key * KEY_WORDS;
      const hash = hashOf(
        words[at] as number,
        words[at + 1] as number,
        words[at + 2] as number,
        words[at + 3] as number,
      );
      let place = hash & (table.length - 1);
      while (table[place] !== 0) place = (place + 1) & (table.length - 1);
      table[place] = key + 1;
    }
    this.table = table;
  }
}

export const NO_VIA = 0xffff_ffff;
export const INTERFACE = 0;
export const LOCAL = 1;
export const DESTINATION = 2;
export const VIA = 3;

const KEY_WORDS = 4;
const FIRST_KEYS = 1024;
/** Ports and protocols of one address. */
const SERVICES = 65_536 * 256;

const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

function hashOf(a: number, b: number, c: number, d: number): number {
  let hash = Math.imul(a ^ 0x9e37_79b9, 0x85eb_ca6b);
  hash = Math.imul((hash ^ (hash >>> 15)) + b, 0xc2b2_ae35);
  hash = Math.imul((hash ^ (hash >>> 13)) + c, 0x27d4_eb2f);
  hash = Math.imul((hash ^ (hash >>> 15)) + d, 0x1656_67b1);
  return hash ^ (hash >>> 16);
}
