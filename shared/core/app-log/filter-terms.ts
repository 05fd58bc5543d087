import type { LogVerdict } from '../model/observation.ts';
import { CATALOGUE } from './catalogue.ts';
import { LOCALISED } from './localised-wordings.ts';
import { needlesOf } from './match-signature.ts';

/** What a subscription filter may hold in one pattern. */
export const FILTER_PATTERN_LIMIT = 1_024;

/** Shorter than this, a term lets too much through. */
const TERM_LENGTH_AT_LEAST = 5;

const ASCII = /^[\x20-\x7e]+$/;

/**
 * The terms, as programs print them, that let every event of these verdicts through a case-sensitive filter: each
 * signature's needles in the spelling of its examples. A term that holds another one adds nothing and is left out.
 */
export function filterTermsFor(verdicts: readonly LogVerdict[]): readonly string[] {
  const signatures = CATALOGUE.flatMap((family) => family.signatures).filter(({ verdict }) =>
    verdicts.includes(verdict),
  );
  const spelled = new Set(
    signatures
      .flatMap((signature) => signature.examples.flatMap((text) => spellingsIn(text, needlesOf(signature))))
      .filter((term) => ASCII.test(term) && !term.includes('"') && term.length >= TERM_LENGTH_AT_LEAST),
  );
  const terms = [...spelled].filter((term) => ![...spelled].some((other) => other !== term && term.includes(other)));
  return fitted(
    terms.sort(),
    signatures.flatMap(({ examples }) => examples),
  );
}

/** Past the limit, the longest terms go without which every example still gets through. */
function fitted(terms: readonly string[], examples: readonly string[]): readonly string[] {
  let kept = terms;
  for (const term of terms.toSorted((a, b) => b.length - a.length)) {
    if (filterPatternOf(kept).length <= FILTER_PATTERN_LIMIT) break;
    const others = kept.filter((other) => other !== term);
    const isNeeded = examples.some((text) => text.includes(term) && !others.some((other) => text.includes(other)));
    if (!isNeeded) kept = others;
  }
  return kept;
}

function spellingsIn(text: string, needles: readonly string[]): readonly string[] {
  const folded = text.toLowerCase();
  return needles.flatMap((needle) => {
    const at = folded.indexOf(needle);
    return at < 0 ? [] : [text.slice(at, at + needle.length)];
  });
}

/** `?A ?B`: A or B. */
export const filterPatternOf = (terms: readonly string[]): string => terms.map((term) => `?"${term}"`).join(' ');

/**
 * What no filter pattern carries: sentences of other languages that come without a number or a name. Programs that
 * print the number too (`[Errno 99]`, `(99: …)`) get through whatever their language.
 */
export const NOT_CARRIED: readonly string[] = [
  ...LOCALISED.unavailable,
  ...LOCALISED['in-use'],
  ...LOCALISED['one-usage'],
  ...LOCALISED['no-buffers'],
  ...LOCALISED.timeout,
];
