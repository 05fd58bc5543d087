import { LIKELY, RANK, type Family } from '../signature.ts';
import { CONNECTING, ERRNO, JOINT, SERVING } from './words.ts';

/** EADDRINUSE: a server that is started twice, unless the socket was to call out. */
export const POSIX_IN_USE: Family = {
  runtime: null,
  marks: null,
  signatures: [
    {
      id: 'posix-connect-in-use',
      failure: 'in-use',
      rank: RANK.call,
      verdict: 'connect-exhaustion',
      certainty: LIKELY,
      pattern: `(?:\\b|_)connect(?:ex|x)?${JOINT}${ERRNO}<in-use>`,
      source: 'connect(2): every port of the range towards this destination is taken, or the one asked for',
      examples: ['connect: Address already in use', 'connect() failed: Address in use'],
    },
    {
      id: 'posix-source-in-use',
      failure: 'in-use',
      rank: RANK.sentence,
      verdict: 'connect-exhaustion',
      certainty: 0.6,
      pattern: `${CONNECTING}[^\\n]{0,160}?\\b(?:bind|binding|bound)\\b[^\\n]{0,120}<in-use>`,
      unless: '\\blisten|\\bserver\\b|\\bexternal connectivity',
      source: 'bind(2) with port 0 on a dialling socket: no port is free for all destinations at once',
      examples: ['cannot connect: bind to local address failed: Address already in use'],
    },
    {
      id: 'posix-connect-in-use-sentence',
      failure: 'in-use',
      rank: RANK.sentence,
      verdict: 'connect-exhaustion',
      certainty: 0.65,
      pattern: `${CONNECTING}[^\\n]{0,200}?<in-use>`,
      unless: `${SERVING}|\\bport \\d{1,5} (?:is|was)\\b|\\bexternal connectivity|\\bin use: \\(`,
      source: 'a sentence about connecting',
      examples: ['Could not connect to 192.0.2.7:6379: Address already in use'],
    },
    {
      id: 'posix-in-use',
      failure: 'in-use',
      rank: RANK.bare,
      verdict: 'bind-misconfig',
      certainty: 0.7,
      pattern: '(?:^|\\n|[^\\w\\s]\\s{0,2}|\\d )<in-use!>',
      source: 'strerror(EADDRINUSE) alone, and not in the sentence of a mailbox',
      examples: ['Address already in use', 'fatal: Address already in use'],
    },
    {
      id: 'posix-in-use-number',
      failure: 'in-use',
      needles: ['eaddrinuse', 'addrinuse', 'errno 98', 'os error 98'],
      rank: RANK.bare,
      verdict: 'bind-misconfig',
      certainty: 0.7,
      pattern: '\\b(?:WSA)?EADDRINUSE\\b|\\bAddr(?:ess)?InUse|\\berrno 98\\b|\\bos error 98\\b',
      source: 'the number or the name alone',
      examples: ['code EADDRINUSE'],
    },
  ],
  lookAlikes: [
    'Address already in use',
    'could not start server on port 8080: Address already in use',
    'Mailbox address already in use by another account',
  ],
};
