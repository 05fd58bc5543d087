import { SAMPLE_TEXT_LIMIT } from '../model/observation.ts';

/** How much of an event is redacted before it is cut: a secret must not survive by lying across the cut. */
const REDACTED_LENGTH = 4_096;

/** What a text must hold for a rule to be worth its pattern, where that is quicker; the pattern; what takes its place. */
const RULES: readonly (readonly [RegExp | null, RegExp, string])[] = [
  [/\?/, /(?<=[\w/.-])\?[^\s"'<>)\]]{1,4096}/g, '?[query]'],
  // Whole values: a header or a field whose name says that it is a secret.
  [
    /authorization|cookie/i,
    /\b(authorization|proxy-authorization|cookie|set-cookie)(["']?\s{0,4}[:=]\s{0,4}["']?)[^"'\r\n,}]{1,2048}/gi,
    '$1$2[redacted]',
  ],
  [/bearer|basic/i, /\b(bearer|basic)\s{1,4}[\w.~+/=-]{6,4096}/gi, '$1 [redacted]'],
  [
    /pass|pwd|secret|token|key|credential|signature|session|auth/i,
    /\b([\w-]{0,40}(?:password|passwd|pwd|secret|token|api[_-]?key|apikey|access[_-]?key|credential|signature|session(?:id)?|auth))(["']?\s{0,4}[:=]\s{0,4}["']?)(?!\[redacted\])[^\s"',;&)}\]]{1,2048}/gi,
    '$1$2[redacted]',
  ],
  [/eyJ/, /\beyJ[\w-]{4,4096}(?:\.[\w-]{1,4096}){0,2}/g, '[token]'],
  [/A(?:KI|SI|RO)A/, /\b(?:AKIA|ASIA|AROA)[A-Z0-9]{12,20}\b/g, '[key]'],
  [/gh[pousr]_|xox|sk[-_]|glpat/, /\b(?:gh[pousr]_|xox[abprs]-|sk_(?:live|test)_|sk-|glpat-)[\w-]{8,255}/g, '[token]'],
  [/:\/\//, /(:\/\/)[^\s/@"']{1,256}@/g, '$1[user]@'],
  [/@/, /(?<![\w.+-])[\w.+-]{1,254}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}/g, '[e-mail]'],
  [null, /\b[0-9a-f]{32,4096}\b/gi, '[hex]'],
  [null, /(?<![\w/+.-])(?=[\w/+-]{0,39}\d)[\w/+-]{40,4096}={0,2}(?![\w/])/g, '[token]'],
];

// oxlint-disable-next-line no-control-regex -- control characters are what is being removed
const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** Removes credentials, e-mail addresses, query strings and control characters, and cuts to `SAMPLE_TEXT_LIMIT`. */
export function redactSample(text: string): string {
  let redacted = text.slice(0, REDACTED_LENGTH).replace(CONTROL, ' ');
  for (const [worthIt, pattern, replacement] of RULES)
    if (worthIt?.test(redacted) ?? true) redacted = redacted.replace(pattern, replacement);
  if (redacted.length <= SAMPLE_TEXT_LIMIT) return redacted;
  return `${redacted.slice(0, SAMPLE_TEXT_LIMIT - 1).replace(/[\ud800-\udbff]$/, '')}…`;
}
