import { LIKELY, RANK, type Family } from '../signature.ts';
import { SUSPECT } from './posix-timeout.ts';

/** `dial tcp 192.0.2.7:80: `, `dial tcp: `, `dial tcp :20->:8081: `. */
const DIAL = '\\bdial (?:tcp|udp|ip)[46]?[^\\n]{0,200}?: ?';
const SOURCE_PORT = '\\b(?:tcp|udp)[46]? \\S{0,64}?:[1-9]\\d{0,4}->';

/** Go's net.OpError: everything written in Go says it with these words, Caddy, Traefik, Docker and Kubernetes too. */
export const GO: Family = {
  runtime: 'go',
  marks: '\\b(?:dial|listen|read|write) (?:tcp|udp)[46]?\\b|\\.go:\\d|\\bgoroutine \\d',
  signatures: [
    {
      id: 'go-dial',
      failure: 'unavailable',
      rank: RANK.call,
      verdict: 'connect-exhaustion',
      certainty: LIKELY,
      pattern: `${DIAL}connect(?:ex)?: <unavailable>`,
      source: 'go net.OpError.Error, net.DialTCP',
      examples: [
        'dial tcp 192.0.2.7:80: connect: cannot assign requested address',
        'level=error msg="dial tcp: connect: cannot assign requested address"',
      ],
    },
    {
      id: 'go-dial-bind',
      failure: 'unavailable',
      rank: RANK.call,
      verdict: 'connect-misconfig',
      certainty: 0.7,
      pattern: `${DIAL}bind: <unavailable>`,
      source: 'go net.Dialer.LocalAddr: an address that this machine does not have',
      examples: ['dial tcp 198.51.100.77:0->192.0.2.7:80: bind: cannot assign requested address'],
    },
    {
      id: 'go-dial-source-port',
      failure: 'in-use',
      rank: RANK.call,
      verdict: 'connect-misconfig',
      certainty: 0.7,
      pattern: `${DIAL}(?:bind|connect(?:ex)?): <in-use>`,
      also: [SOURCE_PORT],
      source: 'go net.Dialer.LocalAddr with a port: two connections cannot share it',
      examples: ['dial tcp :20->192.0.2.7:8081: bind: address already in use'],
    },
    {
      id: 'go-dial-in-use',
      failure: 'in-use',
      rank: RANK.call,
      verdict: 'connect-exhaustion',
      certainty: LIKELY,
      pattern: `${DIAL}(?:bind|connect(?:ex)?): <in-use>`,
      unless: SOURCE_PORT,
      source: 'go net.Dialer with an address and port 0; connectex on Windows',
      examples: [
        'dial tcp 198.51.100.2:0->192.0.2.7:80: bind: address already in use',
        'dial tcp: bind: address already in use',
        'dial tcp 192.0.2.7:80: connectex: Only one usage of each socket address (protocol/network address/port) is normally permitted.',
      ],
    },
    {
      id: 'go-dial-no-buffers',
      failure: 'no-buffers',
      rank: RANK.call,
      verdict: 'connect-exhaustion',
      certainty: LIKELY,
      pattern: `${DIAL}(?:bind|connect(?:ex)?): [^\\n]{0,80}<no-buffers>`,
      source: 'go on Windows: dialling binds to port 0 first',
      examples: [
        'dial tcp 192.0.2.7:80: bind: An operation on a socket could not be performed because the system lacked sufficient buffer space or because a queue was full.',
      ],
    },
    {
      id: 'go-dial-again',
      failure: 'again',
      rank: RANK.call,
      verdict: 'connect-exhaustion',
      certainty: 0.7,
      pattern: '\\bdial udp[46]?[^\\n]{0,200}?: connect: <again>',
      source: 'udp_lib_get_port: no local port for a datagram socket is EAGAIN',
      examples: ['dial udp 192.0.2.7:53: connect: resource temporarily unavailable'],
    },
    {
      id: 'go-listen',
      failure: 'unavailable',
      rank: RANK.call,
      verdict: 'bind-misconfig',
      certainty: 0.9,
      pattern: '\\blisten (?:tcp|udp)[46]?[^\\n]{0,200}?: bind: <unavailable>',
      source: 'go net.Listen',
      examples: ['listen tcp 192.0.2.7:2380: bind: cannot assign requested address'],
    },
    {
      id: 'go-listen-in-use',
      failure: 'in-use',
      rank: RANK.call,
      verdict: 'bind-misconfig',
      certainty: 0.9,
      pattern: '\\blisten (?:tcp|udp)[46]?[^\\n]{0,200}?: bind: <in-use>',
      source: 'go net.Listen',
      examples: ['listen tcp :3000: bind: address already in use'],
    },
    {
      id: 'go-dial-timeout',
      failure: 'timeout',
      rank: RANK.call,
      verdict: 'nat-timeout-suspect',
      certainty: SUSPECT,
      pattern: `${DIAL}(?:connect(?:ex)?: )?<timeout>`,
      source: 'go net.OpError.Error, poll.ErrDeadlineExceeded',
      examples: ['dial tcp 192.0.2.7:5432: i/o timeout', 'dial tcp 192.0.2.7:80: connect: connection timed out'],
    },
  ],
  lookAlikes: [
    'listen tcp 192.0.2.7:80: bind: cannot assign requested address',
    'dial tcp [::1]:80: connect: cannot assign requested address',
    'dial tcp 192.0.2.7:80: connect: connection refused',
    'listen tcp :80: bind: address already in use',
    'dial tcp 198.51.100.77:0->192.0.2.7:80: bind: cannot assign requested address',
  ],
};
