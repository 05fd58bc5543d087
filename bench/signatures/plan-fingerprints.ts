import { benchLog } from './bench-lines.ts';
import { ordinaryLine } from './ordinary-lines.ts';
import { createRandom } from './random.ts';

const BUCKETS = 8;
const SAMPLE_LINES = 4_000;
/** Of each kind of the benchmark's lines. */
const BENCH_BYTES = 700_000;
/** How much of the sample the buckets are tried on. */
const GATHERED_LENGTH = 40_000;
const ROUNDS_LIMIT = 6;
/** What each further fingerprint may cost by widening its bucket, as a part of the places of a line: each is tried. */
const PRICES = [1e-4, 3e-4];

type Gram = string;

/**
 * Four bytes for every needle, in eight buckets, chosen so that few places of ordinary lines look like one. Needles
 * share a fingerprint where they can. The same needles give the same plan.
 */
export function planFingerprints(needles: readonly string[], fingerprintBytes: number): readonly (readonly Gram[])[] {
  const sample = sampleText();
  const byGram = measure(sample, fingerprintBytes);
  const texts = needles.map((needle) => String.fromCharCode(...new TextEncoder().encode(needle)));
  const bytes = new TextEncoder().encode(sample.slice(0, GATHERED_LENGTH));
  const plans = PRICES.map((price) => gather(chooseGrams(texts, byGram, price, fingerprintBytes), bytes));
  const alarms = (plan: readonly (readonly Gram[])[]): number =>
    plan.reduce((sum, grams) => sum + alarmsOf(grams, bytes), 0);
  return plans.reduce((best, plan) => (alarms(plan) < alarms(best) ? plan : best));
}

/** Ordinary lines of many programs, and in turn those of web servers, Spring and pino, which most logs are made of. */
function sampleText(): string {
  const random = createRandom(11);
  const [json, plain] = (['json', 'plain'] as const).map((kind) =>
    new TextDecoder().decode(benchLog(kind, BENCH_BYTES).bytes).split('\n'),
  );
  const lines = Array.from({ length: SAMPLE_LINES }, (_, at) => [
    ordinaryLine(random, 1_767_261_605_000 + at * 977),
    ...[plain?.[at], at % 2 === 0 ? json?.[at / 2] : undefined].filter((line) => line !== undefined),
  ]).flat();
  return `${lines.join('\n')}\n`;
}

function measure(text: string, length: number): ReadonlyMap<Gram, number> {
  const byGram = new Map<Gram, number>();
  const folded = text.toLowerCase();
  for (let at = 0; at + length <= folded.length; at += 1) {
    const gram = folded.slice(at, at + length);
    byGram.set(gram, (byGram.get(gram) ?? 0) + 1 / folded.length);
  }
  return byGram;
}

/** Greedy set cover: again and again the four bytes that find most needles for the least false alarms. */
function chooseGrams(
  texts: readonly string[],
  byGram: ReadonlyMap<Gram, number>,
  priceOfOne: number,
  length: number,
): readonly Gram[] {
  const gramsOf = new Map(texts.map((text) => [text, new Set(windowsOf(text, length))]));
  const chosen: Gram[] = [];
  let left = texts;
  while (left.length > 0) {
    const holders = new Map<Gram, number>();
    for (const text of left)
      for (const gram of gramsOf.get(text) ?? []) holders.set(gram, (holders.get(gram) ?? 0) + 1);
    const price = ([gram, count]: readonly [Gram, number]): number => ((byGram.get(gram) ?? 0) + priceOfOne) / count;
    const [best] = [...holders].reduce((a, b) => (price(b) < price(a) ? b : a));
    chosen.push(best);
    left = left.filter((text) => !gramsOf.get(text)?.has(best));
  }
  return chosen;
}

const windowsOf = (text: string, length: number): readonly Gram[] =>
  Array.from({ length: text.length - length + 1 }, (_, at) => text.slice(at, at + length));

/**
 * Puts grams into buckets so that few places of the sample match all four bytes of any bucket: each in turn moves to
 * where it adds the fewest, until a round moves none.
 */
function gather(grams: readonly Gram[], sample: Uint8Array): readonly (readonly Gram[])[] {
  const buckets: Gram[][] = Array.from({ length: BUCKETS }, () => []);
  const alarms = (members: readonly Gram[]): number => alarmsOf(members, sample);
  const counts = buckets.map(() => 0);
  const moveToBest = (gram: Gram): number => {
    const costs = buckets.map((members, at) => alarms([...members, gram]) - (counts[at] ?? 0));
    const best = costs.indexOf(Math.min(...costs));
    buckets[best]?.push(gram);
    counts[best] = alarms(buckets[best] ?? []);
    return best;
  };
  for (const gram of grams) moveToBest(gram);
  for (let round = 0, moved = true; moved && round < ROUNDS_LIMIT; round += 1) {
    moved = false;
    for (const gram of grams) {
      const from = buckets.findIndex((members) => members.includes(gram));
      buckets[from] = (buckets[from] ?? []).filter((other) => other !== gram);
      counts[from] = alarms(buckets[from] ?? []);
      if (moveToBest(gram) !== from) moved = true;
    }
  }
  return buckets.map((members) => members.toSorted());
}

/** Places of the sample at which the half-bytes of these grams, mixed, match all four bytes. */
function alarmsOf(grams: readonly Gram[], sample: Uint8Array): number {
  if (grams.length === 0) return 0;
  const [first, second, third, fourth] = [0, 1, 2, 3].map((place) => bytesMatching(grams, place));
  if (!first || !second || !third || !fourth) return 0;
  let alarms = 0;
  for (let at = 0; at + 3 < sample.length; at += 1)
    if (
      second[sample[at + 1] ?? 0] === 1 &&
      first[sample[at] ?? 0] === 1 &&
      third[sample[at + 2] ?? 0] === 1 &&
      fourth[sample[at + 3] ?? 0] === 1
    )
      alarms += 1;
  return alarms;
}

/** For each byte whether its low half and its high half both belong to one of the grams in this place. */
function bytesMatching(grams: readonly Gram[], place: number): Uint8Array {
  let [low, high] = [0, 0];
  for (const unit of grams.flatMap((gram) => spellings(gram.charCodeAt(place)))) {
    low |= 1 << (unit & 15);
    high |= 1 << (unit >> 4);
  }
  return Uint8Array.from({ length: 256 }, (_, unit) => (low >> (unit & 15)) & 1 & ((high >> (unit >> 4)) & 1));
}

/** A letter in both cases, any other byte as it is. */
const spellings = (unit: number): readonly number[] => (unit >= 97 && unit <= 122 ? [unit, unit - 32] : [unit]);
