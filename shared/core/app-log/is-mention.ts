import { OTHER_CALL } from './other-calls.ts';
import { WORDINGS } from './wordings.ts';
import type { Signature } from './signature.ts';

/** How far around the words their use is looked for, on their own line. */
const BEFORE_LENGTH = 160;
const AFTER_LENGTH = 80;
/** Looked at in the beginning of an event only; a report comes first. */
const SEARCHED_LENGTH = 8_192;
const OCCURRENCES_LIMIT = 24;
/** `[Errno 99] Cannot assign …` is one saying. */
const NUMBER_TO_WORDS = 2;

/** Another error's name beside this one: a list of names, not an outcome. */
const NAME = '(?-i:\\bE[A-Z]{4,14}\\b)';

/** The words compared, matched, or listed by a program's source; and led in by whoever explains them. */
const BEFORE = new RegExp(
  [
    '\\bcase\\s{1,4}[\\w.:]{0,30}-?',
    '[\\w)\\]"\']\\s?[=!]==?\\s?[\\w.:-]{0,30}[\'"`]?',
    '\\b(?:contains|includes?\\??|indexOf|startsWith|endsWith|HasSubstr|strn?cmp|match(?:es)?|assert\\w{0,20}|expect\\w{0,20}|toThrow\\w{0,20}|raises|throws\\w{0,12}|search\\w{0,20}) ?\\(\\s{0,2}(?:[^"\'`\\n]{0,60}["\'`][^"\'`\\n]{0,60}|\\w{0,30}\\()',
    '\\berrno\\.|\\bsyscall\\.|\\b(?-i:unix\\.|libc::|net::(?=ERR_[A-Z_]{1,40}:$))|\\bErrorKind::|\\bSocketError\\.|\\brescue\\s[^\\n\'"]{0,80}Errno::',
    '["\'`] (?:and|or) ["\'`]',
    '\\b(?:throw new|raise) \\w{1,40}\\(["\'`]',
    '\\bin case of\\b[^\\n]{0,60}',
    '\\b(?:will|can|may|might|would|could|should) (?:also )?(?:return|throw|raise|fail with) (?:an? )?["\'`(]{0,2}',
    '\\b(?:if|whenever|unless) (?:connect )?|\\b(?:if|when|whenever) [^\\n]{0,40}\\b(?:returns|throws|raises|fails with) ',
    `${NAME}['"\`]?\\s{0,2}(?:[,|/]|\\band\\b|\\bor\\b)\\s{0,2}(?:and |or )?['"\`]?`,
    "\\b(?:errors? (?:like|such as|saying)|such as|e\\.g\\.,?|for example,?|symptom[^\\n]{0,40}|if you(?:'re| are)? (?:see|get|getting|seeing|encounter(?:ing)?|receive)\\b[^\\n]{0,40}|you (?:may|might|can|will|could|would) (?:also )?(?:see|get|encounter|receive)\\b[^\\n]{0,40}|retr(?:y|ies) on|retryable (?:errors?|codes?)\\W{0,4}|(?:handles?|handling|treats?|avoids?|avoiding|prevents?|dreaded) (?:the |an? )?)\\s{0,2}[\"'`([]{0,2}(?:connect )?",
  ]
    .map((source) => `(?:${source})$`)
    .join('|'),
  'i',
);

