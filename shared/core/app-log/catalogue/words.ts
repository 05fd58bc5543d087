/** Pieces of patterns that several families share. */

/** A program speaks of connecting: the verb, not the noun of an accepted connection. */
export const CONNECTING =
  '(?:(?:\\b|_)connect(?:ing|ed|or|x|ex)?(?:\\b|_)|\\bconnection (?:to|attempt|fail|error|with|setup|refused)|connect(?:ion|or)?(?:error|exception|timeout)|\\bdial(?:ing|ed|er)?\\b|\\bupstream\\b|\\boutbound\\b|\\boutgoing\\b|\\btunnel)';

/** A program speaks of serving: it binds or listens. */
export const SERVING =
  "(?:(?:\\b|_)bind(?:ing|x|s|er|_\\w{1,20})?\\b|\\bbound\\b|\\blisten(?:ing|er|ers|s|_\\w{1,20})?\\b|make_sock|\\bstart(?:ing|ed)? (?:the |a |an |http |web |proxy |api )?(?:server|frontend|listener|acceptor|service)|\\bserver (?:failed|could not|cannot|can't|error)|\\bserver ?socket|\\bhttpserver|\\bservebind)";

/** `(99: `, ` with errno 99: ` and the like, between a call and its failure. */
export const ERRNO = '(?:with )?(?:errno \\d{1,5}[\\s:]{0,2})?\\(?(?:\\d{1,5}: ?)?';

/** What stands between a call and its failure when nothing else does: `: `, ` failed: `, `() error - `. */
export const JOINT =
  '(?:\\(\\.{0,3}\\d{0,4}\\))?["\'}\\])]{0,2}(?:[\\s:,=-]{1,4}|[\\s:]{0,3}(?:syscall |call |system call )?(?:failed|failure|error|fail)[\\s:,.=-]{0,4})';
