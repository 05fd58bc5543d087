const patternOf = (terms: readonly string[]): string => terms.map((term) => `?"${term}"`).join(' ');

const EXHAUSTION_TERMS = [
  'EADDRNOTAVAIL',
  'EADDRINUSE',
  'assign requested address',
  'ddress already in use',
  'freeport\\":\\"host',
];

const TIMEOUT_TERMS = ['ETIMEDOUT', 'timed out', 'i/o timeout', 'connect timeout', 'ConnectTimeout'];

/** Lines that may tell of exhausted ports, and lines of `freeport host --watch`. `?A ?B` is "A or B". */
export const LOG_FILTER_PATTERN = patternOf(EXHAUSTION_TERMS);

/** With connect timeouts, for the groups that ask for them. */
export const LOG_FILTER_PATTERN_WITH_TIMEOUTS = patternOf([...EXHAUSTION_TERMS, ...TIMEOUT_TERMS]);
