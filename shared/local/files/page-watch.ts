import type { InputReader } from '../../core/model/reading.ts';

/** An answer begins with its list. */
const BEGINS = /^\uFEFF?\s*\{\s*"\w+"\s*:\s*\[/;
const HEAD_BYTES = 128;
/** The last key of an answer that goes on: behind it come only empty lists, such as the `Messages` of metrics. */
const GOES_ON = /"[nN]extToken"\s*:\s*"[^"]+"\s*(?:,\s*"\w+"\s*:\s*\[\s*\]\s*)*\}\s*$/;
/** Tokens have some hundred characters, some a thousand. */
const TAIL_BYTES = 8 * 1024;

const WARNING =
  'one page of several (NextToken): the AWS CLI gives all of them without --max-items, --max-records and --no-paginate';

/** Says so when an answer of the AWS CLI is not the last of its pages, as what is on the others looks like nothing. */
export function watchPages(reader: InputReader): InputReader {
  let isAnswer: boolean | null = null;
  let tail = Buffer.alloc(0);
  return {
    push(chunk) {
      reader.push(chunk);
      isAnswer ??= BEGINS.test(Buffer.from(chunk.subarray(0, HEAD_BYTES)).toString('utf8'));
      if (!isAnswer) return;
      const last = chunk.subarray(-TAIL_BYTES);
      tail = Buffer.from(last.length === TAIL_BYTES ? last : Buffer.concat([tail, last]).subarray(-TAIL_BYTES));
    },
    finish() {
      const reading = reader.finish();
      return GOES_ON.test(tail.toString('utf8')) ? { ...reading, warnings: [...reading.warnings, WARNING] } : reading;
    },
  };
}
