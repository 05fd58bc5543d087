/**
 * A set of whole numbers from 0 to 2^52, at some twelve bytes for each. Past `limit` it keeps a sample: those whose lowest
 * bits are nothing, of which there are ever more, so that what it holds depends on the keys and not on their order.
 */
export type KeySet = { add(key: number): void; has(key: number): boolean; size(): number };

const NONE = -1;
const FIRST_SLOTS = 1 << 10;
/** What the slot is taken from; what a sample is taken from is below. */
const LOW = 2 ** 20;

export function createKeySet(limit: number): KeySet {
  let slots = new Float64Array(FIRST_SLOTS).fill(NONE);
  let size = 0;
  let sample = 1;

  /** Where the key stands, or would. */
  const slotOf = (key: number): number => {
    let slot = Math.floor(key / LOW) & (slots.length - 1);
    while (slots[slot] !== NONE && slots[slot] !== key) slot = (slot + 1) & (slots.length - 1);
    return slot;
  };
  const rebuild = (length: number): void => {
    const old = slots;
    slots = new Float64Array(length).fill(NONE);
    size = 0;
    for (const key of old) if (key !== NONE) insert(key);
  };
  const insert = (key: number): void => {
    if (key % sample !== 0) return;
    const slot = slotOf(key);
    if (slots[slot] === key) return;
    slots[slot] = key;
    size += 1;
  };
  const shrink = (): void => {
    if (size <= limit || sample >= LOW) return;
    sample *= 2;
    rebuild(slots.length);
    shrink();
  };
  return {
    size: () => size,
    has: (key) => slots[slotOf(key)] === key,
    add(key) {
      insert(key);
      shrink();
      if (size * 3 > slots.length * 2) rebuild(slots.length * 2);
    },
  };
}
