import { filterTermsFor } from '../core/app-log/filter-terms.ts';

const termLines = (terms: readonly string[]): string => terms.map((term) => `  ${quoted(term)},\n`).join('');

const quoted = (term: string): string => (term.includes("'") ? JSON.stringify(term) : `'${term}'`);

/** The text of `filter-pattern.ts`: what a stack imports must not import the catalogue. */
export function filterPatternSource(): string {
  return `// Generated from the signature catalogue by filter-pattern-write.ts; a test keeps it current.

const patternOf = (terms: readonly string[]): string => terms.map((term) => \`?"\${term}"\`).join(' ');

/** Subscription filter of log groups: lets every catalogued event of exhausted ports, or of a full connection table, through. */
export const EXHAUSTION_FILTER_PATTERN = patternOf([
${termLines(EXHAUSTION_TERMS)}]);

/** A second filter, for connects that time out: weak evidence, and many more lines. */
export const TIMEOUT_FILTER_PATTERN = patternOf([
${termLines(TIMEOUT_TERMS)}]);
`;
}

const EXHAUSTION_TERMS = filterTermsFor(['connect-exhaustion', 'conntrack-full']);
const TIMEOUT_TERMS = filterTermsFor(['nat-timeout-suspect']);
