import { LINE_BYTES_LIMIT } from '../lines.ts';

export type WholeLines = {
  /** Lines in `bytes[from, end)`, the last with its newline. */
  lines(bytes: Uint8Array, from: number, end: number): void;
  /** A line longer than the limit: its bytes are gone. */
  tooLong(): void;
};

export type LinePieces = { push(chunk: Uint8Array): void; finish(): void };

const LF = 10;

/**
 * Hands on chunks as whole lines: in place where a chunk has whole lines, through a small buffer only where a line was
 * cut in two.
 */
export function createLinePieces(target: WholeLines): LinePieces {
  const held = new Uint8Array(LINE_BYTES_LIMIT + 2);
  let length = 0;

  const hold = (bytes: Uint8Array, from: number, end: number): void => {
    if (length + end - from <= LINE_BYTES_LIMIT) held.set(bytes.subarray(from, end), length);
    // Past the limit only the fact is kept, so that a file without newlines needs no memory.
    length = Math.min(length + end - from, LINE_BYTES_LIMIT + 1);
  };
  const release = (): void => {
    if (length > LINE_BYTES_LIMIT) target.tooLong();
    else {
      held[length] = LF;
      target.lines(held, 0, length + 1);
    }
    length = 0;
  };
  return {
    push(chunk) {
      let from = 0;
      if (length > 0) {
        const newline = chunk.indexOf(LF);
        hold(chunk, 0, newline === -1 ? chunk.length : newline);
        if (newline === -1) return;
        release();
        from = newline + 1;
      }
      const end = chunk.lastIndexOf(LF) + 1;
      if (end > from) target.lines(chunk, from, end);
      hold(chunk, Math.max(end, from), chunk.length);
    },
    finish() {
      if (length > 0) release();
    },
  };
}
