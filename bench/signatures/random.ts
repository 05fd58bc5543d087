/** A seeded source of choices (xorshift): the same seed gives the same lines everywhere. */
export type Random = {
  below(limit: number): number;
  pick<T>(choices: readonly T[]): T;
  hex(length: number): string;
};

export function createRandom(seed: number): Random {
  let state = seed | 1;
  const next = (): number => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  };
  const below = (limit: number): number => next() % limit;
  return {
    below,
    pick: (choices) => {
      const choice = choices[below(choices.length)];
      if (choice === undefined) throw new RangeError('nothing to pick from');
      return choice;
    },
    hex(length) {
      let text = '';
      while (text.length < length) text += next().toString(16).padStart(8, '0');
      return text.slice(0, length);
    },
  };
}
