const KEYS_LIMIT = 60;

/**
 * The keys at the first level of the first JSON object in `text`, in order, even when the text breaks off inside it: a
 * large document shows its shape long before its end.
 */
export function firstLevelKeys(text: string): string[] {
  const keys: string[] = [];
  let depth = 0;
  for (let at = text.indexOf('{'); at >= 0 && at < text.length && keys.length < KEYS_LIMIT; at += 1) {
    const character = text[at];
    if (character === '{' || character === '[') depth += 1;
    else if (character === '}' || character === ']') depth -= 1;
    if (depth === 0) break;
    if (character !== '"') continue;
    const end = endOfString(text, at);
    if (end < 0) break;
    if (depth === 1 && /^\s*:/.test(text.slice(end + 1, end + 20))) keys.push(text.slice(at + 1, end));
    at = end;
  }
  return keys;
}

function endOfString(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at += 1) {
    if (text[at] === '\\') at += 1;
    else if (text[at] === '"') return at;
  }
  return -1;
}

/** A field of its own, or a row of a Logs Insights answer: `{"field": "@message", "value": …}`. */
const MESSAGE = /"@?message"\s*(?::|,\s*"value"\s*:)\s*("(?:[^"\\]|\\.)*")/g;
const MESSAGES_LIMIT = 50;

/** The first `message` values in the text of log event envelopes, whole ones only. */
export function firstMessages(text: string): string[] {
  const messages: string[] = [];
  for (const [, quoted = '""'] of text.matchAll(MESSAGE)) {
    const message = unquoted(quoted);
    if (message !== null) messages.push(message);
    if (messages.length >= MESSAGES_LIMIT) break;
  }
  return messages;
}

function unquoted(quoted: string): string | null {
  try {
    const value: unknown = JSON.parse(quoted);
    return typeof value === 'string' ? value : null;
  } catch {
    return null;
  }
}
