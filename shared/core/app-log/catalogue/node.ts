import { LIKELY, RANK, type Family } from '../signature.ts';

/** Node.js and what runs on its sockets: http, undici and fetch, axios, got, the AWS SDK, pg, mysql2, ioredis, grpc-js. */
export const NODE: Family = {
  runtime: 'node',
  marks:
    '\\bnode:|\\.[cm]?js:\\d|- Local \\(|AggregateError|UND_ERR_|\\bFetchError|\\bsyscall["\']?:|\\bconnect E[A-Z]{5}',
  signatures: [
    {
      id: 'node-listen',
      failure: 'unavailable',
      rank: RANK.call,
      verdict: 'bind-misconfig',
      certainty: 0.95,
      pattern: '\\b(?:listen|bind) EADDRNOTAVAIL',
      source: 'node lib/net.js setupListenHandle, lib/dgram.js',
      examples: ['Error: listen EADDRNOTAVAIL: address not available 192.0.2.7:8080'],
    },
    {
      id: 'node-connect',
      failure: 'unavailable',
      rank: RANK.call,
      verdict: 'connect-exhaustion',
      certainty: LIKELY,
      pattern: '\\bconnect EADDRNOTAVAIL\\b',
      source: 'node lib/net.js internalConnect: exceptionWithHostPort',
      examples: ['Error: connect EADDRNOTAVAIL 192.0.2.7:443 - Local (0.0.0.0:0)'],
    },
    {
      id: 'node-connect-timeout',
      failure: 'timeout',
      rank: RANK.call,
      verdict: 'nat-timeout-suspect',
      certainty: 0.3,
      pattern: '\\bconnect ETIMEDOUT\\b',
      source: 'node lib/net.js afterConnect',
      examples: ['Error: connect ETIMEDOUT 192.0.2.7:443'],
    },
  ],
};
