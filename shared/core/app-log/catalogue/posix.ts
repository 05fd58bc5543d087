import { LIKELY, RANK, type Family } from '../signature.ts';

/**
 * Programs that print strerror(3) beside the call, whatever they are written in: the general rules that catch what no
 * other family knows.
 */
export const POSIX: Family = {
  runtime: null,
  marks: null,
  signatures: [
    {
      id: 'posix-bind',
      failure: 'unavailable',
      rank: RANK.call,
      verdict: 'bind-misconfig',
      certainty: 0.9,
      pattern:
        '\\b(?:bind|bindx?|listen|listening)(?:\\(\\d{0,4}\\)|\\(2\\))?["\']?(?:[\\s:,-]{1,4}|[\\s:]{0,3}(?:syscall )?(?:call )?(?:failed|error|failure)[\\s:,.-]{1,4})(?:with )?(?:errno \\d{1,5}[\\s:]{0,2})?\\(?(?:\\d{1,5}: ?)?<unavailable>',
      source: 'perror("bind") and its like: OpenSSH, Redis, Chromium, Go net.OpError',
      examples: ['bind: Cannot assign requested address', 'bind() failed: Cannot assign requested address (99)'],
    },
    {
      id: 'posix-connect',
      failure: 'unavailable',
      rank: RANK.call,
      verdict: 'connect-exhaustion',
      certainty: LIKELY,
      pattern:
        '\\bconnect(?:ex)?(?:\\(\\.{0,3}2?\\))?(?:[\\s:,-]{1,4}|[\\s:]{0,3}(?:syscall )?(?:call )?(?:failed|error|failure)[\\s:,.-]{1,4})(?:with )?(?:errno \\d{1,5}[\\s:]{0,2})?\\(?(?:\\d{1,5}: ?)?<unavailable>',
      source: 'perror("connect") and its like',
      examples: ['connect: Cannot assign requested address', 'connect() failed: Cannot assign requested address'],
    },
    {
      id: 'posix-bind-sentence',
      failure: 'unavailable',
      rank: RANK.sentence,
      verdict: 'bind-misconfig',
      certainty: 0.9,
      pattern:
        '\\b(?:bind(?:ing)?|listen(?:ing|er)?|bound|make_sock|start(?:ing)? (?:the )?(?:server|frontend|listener))\\b[^\\n]{0,200}<unavailable>',
      source: 'a sentence about binding or listening',
      examples: ['could not bind to 192.0.2.7:8080: Cannot assign requested address'],
    },
    {
      id: 'posix-connect-sentence',
      failure: 'unavailable',
      rank: RANK.sentence,
      verdict: 'connect-exhaustion',
      certainty: LIKELY,
      pattern: '(?:\\b|_)connect(?:ing|ion|ed|or)?\\b[^\\n]{0,240}<unavailable>',
      source: 'a sentence about connecting',
      examples: ['Could not connect to 192.0.2.7:6379: Cannot assign requested address'],
    },
    {
      id: 'posix-unavailable',
      failure: 'unavailable',
      rank: RANK.bare,
      verdict: 'connect-exhaustion',
      certainty: 0.5,
      pattern: '<unavailable!>',
      source: 'strerror(EADDRNOTAVAIL) alone: a connect more often than a bind, and never proof',
      examples: ['Cannot assign requested address'],
    },
    {
      id: 'posix-in-use',
      failure: 'in-use',
      rank: RANK.bare,
      verdict: 'bind-misconfig',
      certainty: 0.7,
      pattern: '<in-use!>',
      source: 'strerror(EADDRINUSE) alone: a server that is started twice',
      examples: ['Address already in use'],
    },
    {
      id: 'posix-connect-timeout',
      failure: 'timeout',
      rank: RANK.call,
      verdict: 'nat-timeout-suspect',
      certainty: 0.3,
      pattern: '\\bconnect(?:ex)?(?:\\(\\.{0,3}2?\\))?(?: failed)?[\\s:,-]{0,4}\\(?(?:\\d{1,5}: ?)?<timeout>',
      source: 'perror("connect") and its like',
      examples: ['connect: Connection timed out'],
    },
  ],
};
