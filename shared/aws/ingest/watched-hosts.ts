import { Buffer } from 'node:buffer';
import type { Reading } from '../../core/model/reading.ts';
import { messagesOf } from './log-subscription.ts';

/** How a line of `freeport host --watch` begins, in any log group that it is written to. */
const MARK = '{"freeport":"host"';
/** The mark as it stands within the payload's JSON, where its quotes are escaped. */
const ESCAPED_MARK = '{\\"freeport\\":\\"host\\"';

/**
 * The socket tables within a subscription payload; null when there is none, which costs one search of the bytes. The
 * reader is loaded when the first such line comes, which in most deployments is never.
 */
export async function readWatchedHosts(json: Uint8Array, file: string): Promise<Reading | null> {
  if (!Buffer.from(json.buffer, json.byteOffset, json.byteLength).includes(ESCAPED_MARK)) return null;
  const lines = messagesOf(json).filter((message) => message.startsWith(MARK));
  if (lines.length === 0) return null;
  const { readHostLines } = await import('./host-lines.ts');
  return readHostLines(lines, file);
}
