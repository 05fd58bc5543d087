import { mix } from '../engine/tuple.ts';

/** Numbers for short texts that are only met as bytes, given without making a string of each. */
export type ByteTexts = {
  /** `bytes[at]` is the length, the text follows. */
  idOf(bytes: Uint8Array, at: number): number;
  textOf(id: number): string;
};

export function createByteTexts(): ByteTexts {
  let arena = new Uint8Array(1 << 12);
  let starts = new Int32Array(1 << 8);
  let slots = new Int32Array(1 << 9);
  let count = 0;
  let used = 0;

  const add = (bytes: Uint8Array, at: number, length: number): void => {
    if (used + length > arena.length) arena = doubled(arena, new Uint8Array(arena.length * 2));
    if (count === starts.length) starts = doubled(starts, new Int32Array(starts.length * 2));
    for (let i = 0; i < length; i += 1) arena[used + i] = bytes[at + i] as number;
    starts[count] = used;
    used += length;
    count += 1;
  };
  const rehash = (): void => {
    slots = new Int32Array(slots.length * 2);
    for (let id = 0; id < count; id += 1) {
      const start = starts[id] as number;
      let slot = hashAt(arena, start, (arena[start] as number) + 1) & (slots.length - 1);
      while (slots[slot] !== 0) slot = (slot + 1) & (slots.length - 1);
      slots[slot] = id + 1;
    }
  };
  return {
    idOf(bytes, at) {
      const length = (bytes[at] as number) + 1;
      let slot = hashAt(bytes, at, length) & (slots.length - 1);
      for (let known = slots[slot] as number; known !== 0; known = slots[slot] as number) {
        const start = starts[known - 1] as number;
        let i = 0;
        while (i < length && arena[start + i] === bytes[at + i]) i += 1;
        if (i === length) return known - 1;
        slot = (slot + 1) & (slots.length - 1);
      }
      add(bytes, at, length);
      slots[slot] = count;
      if (count * 2 > slots.length) rehash();
      return count - 1;
    },
    textOf(id) {
      const start = starts[id] as number;
      return String.fromCharCode(...arena.subarray(start + 1, start + 1 + (arena[start] as number)));
    },
  };
}

function doubled<T extends Uint8Array | Int32Array>(from: T, to: T): T {
  to.set(from);
  return to;
}

function hashAt(bytes: Uint8Array, at: number, length: number): number {
  let hash = 0x811c9dc5;
  for (let i = at; i < at + length; i += 1) hash = Math.imul(hash ^ (bytes[i] as number), 0x01000193);
  return mix(hash);
}
