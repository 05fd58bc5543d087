/** Which four bytes find a needle, and where they stand in it. */
export type PlannedNeedle = {
  readonly needle: Uint8Array;
  readonly offset: number;
  /** One of eight: fingerprints of a bucket are told apart only after their half-bytes matched. */
  readonly bucket: number;
};

export const FINGERPRINT_BYTES = 4;
const BUCKETS = 8;

/** How often bytes stand in logs, per mille, letters in either case; measured over generated and public logs. */
const PER_MILLE = perMilleOf([
  [67, ' '],
  [55, 'e"0'],
  [38, '1t2'],
  [30, 'asr:oi6'],
  [23, 'c.d-435n87'],
  [16, 'p9,mlu'],
  [11, '/bfh'],
  [6, 'gxvk[]\n'],
  [3, 'zwy{}_=()q'],
]);
const RARE_PER_MILLE = 0.3;

/** Four letters that ordinary lines hold far more often than their letters would make one think. */
const ORDINARY =
  'time|stat|tion| in |ion |conn|onne|nnec|nect|port|ress| to |tatu|atus|host|addr|ddre|dres|erro|rror| con| pro|ent |ctio|ted |trac| war|ache|ror |ecti|orde|rder| err|ient|inte|temp|ment|rece|tes | use|syst|yste|stem| rec|n de|loca|fail| fai|on f|age |d to| int|atio|ost |requ|eque|uest|ques|sion|essi|cati| cal|ssio|nel |tate|est |read|atte|nder| not| dis|l in|not |ort |open| thr| add| req|pool|ool |110 | loc| att|enti|ocal| is |ect |aile|or: |vali|alid|iled|cont| tim|call|ess |disp|acke|n fa|on d|ocat|thre|ailu|ilur|lure|sign|assi|file|ssig|able|ecte|ot a|cted|t to|n re| of |resu|sage|allo|rati';
const ORDINARY_FREQUENCY = 4e-4;
const ORDINARY_GRAMS = new Set(ORDINARY.split('|'));

/** Chooses fingerprints so that few places of ordinary lines look like one; needles share theirs where they can. */
export function planNeedles(needles: readonly Uint8Array[]): readonly PlannedNeedle[] {
  const chosen = chooseFingerprints(needles);
  const buckets = bucketsOf([...new Set(chosen.values())]);
  return needles.map((needle) => {
    const gram = chosen.get(needle) ?? '';
    return { needle, offset: textOf(needle).indexOf(gram), bucket: buckets.get(gram) ?? 0 };
  });
}

const textOf = (bytes: Uint8Array): string => String.fromCharCode(...bytes);

const gramsOf = (needle: Uint8Array): readonly string[] =>
  Array.from({ length: needle.length - FINGERPRINT_BYTES + 1 }, (_, at) =>
    textOf(needle.subarray(at, at + FINGERPRINT_BYTES)),
  );

/** Greedy set cover: again and again the four bytes that stand in most needles for the least false alarms. */
function chooseFingerprints(needles: readonly Uint8Array[]): ReadonlyMap<Uint8Array, string> {
  const chosen = new Map<Uint8Array, string>();
  const grams = new Map(needles.map((needle) => [needle, new Set(gramsOf(needle))]));
  while (chosen.size < needles.length) {
    const left = needles.filter((needle) => !chosen.has(needle));
    const holders = new Map<string, number>();
    for (const needle of left)
      for (const gram of grams.get(needle) ?? []) holders.set(gram, (holders.get(gram) ?? 0) + 1);
    const price = ([gram, count]: readonly [string, number]): number => (frequencyOf(gram) + 2e-7) / count;
    const best = [...holders].reduce((a, b) => (price(b) < price(a) ? b : a))[0];
    for (const needle of left) if (grams.get(needle)?.has(best)) chosen.set(needle, best);
  }
  return chosen;
}

