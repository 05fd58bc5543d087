/**
 * Text of a finding may come from log events, which anyone can write. In plain text nothing can be escaped, so
 * whatever could move the cursor, break a line or reverse reading order becomes a replacement character.
 */
// eslint-disable-next-line no-control-regex -- these are the characters to remove
const UNPRINTABLE = /[\u0000-\u001F\u007F-\u009F\u061C\u200B-\u200F\u2028-\u202E\u2060-\u2069\uFEFF\uFFF9-\uFFFB]/g;

/** One line, at most `limit` UTF-16 units long, an ellipsis at the end when it was longer. */
export function plainLine(text: string, limit = 500): string {
  const line = text.replace(/\s+/g, ' ').replace(UNPRINTABLE, '\uFFFD').trim();
  return line.length <= limit ? line : `${withoutHalfPair(line.slice(0, limit - 1))}…`;
}

/** Printable ASCII only, for headers that allow nothing else. */
export const asciiLine = (text: string, limit: number): string =>
  plainLine(text, limit - 2)
    .replace(/…$/, '...')
    .replace(/[^\u0020-\u007E]/g, '?');

const withoutHalfPair = (text: string): string => text.replace(/[\uD800-\uDBFF]$/, '');
