/** A seeded source of randomness: the same seed and label give the same draws on every machine. */
export type Random = {
  /** Uniform in [0, 1). */
  next(): number;
  /** Uniform in [low, high). */
  between(low: number, high: number): number;
  /** Whole number in [low, high], both included. */
  integer(low: number, high: number): number;
  pick<T>(choices: readonly T[]): T;
  chance(probability: number): boolean;
  poisson(mean: number): number;
  normal(): number;
  exponential(mean: number): number;
  /** `sigma` is the standard deviation of the logarithm. */
  lognormal(median: number, sigma: number): number;
  /** An independent stream, so that a draw added in one place moves nothing elsewhere. */
  fork(label: string): Random;
};

const POISSON_BY_PRODUCT_LIMIT = 30;

export function createRandom(seed: string): Random {
  const next = sfc32(seed);
  const between = (low: number, high: number): number => low + next() * (high - low);
  const integer = (low: number, high: number): number => low + Math.floor(next() * (high - low + 1));
  const normal = (): number => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
  return {
    next,
    between,
    integer,
    pick<T>(choices: readonly T[]): T {
      return choices[integer(0, choices.length - 1)] as T;
    },
    chance: (probability) => next() < probability,
    poisson: (mean) => poisson(mean, next, normal),
    normal,
    exponential: (mean) => -mean * Math.log(1 - next()),
    lognormal: (median, sigma) => median * Math.exp(sigma * normal()),
    fork: (label) => createRandom(`${seed}/${label}`),
  };
}

function poisson(mean: number, next: () => number, normal: () => number): number {
  if (mean <= 0) return 0;
  if (mean > POISSON_BY_PRODUCT_LIMIT) return Math.max(0, Math.round(mean + Math.sqrt(mean) * normal()));
  const limit = Math.exp(-mean);
  let count = 0;
  for (let product = next(); product > limit; product *= next()) count += 1;
  return count;
}

/** Chris Doty-Humphrey's sfc32 from PractRand: 128 bits of state, passes its tests, four additions a draw. */
function sfc32(seed: string): () => number {
  let [a, b, c, d] = [fnv1a(`${seed}#a`), fnv1a(`${seed}#b`), fnv1a(`${seed}#c`), 1];
  const next = (): number => {
    const t = (((a + b) | 0) + d) | 0;
    d = (d + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + t) | 0;
    return (t >>> 0) / 4_294_967_296;
  };
  for (let round = 0; round < 15; round += 1) next();
  return next;
}

function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return hash | 0;
}