/** What a program is going to print or throw, in its source; a comment behind code; a shell's arguments. */
const CODE_BEFORE = new RegExp(
  [
    '\\berrors\\.(?:Is|As)\\([^)\\n]{0,60}',
    '(?:\\b(?:console\\.\\w{1,9}|[fs]?n?printf|print(?:f|ln)?!?|(?:fmt|log)\\.[A-Z]\\w{3,8}|new \\w{0,30}Error)|\\.(?:emit|push))\\(\\s?(?:\\w{1,20}, ?)?["\'`][^"\'`\\n]{0,100}',
    '\\becho (?:-\\w{1,3} )?["\'][^"\\n]{0,120}',
    '[;,{})]\\s{1,20}//\\s[^\\n]{0,120}',
    '``[^`\\n]{0,120}',
    '\\s--[a-z-]{3,20}[ =]["\'][^"\'\\n]{0,80}',
  ]
    .map((source) => `(?:${source})$`)
    .join('|'),
  'i',
);
/** What none of that is without. */
const CODE_MARK = /["'`(]|\/\//;

const AFTER = new RegExp(
  [
    `^['"\`]?\\s{0,2}(?:[,|/]\\s{0,2}(?:and |or )?|\\b(?:and|or) )['"\`]?${NAME}`,
    '^["\'`)]{0,3} ?(?:errors? |exceptions? )?(?:means|indicates|usually|typically|is (?:caused|the|an?)\\b|can (?:be|also|happen)|happens when|occurs? when|errors (?:when|while|if|during))',
    '^\\}[^\\n]{0,60}->',
    '^["\'`] in \\w{1,20}(?:\\.\\w{1,20})?\\b',
  ].join('|'),
  'i',
);

/** A backtick quotes code in prose: it must close, too. */
const QUOTED = /[a-z]{2,}[^\w\s`]{0,4} [^`\n]{0,80}`[^`\n]{0,60}$/i;
const CLOSED = /^[^`\n]{0,60}`/;

/** Comments, changes told by kind, a name alone on its line as in lists, and what tests report of their passing. */
const LINE =
  /^\s*(?:\/\/|\/\*|<!--|#{1,6} (?=\S)|(?:[Cc]lose[sd]?|[Ff]ix(?:es|ed)?|[Rr]esolve[sd]?):? #\d|(?:WSA)?E[A-Z]{4,14}(?:\t|\s{2,}|\s?\(\d{2,5}\)\s{2,})\S|case [\w:.-]{1,40}:|(?:[-*] )?(?:feat|fix|docs|chore|refactor|test|perf)(?:\([\w-]{1,40}\))?!?: |[✓✔√]|ok \d{1,6}\b|--- PASS|PASS(?:ED)?\b|\[ {0,6}(?:OK|PASSED|RUN) {0,6}\])|^[\s+-]{0,40}['"](?:WSA)?E[A-Z]{4,14}['"],?\s*$|(?<![:.])\b(?:libc::)?E[A-Z]{4,14} =>|\bPASSED\b|\.\.\. ok$/;

const compiled = new Map<string, RegExp>();

/** One for each failure, and for each signature that has words of its own: as many as the catalogue has. */
function wordsOf(source: string): RegExp {
  const words = compiled.get(source) ?? new RegExp(source, 'gi');
  compiled.set(source, words);
  return words;
}

/**
 * Whether an event only speaks of a failure: in source code, in a list of errors, in an explanation, in a test's name.
 * So does one that tells it of a call which neither connects nor serves.
 */
export function isMention({ failure, pattern }: Signature, text: string): boolean {
  const searched = text.slice(0, SEARCHED_LENGTH);
  const words = wordsOf(WORDINGS[failure]?.pattern ?? pattern);
  words.lastIndex = 0;
  const places: { start: number; end: number }[] = [];
  for (let match = words.exec(searched); match && places.length < OCCURRENCES_LIMIT; match = words.exec(searched)) {
    const [last, end] = [places.at(-1), match.index + match[0].length];
    if (last && match.index - last.end <= NUMBER_TO_WORDS) last.end = end;
    else places.push({ start: match.index, end });
  }
  return places.length > 0 && places.every(({ start, end }) => isMentionAt(searched, start, end));
}

function isMentionAt(text: string, start: number, end: number): boolean {
  const lineStart = text.lastIndexOf('\n', start - 1) + 1;
  const newline = text.indexOf('\n', end);
  const before = text.slice(Math.max(lineStart, start - BEFORE_LENGTH), start);
  if (OTHER_CALL.test(before)) return true;
  const after = text.slice(end, Math.min(newline < 0 ? text.length : newline, end + AFTER_LENGTH));
  if (LINE.test(`${before}${text.slice(start, end)}${after}`) || AFTER.test(after)) return true;
  if (QUOTED.test(before)) return CLOSED.test(after);
  return BEFORE.test(before) || (CODE_MARK.test(before) && CODE_BEFORE.test(before));
}
