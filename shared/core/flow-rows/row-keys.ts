import type { Address } from '../model/address.ts';
import type { Destination } from '../model/destination.ts';
import type { FlowMinute } from '../model/observation.ts';
import { FourNumbers } from './four-numbers.ts';

/** What a row is about, but for its minute. */
export type RowPlace = Pick<FlowMinute, 'interfaceId' | 'localAddress' | 'destination' | 'via'>;

/**
 * Numbers for what rows are about: a long log says the same of minute after minute, so that a row needs one number where
 * it had four texts. Texts, destinations and keys are numbered as they are met, and never given back.
 */
export class RowKeys {
  readonly texts: string[] = [];
  readonly destinations: Destination[] = [];
  private readonly textIds = new Map<string, number>();
  private readonly ipv4Ids = new Map<number, number>();
  private readonly destinationIds = new Map<number, number>();
  private readonly keys = new FourNumbers();
  private readonly destinationTexts: number[] = [];
  private ranksOfTexts = new Uint32Array(0);
  private ranksOfDestinations = new Uint32Array(0);

  get length(): number {
    return this.keys.length;
  }

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
    return this.keys.idOf(interfaceId, local, destination, via);
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
    return this.texts[this.keys.at(key, INTERFACE)] as string;
  }

  localAddressOf(key: number): Address {
    return this.texts[this.keys.at(key, LOCAL)] as Address;
  }

  destinationOf(key: number): Destination {
    return this.destinations[this.keys.at(key, DESTINATION)] as Destination;
  }

  viaOf(key: number): Address | null {
    const via = this.keys.at(key, VIA);
    return via === NO_VIA ? null : (this.texts[via] as Address);
  }

  /** The number of a key's text: `INTERFACE`, `LOCAL` or `VIA`; or of its destination. */
  wordOf(key: number, word: number): number {
    return this.keys.at(key, word);
  }

  /** The number of the text of a destination's address. */
  remoteOf(key: number): number {
    return this.destinationTexts[this.keys.at(key, DESTINATION)] as number;
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
}

export const NO_VIA = 0xffff_ffff;
export const INTERFACE = 0;
export const LOCAL = 1;
export const DESTINATION = 2;
export const VIA = 3;

/** Ports and protocols of one address. */
const SERVICES = 65_536 * 256;

const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
