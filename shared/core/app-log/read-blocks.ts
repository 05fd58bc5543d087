import { createNeedleScanner, HITS_LIMIT } from './needle-scanner.ts';

/** Bytes scanned at once: they stay in the processor's cache. */
const BLOCK_BYTES = 262_144;
/** How far from a block's end a line that opens an event is looked for. */
const TAIL_LINES = 400;
const NEWLINE = 10;

/** A block of whole lines, and where in it a needle stands; offsets count from its start. */
export type Block = {
  readonly bytes: Uint8Array;
  /** Ascending, one place for each line that holds a needle. */
  readonly hits: readonly number[];
  /** Lines before this block. */
  readonly linesBefore: number;
  /** Lines that open an event by their first character. */
  readonly starts: number;
  /** Newlines before an offset. */
  linesTo(offset: number): number;
};

export type BlockReader = { push(bytes: Uint8Array): void; finish(): void };

/** Whether a line opens an event, as far as its own text says. */
export type Opening = 'surely' | 'perhaps' | 'no';

/**
 * Cuts a file into blocks at the same places whatever the size of its chunks, each before a line that opens an event as
 * surely as its neighbours, so that no event lies across two blocks. Of a line longer than a block only the beginning is kept.
 */
export function createBlockReader(
  needles: readonly string[],
  openingOf: (line: Uint8Array) => Opening,
  take: (block: Block) => void,
): BlockReader {
  const scanner = createNeedleScanner(needles, BLOCK_BYTES);
  const { text } = scanner;
  let filled = 0;
  let linesBefore = 0;
  let skipsLine = false;

  const emit = (length: number): void => {
    if (length === 0) return;
    const bytes = text.subarray(0, length);
    const { lines, starts } = scanner.count(length);
    const linesTo = (offset: number): number => scanner.count(offset).lines;
    take({ bytes, hits: hitsIn(length), linesBefore, starts, linesTo });
    linesBefore += lines;
    text.copyWithin(0, length, filled);
    filled -= length;
  };

  const hitsIn = (length: number): number[] => {
    const hits: number[] = [];
    for (let from = 0; from < length;) {
      const found = scanner.scan(from, length);
      for (const hit of found) hits.push(hit);
      if (found.length < HITS_LIMIT) break;
      const end = text.indexOf(NEWLINE, hits.at(-1));
      from = end < 0 ? length : end + 1;
    }
    return hits;
  };

  const cutPlace = (): number => {
    let lastLine = 0;
    let perhaps = 0;
    let end = filled;
    for (let steps = 0; steps < TAIL_LINES; steps += 1) {
      const newline = text.lastIndexOf(NEWLINE, end - 1);
      if (newline < 0) break;
      if (lastLine === 0) lastLine = newline + 1;
      // The last line may be cut by the block's end: what it is cannot be told.
      const opening = end < filled ? openingOf(text.subarray(newline + 1, end)) : 'no';
      if (opening === 'surely') return newline + 1;
      if (opening === 'perhaps' && perhaps === 0) perhaps = newline + 1;
      end = newline;
    }
    return perhaps || lastLine;
  };

  const drain = (): void => {
    const cut = cutPlace();
    if (cut > 0) return emit(cut);
    skipsLine = true;
    emit(filled);
  };

  const push = (bytes: Uint8Array): void => {
    let rest = bytes;
    while (rest.length > 0) {
      if (skipsLine) {
        const newline = rest.indexOf(NEWLINE);
        if (newline < 0) return;
        rest = rest.subarray(newline + 1);
        skipsLine = false;
        linesBefore += 1;
      }
      const room = Math.min(rest.length, BLOCK_BYTES - filled);
      text.set(rest.subarray(0, room), filled);
      filled += room;
      rest = rest.subarray(room);
      if (filled === BLOCK_BYTES) drain();
    }
  };

  return { push, finish: () => emit(filled) };
}
