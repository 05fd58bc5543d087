import { EXHAUSTION_FILTER_PATTERN, TIMEOUT_FILTER_PATTERN } from './filter-pattern.ts';

/** CloudWatch Logs' limit. */
export const FILTER_PATTERN_LIMIT = 1_024;

/** A word of every line of `freeport host --watch`, and of hardly any other line. */
const WATCHED_HOST_TERM = 'largestPortsInUse';

/** Only terms with other than letters and digits need their quotes; without them there is room for more terms. */
const withoutNeedlessQuotes = (pattern: string): string => pattern.replaceAll(/\?"([A-Za-z0-9]+)"/g, '?$1');

/** Lines that may tell of exhausted ports, and lines of `freeport host --watch`. */
export const LOG_FILTER_PATTERN = `${withoutNeedlessQuotes(EXHAUSTION_FILTER_PATTERN)} ?${WATCHED_HOST_TERM}`;

/** Connect timeouts, in a filter of their own and only for groups that ask for them: the two do not fit into one. */
export const TIMEOUT_LOG_FILTER_PATTERN = withoutNeedlessQuotes(TIMEOUT_FILTER_PATTERN);