const frequencyOf = (gram: string): number =>
  ORDINARY_GRAMS.has(gram)
    ? ORDINARY_FREQUENCY
    : [...gram].reduce((product, letter) => (product * (PER_MILLE.get(letter) ?? RARE_PER_MILLE)) / 1000, 1);

function perMilleOf(groups: readonly (readonly [number, string])[]): ReadonlyMap<string, number> {
  return new Map(groups.flatMap(([perMille, letters]) => [...letters].map((letter) => [letter, perMille])));
}

/** Fingerprints that are looked up together: for each of four bytes the low and the high halves that any of them has. */
type Cluster = {
  readonly grams: readonly string[];
  readonly lows: readonly number[];
  readonly highs: readonly number[];
  /** How often a place of an ordinary line has a matching half-byte in all four places. */
  readonly alarms: number;
};

/** Joins the two clusters that add the fewest false alarms, until as many are left as there are buckets. */
function bucketsOf(grams: readonly string[]): ReadonlyMap<string, number> {
  let clusters = grams.map(clusterOf);
  const prices = new Map<Cluster, Map<Cluster, number>>();
  const priceOf = (a: Cluster, b: Cluster): number => {
    const known = prices.get(a) ?? new Map<Cluster, number>();
    prices.set(a, known);
    const price = known.get(b) ?? joined(a, b).alarms - a.alarms - b.alarms;
    known.set(b, price);
    return price;
  };
  while (clusters.length > BUCKETS) {
    let best: readonly [Cluster, Cluster, number] | null = null;
    for (const [at, a] of clusters.entries())
      for (const b of clusters.slice(at + 1)) {
        const price = priceOf(a, b);
        if (best === null || price < best[2]) best = [a, b, price];
      }
    const [first, second] = best ?? [];
    if (!first || !second) break;
    clusters = [...clusters.filter((cluster) => cluster !== first && cluster !== second), joined(first, second)];
  }
  return new Map(clusters.flatMap(({ grams: members }, bucket) => members.map((gram) => [gram, bucket])));
}

function clusterOf(gram: string): Cluster {
  const units = [...gram].map((letter) => spellings(letter.charCodeAt(0)));
  const lows = units.map((list) => list.reduce((bits, unit) => bits | (1 << (unit & 15)), 0));
  const highs = units.map((list) => list.reduce((bits, unit) => bits | (1 << (unit >> 4)), 0));
  return { grams: [gram], lows, highs, alarms: alarmsOf(lows, highs) };
}

function joined(a: Cluster, b: Cluster): Cluster {
  const lows = a.lows.map((bits, place) => bits | (b.lows[place] ?? 0));
  const highs = a.highs.map((bits, place) => bits | (b.highs[place] ?? 0));
  return { grams: [...a.grams, ...b.grams], lows, highs, alarms: alarmsOf(lows, highs) };
}

/** A letter in both cases, any other byte as it is. */
export const spellings = (unit: number): readonly number[] => (unit >= 97 && unit <= 122 ? [unit, unit - 32] : [unit]);

/** Of ASCII bytes: nothing else stands in an ordinary line. */
const BY_HALVES = Array.from({ length: 8 }, (_, high) =>
  Array.from({ length: 16 }, (__, low) => {
    const unit = high * 16 + low;
    const isUpper = unit >= 65 && unit <= 90;
    const isLetter = isUpper || (unit >= 97 && unit <= 122);
    const perMille = PER_MILLE.get(String.fromCharCode(isUpper ? unit + 32 : unit)) ?? RARE_PER_MILLE;
    return (perMille / 1000) * (isUpper ? 0.1 : isLetter ? 0.9 : 1);
  }),
);

function alarmsOf(lows: readonly number[], highs: readonly number[]): number {
  return lows.reduce((product, low, place) => {
    let sum = 0;
    for (let high = 0; high < 8; high += 1) {
      if ((((highs[place] ?? 0) >> high) & 1) === 0) continue;
      for (let half = 0; half < 16; half += 1) if (((low >> half) & 1) === 1) sum += BY_HALVES[high]?.[half] ?? 0;
    }
    return product * sum;
  }, 1);
}
