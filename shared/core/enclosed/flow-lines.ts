import type { InputReader } from '../model/reading.ts';
import { guessFlowFormat } from '../recognise/flow-format.ts';
import type { FlowReaderOptions } from '../flow-log/flow-reader.ts';

/** So many bytes hold some hundred records, enough to tell their layout. */
const PEEK_BYTES = 32 * 1024;
const LINES_LIMIT = 100;

/** Readers of flow log text, one for each input. */
export type FlowReaders = (options: FlowReaderOptions) => InputReader;

export type FlowLinesOptions = { readonly file: string; readonly flowReaders: FlowReaders };

/** Reads flow records line by line; those without a header are read by the usual layout that they have. */
export function readFlowLines({ file, flowReaders }: FlowLinesOptions): InputReader {
  const held: Uint8Array[] = [];
  let heldBytes = 0;
  let reader: InputReader | null = null;
  let guessed: readonly string[] | null = null;

  const begin = (first: Uint8Array): InputReader => {
    guessed = guessFlowFormat(wholeLines(first));
    const begun = flowReaders(guessed === null ? { file } : { file, format: guessed });
    begun.push(first);
    held.length = 0;
    return begun;
  };
  return {
    push(chunk) {
      if (reader) return reader.push(chunk);
      if (held.length === 0 && chunk.length >= PEEK_BYTES) {
        reader = begin(chunk);
        return;
      }
      held.push(chunk.slice());
      heldBytes += chunk.length;
      if (heldBytes >= PEEK_BYTES) reader = begin(concatenated(held, heldBytes));
    },
    finish() {
      const reading = (reader ?? begin(concatenated(held, heldBytes))).finish();
      if (guessed === null) return reading;
      return { ...reading, warnings: [...reading.warnings, guessWarning(guessed)] };
    },
  };
}

function concatenated(chunks: readonly Uint8Array[], bytes: number): Uint8Array {
  const all = new Uint8Array(bytes);
  let at = 0;
  for (const chunk of chunks) {
    all.set(chunk, at);
    at += chunk.length;
  }
  return all;
}

/** So that a wrong guess can be seen. */
export const guessWarning = (format: readonly string[]): string =>
  `no header: read as the ${format.length} fields ${format.slice(0, 3).join(' ')} … ${format.at(-1)}`;

/** The last line may be cut, but for a text that has no other. */
function wholeLines(first: Uint8Array): string[] {
  const lines = new TextDecoder('utf-8', { ignoreBOM: true }).decode(first.subarray(0, PEEK_BYTES)).split('\n');
  return lines.slice(0, Math.max(1, Math.min(lines.length - 1, LINES_LIMIT)));
}
