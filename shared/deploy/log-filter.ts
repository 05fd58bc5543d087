import { EXHAUSTION_FILTER_PATTERN, TIMEOUT_FILTER_PATTERN } from './filter-pattern.ts';

/** CloudWatch Logs' limit. */
export const FILTER_PATTERN_LIMIT = 1_024;

/** A word of every line of `freeport host --watch`, and of hardly any other line. */
const WATCHED_HOST_TERM = '?"largestPortsInUse"';

/** Lines that may tell of exhausted ports, and lines of `freeport host --watch`. */
export const LOG_FILTER_PATTERN = `${EXHAUSTION_FILTER_PATTERN} ${WATCHED_HOST_TERM}`;

/** Connect timeouts, in a filter of their own and only for groups that ask for them: the two do not fit into one. */
export const TIMEOUT_LOG_FILTER_PATTERN = TIMEOUT_FILTER_PATTERN;
