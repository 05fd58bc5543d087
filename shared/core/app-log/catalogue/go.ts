import { LIKELY, RANK, type Family } from '../signature.ts';

/** Go's net.OpError: everything written in Go says it with these words. */
export const GO: Family = {
  runtime: 'go',
  marks: '\\b(?:dial|listen) (?:tcp|udp)|\\.go:\\d',
  signatures: [
    {
      id: 'go-dial',
      failure: 'unavailable',
      rank: RANK.call,
      verdict: 'connect-exhaustion',
      certainty: LIKELY,
      pattern: '\\bdial (?:tcp|udp)[46]?[^\\n]{0,200}?: connect(?:ex)?: <unavailable>',
      source: 'go net.OpError.Error, net.DialTCP',
      examples: ['dial tcp 192.0.2.7:80: connect: cannot assign requested address'],
    },
    {
      id: 'go-dial-timeout',
      failure: 'timeout',
      rank: RANK.call,
      verdict: 'nat-timeout-suspect',
      certainty: 0.3,
      pattern: '\\bdial (?:tcp|udp)[46]?[^\\n]{0,200}?: (?:connect(?:ex)?: )?<timeout>',
      source: 'go net.OpError.Error, poll.ErrDeadlineExceeded',
      examples: ['dial tcp 192.0.2.7:5432: i/o timeout'],
    },
  ],
};
