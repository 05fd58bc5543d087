import type { Address } from '../../model/address.ts';
import type { ScopeId } from '../../model/observation.ts';

/**
 * Where records were seen. Two formats that see one interface are two places, because only the richer of them counts
 * in the end.
 */
export type Place = { readonly scope: ScopeId; readonly interfaceId: string; readonly formatKey: string };

/** Gives places small numbers, in the order in which they are met. They are never given back: there are few. */
export type Places = { readonly list: readonly Place[]; idOf(place: Place): number };

export function createPlaces(onNew: (count: number) => void = () => {}): Places {
  const list: Place[] = [];
  const ids = new Map<string, number>();
  return {
    list,
    idOf(place) {
      const key = `${place.scope}\n${place.interfaceId}\n${place.formatKey}`;
      const known = ids.get(key);
      if (known !== undefined) return known;
      ids.set(key, list.length);
      list.push(place);
      onNew(list.length);
      return list.length - 1;
    },
  };
}

/** What whoever makes tuples needs of them. */
export type AddressIds = { idOf(address: Address): number; hashOf(id: number): number };

/**
 * Gives IPv6 addresses numbers, so that tuples and tables can hold them in one word, with a hash of the address itself:
 * numbers differ from thread to thread, and what is partitioned by address must not.
 */
export type Addresses = AddressIds & {
  textOf(id: number): Address;
  size(): number;
  /** Forgets all: only when nothing holds an id any more. */
  clear(): void;
};

export function createAddresses(): Addresses {
  const ids = new Map<Address, number>();
  const texts: Address[] = [];
  const hashes: number[] = [];
  return {
    idOf(address) {
      const known = ids.get(address);
      if (known !== undefined) return known;
      const id = texts.length;
      ids.set(address, id);
      texts.push(address);
      hashes.push(hashText(address));
      return id;
    },
    textOf: (id) => texts[id] as Address,
    hashOf: (id) => hashes[id] as number,
    size: () => texts.length,
    clear() {
      ids.clear();
      texts.length = 0;
      hashes.length = 0;
    },
  };
}

/** FNV-1a over the code units. */
export function hashText(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i += 1) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash;
}

const [DOT, ZERO, COLON] = [46, 48, 58] as const;

/** The 32 bits of a canonical IPv4 address, as a signed number; null for any other text. */
export function ipv4Number(address: Address): number | null {
  let number = 0;
  let part = 0;
  for (let i = 0; i < address.length; i += 1) {
    const code = address.charCodeAt(i);
    if (code === COLON) return null;
    if (code === DOT) {
      number = (number << 8) | part;
      part = 0;
    } else part = part * 10 + (code - ZERO);
  }
  return (number << 8) | part;
}

/** What an address is known by where its text is not: IPv4 as its bits, any other by its hash. */
export const addressHash = (address: Address): number => ipv4Number(address) ?? hashText(address);

export const ipv4Text = (number: number): Address =>
  `${number >>> 24}.${(number >>> 16) & 255}.${(number >>> 8) & 255}.${number & 255}`;
