/** A small fast generator (sfc32): the same seed gives the same data on every machine. */
export type Random = {
  /** [0, 1). */
  fraction(): number;
  /** [0, limit), whole. */
  below(limit: number): number;
  /** Lower-case hexadecimal digits. */
  hex(digits: number): string;
};

export function createRandom(seed: number): Random {
  let a = 0x9e3779b9 ^ seed;
  let b = 0x243f6a88;
  let c = 0xb7e15162;
  let counter = seed | 1;
  const next = (): number => {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + sum;
    c |= 0;
    return sum >>> 0;
  };
  for (let i = 0; i < 20; i += 1) next();
  const fraction = (): number => next() / 4_294_967_296;
  return {
    fraction,
    below: (limit) => Math.floor(fraction() * limit),
    hex: (digits) =>
      Array.from({ length: Math.ceil(digits / 8) }, () => next().toString(16).padStart(8, '0'))
        .join('')
        .slice(0, digits),
  };
}

/** Draws indexes with the given weights, in constant time (Vose's alias method). */
export function createDraw(random: Random, weights: readonly number[]): () => number {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const scaled = weights.map((weight) => (weight * weights.length) / total);
  const keep = new Float64Array(weights.length).fill(1);
  const other = new Uint32Array(weights.length);
  const small = [...scaled.keys()].filter((i) => (scaled[i] as number) < 1);
  const large = [...scaled.keys()].filter((i) => (scaled[i] as number) >= 1);
  while (small.length > 0 && large.length > 0) {
    const low = small.pop() as number;
    const high = large.at(-1) as number;
    keep[low] = scaled[low] as number;
    other[low] = high;
    scaled[high] = (scaled[high] as number) + (scaled[low] as number) - 1;
    if ((scaled[high] as number) < 1) small.push(large.pop() as number);
  }
  return () => {
    const i = random.below(weights.length);
    return random.fraction() < (keep[i] as number) ? i : (other[i] as number);
  };
}
