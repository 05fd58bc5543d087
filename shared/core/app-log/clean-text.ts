/** Events longer than this are read around their failures only, so that no event can cost more than a bounded time. */
const WHOLE_LIMIT = 8_192;
const AROUND = 2_048;
const PIECES_LIMIT = 4;

const HTML_ENTITIES: Readonly<Record<string, string>> = {
  '&quot;': '"',
  '&#34;': '"',
  '&#39;': "'",
  '&#x27;': "'",
  '&apos;': "'",
  '&amp;': '&',
  '&lt;': '<',
  '&gt;': '>',
};

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\n', t: '\t', '"': '"', "'": "'", '/': '/' };

// oxlint-disable-next-line no-control-regex -- terminal colours are control characters
const TERMINAL_CODES = /\u001b\[[0-9;]{0,16}[A-Za-z]/g;

/**
 * Undoes what carriers do to a text on its way to a log: terminal colours, rsyslog's `#012`, JSON and HTML escapes,
 * typographic quotes, `service-1  | ` prefixes on every line.
 */
export function cleanText(text: string): string {
  let clean = text;
  if (clean.includes('\u001b[')) clean = clean.replace(TERMINAL_CODES, '');
  if (clean.includes('#01')) clean = clean.replace(/#01([12])/g, (_, digit: string) => (digit === '2' ? '\n' : '\t'));
  if (clean.includes('&'))
    clean = clean.replace(/&(?:quot|#34|#39|#x27|apos|amp|lt|gt);/g, (all) => HTML_ENTITIES[all] ?? all);
  if (clean.includes('\\u'))
    clean = clean.replace(/\\{1,4}u([\da-f]{4})/gi, (_, unit: string) => String.fromCharCode(parseInt(unit, 16)));
  if (clean.includes('\\'))
    clean = clean.replace(/\\{1,4}([nrt"'/])/g, (all, letter: string) => ESCAPES[letter] ?? all);
  if (/[\u2018\u2019\u00a0\u02bc]/.test(clean))
    clean = clean.replace(/[\u2018\u2019\u02bc]/g, "'").replace(/\u00a0/g, ' ');
  if (clean.includes('%5')) clean = clean.replace(/%5B/gi, '[').replace(/%5D/gi, ']');
  return clean.includes('|') ? withoutPrefixes(clean) : clean;
}

const LINE_PREFIX = /^\s{0,8}(?:\d{1,4}\|)?[\w.@/-]{1,64}\s{0,64}\|(?: |$)/;

/** `11|app   | text` (pm2) and `service-1  | text` (docker compose), when every line has one. */
function withoutPrefixes(text: string): string {
  const lines = text.split('\n');
  if (!lines.every((line) => line.trim() === '' || LINE_PREFIX.test(line))) return text;
  return lines.map((line) => line.replace(LINE_PREFIX, '')).join('\n');
}

/** The text itself when it is short, else the pieces of it around `needles` (lower case). */
export function piecesAround(text: string, needles: readonly string[]): string {
  if (text.length <= WHOLE_LIMIT) return text;
  const folded = text.toLowerCase();
  const hits = needles.map((needle) => folded.indexOf(needle)).filter((at) => at >= 0);
  const starts = [...new Set(hits.sort((a, b) => a - b).map((at) => Math.max(0, at - AROUND)))].slice(0, PIECES_LIMIT);
  return starts.map((start) => text.slice(start, start + 2 * AROUND)).join('\n');
}
