import { LIKELY, RANK, type Family } from '../signature.ts';
import { CONNECTING, ERRNO, JOINT, SERVING } from './words.ts';

const BIND_CALL = `(?:(?:\\b|_)(?:bind|bindx|listen|listening|binding|bind_to_\\w{1,16}))${JOINT}${ERRNO}`;
const CONNECT_CALL = `(?:(?:\\b|_)connect(?:ex|x|ing)?)${JOINT}${ERRNO}`;
/** Within one line. */
const LATER = '[^\\n]{0,240}?';

/**
 * Programs that print strerror(3) beside the call, whatever they are written in: the general rules that catch what no
 * other family knows.
 */
export const POSIX: Family = {
  runtime: null,
  marks: null,
  signatures: [
    {
      id: 'posix-source-bind',
      failure: 'unavailable',
      rank: RANK.call,
      verdict: 'connect-misconfig',
      certainty: 0.65,
      pattern: `${CONNECTING}[^\\n]{0,160}?\\b(?:bind|binding|bound)\\b[^\\n]{0,120}<unavailable>`,
      unless: '\\blisten|\\bserver\\b',
      source: 'bind(2) of a dialling socket: a source address that this machine does not have',
      examples: ['connecting to 192.0.2.7:443: bind 198.51.100.9 for outgoing failed: Cannot assign requested address'],
    },
    {
      id: 'posix-bind-call',
      failure: 'unavailable',
      rank: RANK.call,
      verdict: 'bind-misconfig',
      certainty: 0.75,
      pattern: `${BIND_CALL}<unavailable>`,
      source: 'perror("bind") and its like: OpenSSH, Redis, Chromium, Go net.OpError',
      examples: [
        'bind: Cannot assign requested address',
        'bind() failed: Cannot assign requested address (99)',
        'ERROR: bind_to_addr: Cannot assign requested address',
      ],
    },
    {
      id: 'posix-connect-call',
      failure: 'unavailable',
      rank: RANK.call,
      verdict: 'connect-exhaustion',
      certainty: LIKELY,
      pattern: `${CONNECT_CALL}<unavailable>`,
      source: 'perror("connect") and its like: ssh, telnet, ApacheBench, libuv',
      examples: [
        'connect: Cannot assign requested address',
        'connect() failed: Cannot assign requested address',
        'apr_socket_connect(): Cannot assign requested address (99)',
        '{backend-connect}: Cannot assign requested address',
        'client(17): connect error - eaddrnotavail',
        'connect() failed: Address not available',
      ],
    },
    {
      id: 'tcl-listen',
      failure: 'unavailable',
      runtime: 'tcl',
      rank: RANK.call,
      verdict: 'bind-misconfig',
      certainty: 0.8,
      pattern: 'couldn\'t open socket: <unavailable>[^]{0,80}\\n"(?:::)?socket -server ',
      source: 'Tcl socket -server: connecting is told in the same words',
      examples: [
        'couldn\'t open socket: cannot assign requested address\n    while executing\n"socket -server accept -myaddr 192.0.2.7 7840"',
      ],
    },
    {
      id: 'posix-send-call',
      failure: 'unavailable',
      rank: RANK.call,
      verdict: 'connect-misconfig',
      certainty: 0.6,
      pattern: `(?:\\b(?:send(?:to|msg|mmsg)?|writev?|readv?|recv(?:from|msg)?)${JOINT}${ERRNO}(?:os error: )?|\\bread(?:ing)? from [^\\n]{1,120}?: |\\bsend(?:ing)? [^\\n]{0,24}?\\b(?:udp|datagrams?|multicast|broadcast|packets?)\\b[^\\n]{0,120}?)<unavailable>`,
      source: 'send(2), read(2): a datagram to an address that cannot be used, or a connection that lost its own',
      examples: [
        'sendto: Cannot assign requested address',
        'Error: write EADDRNOTAVAIL',
        "Read from remote host 192.0.2.7: Can't assign requested address",
        'failed to send UDP packet to 192.0.2.255:9999: Cannot assign requested address',
      ],
    },
    {
      id: 'posix-multicast',
      failure: 'unavailable',
      rank: RANK.sentence,
      verdict: 'connect-misconfig',
      certainty: 0.65,
      pattern: '<unavailable!>',
      also: [
        '\\bsetsockopt\\b|\\baddMembership\\b|IP_ADD_MEMBERSHIP|setRawOption|\\bmulticast|join_?(?:multicast_?)?group',
      ],
      source: 'setsockopt(2) IP_ADD_MEMBERSHIP, IP_MULTICAST_IF: an interface without that address',
      examples: [
        'Error: addMembership EADDRNOTAVAIL',
        "setsockopt: can't assign requested address",
        "OSError: OS Error: Can't assign requested address, errno = 49\n#0      MDnsClient.start (package:multicast_dns/multicast_dns.dart:1)",
      ],
    },
    {
      id: 'posix-kernel-connect',
      failure: 'unavailable',
      needles: ['error -99', 'rc = -99', 'err -99', 'error=-99', 'errno=-99', 'ret=-99'],
      rank: RANK.call,
      verdict: 'connect-exhaustion',
      certainty: 0.6,
      pattern: '(?:connect|socket)[^\\n]{0,120}\\b(?:error|rc|err|errno|ret) ?=? ?-99\\b',
      source: 'Linux net/ceph, fs/smb, net/sunrpc: connect errors are printed as negative numbers',
      examples: ['libceph: connect (1)192.0.2.7:6789 error -99'],
    },
    {
      id: 'posix-bind-sentence',
      failure: 'unavailable',
      rank: RANK.sentence,
      verdict: 'bind-misconfig',
      certainty: 0.75,
      pattern: `${SERVING}${LATER}<unavailable>`,
      source: 'a sentence about binding or listening',
      examples: ['could not bind to 192.0.2.7:8080: Cannot assign requested address'],
    },
    {
      id: 'posix-connect-sentence',
      failure: 'unavailable',
      rank: RANK.sentence,
      verdict: 'connect-exhaustion',
      certainty: LIKELY,
      pattern: `${CONNECTING}${LATER}<unavailable>`,
      source: 'a sentence about connecting',
      examples: [
        'Could not connect to 192.0.2.7:6379: Cannot assign requested address',
        'ssh: connect to host 192.0.2.7 port 22: Cannot assign requested address',
      ],
    },
    {
      id: 'posix-bind-nearby',
      failure: 'unavailable',
      rank: RANK.context,
      verdict: 'bind-misconfig',
      certainty: 0.6,
      pattern: '<unavailable>',
      also: [`${SERVING}`],
      unless: CONNECTING,
      source: 'an event that speaks of serving and not of connecting',
      examples: ['failed to bind 192.0.2.7:9000\n\nCaused by:\n    Cannot assign requested address (os error 99)'],
    },
    {
      id: 'posix-connect-nearby',
      failure: 'unavailable',
      rank: RANK.context,
      verdict: 'connect-exhaustion',
      certainty: 0.65,
      pattern: '<unavailable!>',
      also: [CONNECTING],
      source: 'an event that speaks of connecting',
      examples: ['Could not connect\n  reason: Cannot assign requested address'],
    },
    {
      id: 'posix-unavailable',
      failure: 'unavailable',
      rank: RANK.bare,
      verdict: 'connect-exhaustion',
      certainty: 0.5,
      pattern: '<unavailable!>',
      source: 'strerror(EADDRNOTAVAIL) alone: a connect more often than a bind, and never proof',
      examples: ['Cannot assign requested address', 'EADDRNOTAVAIL'],
    },
  ],
  lookAlikes: [
    'bind: Cannot assign requested address',
    'could not listen on 192.0.2.7:53: Cannot assign requested address',
    'Shipping address not available',
    'sendto: Cannot assign requested address',
  ],
};
