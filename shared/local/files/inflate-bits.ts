/** The longest code. */
export const CODE_BITS = 15;

export type InflateDamage = 'damaged' | 'truncated';

export class Broken extends Error {
  readonly damage: InflateDamage;
  constructor(damage: InflateDamage) {
    super(damage);
    this.damage = damage;
  }
}

/** What broke off, or an error that is none of the input's. */
export function damageOf(error: unknown): InflateDamage {
  if (error instanceof Broken) return error.damage;
  throw error;
}

/** Bits and bytes of a stream that comes in chunks; each chunk is done with when the next is asked for. */
export type BitSource = {
  /** Up to 24 bits; missing ones break off. */
  take(count: number): number;
  /** The next 15 bits, zeros behind the end. */
  peek(): number;
  /** Takes what was peeked at. */
  drop(count: number): void;
  /** Bits up to the next whole byte are left out. */
  align(): void;
  /** Aligned. True when nothing follows. */
  isAtEnd(): boolean;
};

export function createBitSource(chunks: Iterator<Uint8Array>): BitSource {
  let chunk: Uint8Array = new Uint8Array(0);
  let at = 0;
  let bits = 0;
  let count = 0;
  let isEnded = false;
  const fill = (wanted: number): void => {
    while (count < wanted && !isEnded) {
      if (at === chunk.length) {
        const next = chunks.next();
        isEnded = next.done === true;
        [chunk, at] = [next.done === true ? new Uint8Array(0) : next.value, 0];
        continue;
      }
      bits |= (chunk[at] as number) << count;
      at += 1;
      count += 8;
    }
  };
  const drop = (taken: number): void => {
    if (taken > count) throw new Broken('truncated');
    bits >>>= taken;
    count -= taken;
  };
  return {
    take(wanted) {
      fill(wanted);
      const value = bits & ((1 << wanted) - 1);
      drop(wanted);
      return value;
    },
    peek() {
      fill(CODE_BITS);
      return bits & ((1 << CODE_BITS) - 1);
    },
    drop,
    align: () => drop(count & 7),
    isAtEnd() {
      fill(8);
      return count === 0;
    },
  };
}
