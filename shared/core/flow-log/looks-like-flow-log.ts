import { DEFAULT_FORMAT, formatOf, isHeader } from './fields.ts';
import { parseRecord } from './record.ts';
import { wordsOf } from './words.ts';

/** How much of a text is looked at, and how many of its lines. */
const FIRST_BYTES = 16_384;
const FIRST_LINES = 20;

/**
 * True for text whose first lines hold a header or a record of the default format. The first bytes are enough; the last
 * line of them may be cut.
 */
export function looksLikeFlowLog(bytes: Uint8Array): boolean {
  const text = decoder.decode(bytes.subarray(0, FIRST_BYTES));
  // Line by line: the first one mostly tells, and thousands of files are asked.
  return text.split('\n', FIRST_LINES).some((line) => {
    const words = wordsOf(line.replace(/^\ufeff/, ''));
    return isHeader(words) || parseRecord(PLAIN, words).kind !== 'rejected';
  });
}

const decoder = new TextDecoder();
const PLAIN = formatOf(DEFAULT_FORMAT);
