/** Numbers that are known by the bytes of a text, so that it need not be decoded to be looked up. */
export type ByteKeys = {
  /** The number of `bytes[from, to)`; `UNKNOWN_KEY` when it was never set, or is no longer known. */
  get(bytes: Uint8Array, from: number, to: number): number;
  /** Numbers are at least zero. */
  set(bytes: Uint8Array, from: number, to: number, number: number): void;
  clear(): void;
};

export const UNKNOWN_KEY = -1;

type Known = { readonly key: Uint8Array; readonly number: number };

/** Knows `limit` keys at most, and then begins anew. Of keys that share a hash only the last is known. */
export function createByteKeys(limit: number): ByteKeys {
  const byHash = new Map<number, Known>();
  return {
    get(bytes, from, to) {
      const known = byHash.get(hashBytes(bytes, from, to));
      if (known === undefined || known.key.length !== to - from) return UNKNOWN_KEY;
      const { key } = known;
      for (let i = 0; i < key.length; i += 1) if (key[i] !== bytes[from + i]) return UNKNOWN_KEY;
      return known.number;
    },
    set(bytes, from, to, number) {
      if (byHash.size >= limit) byHash.clear();
      byHash.set(hashBytes(bytes, from, to), { key: bytes.slice(from, to), number });
    },
    clear: () => byHash.clear(),
  };
}

/** FNV-1a, in 31 bits: V8 keeps those in maps without a box. */
function hashBytes(bytes: Uint8Array, from: number, to: number): number {
  let hash = 0x811c9dc5;
  for (let i = from; i < to; i += 1) hash = Math.imul(hash ^ (bytes[i] as number), 0x01000193);
  return hash >>> 1;
}
