/** A row has at most some fifty fields; the longest tags make it 4 KiB. What is longer is no flow log. */
export const LINE_BYTES_LIMIT = 16_384;

export type LineReader = {
  push(chunk: Uint8Array): void;
  finish(): void;
};

const NEWLINE = 10;

/**
 * Cuts chunks of any size into lines and hands each to `onLine` without its end, or null when it is longer than
 * `LINE_BYTES_LIMIT`. Where the chunks were cut cannot be seen from the lines.
 */
export function createLineReader(onLine: (line: string | null) => void): LineReader {
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  const held = new Uint8Array(LINE_BYTES_LIMIT);
  let heldLength = 0;

  const hold = (bytes: Uint8Array): void => {
    if (heldLength + bytes.length <= LINE_BYTES_LIMIT) held.set(bytes, heldLength);
    heldLength += bytes.length;
  };
  const emit = (): void => {
    onLine(heldLength > LINE_BYTES_LIMIT ? null : decoder.decode(held.subarray(0, heldLength)));
    heldLength = 0;
  };
  return {
    push(chunk) {
      let from = 0;
      for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, from)) {
        hold(chunk.subarray(from, end));
        emit();
        from = end + 1;
      }
      hold(chunk.subarray(from));
    },
    finish() {
      if (heldLength > 0) emit();
    },
  };
}
