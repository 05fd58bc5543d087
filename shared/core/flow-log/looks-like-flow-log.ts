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
  const text = new TextDecoder().decode(bytes.subarray(0, FIRST_BYTES));
  const format = formatOf(DEFAULT_FORMAT);
  return text
    .split('\n', FIRST_LINES)
    .map((line) => wordsOf(line.replace(/^\ufeff/, '')))
    .some((words) => isHeader(words) || parseRecord(format, words).kind !== 'rejected');
}
