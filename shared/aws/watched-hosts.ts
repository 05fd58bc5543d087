import type { Reading } from '../core/model/reading.ts';
import { createSocketReader } from '../core/socket-table/socket-reader.ts';
import { messagesOf } from './log-subscription.ts';

/** How a line of `freeport host --watch` begins, in any log group that it is written to. */
const MARK = '{"freeport":"host"';
/** The mark as it stands within the payload's JSON, where its quotes are escaped. */
const ESCAPED_MARK = '{\\"freeport\\":\\"host\\"';

/** The socket tables within a subscription payload; null when there is none, which costs one search of the bytes. */
export function readWatchedHosts(json: Uint8Array, file: string): Reading | null {
  if (Buffer.from(json.buffer, json.byteOffset, json.byteLength).indexOf(ESCAPED_MARK) < 0) return null;
  const lines = messagesOf(json).filter((message) => message.startsWith(MARK));
  if (lines.length === 0) return null;
  const reader = createSocketReader({ file, takenAtMs: 0 });
  reader.push(new TextEncoder().encode(`${lines.map((line) => line.trim()).join('\n')}\n`));
  return reader.finish();
}
