import { RANK, type Family } from '../signature.ts';
import { ERRNO, JOINT } from './words.ts';

/** Weak by nature: a full NAT gateway drops the SYN and says nothing, and so does many a firewall. */
export const SUSPECT = 0.3;

/** Connects that were never answered. */
export const POSIX_TIMEOUT: Family = {
  runtime: null,
  marks: null,
  signatures: [
    {
      id: 'posix-connect-timeout',
      failure: 'timeout',
      rank: RANK.call,
      verdict: 'nat-timeout-suspect',
      certainty: SUSPECT,
      pattern: `(?:\\b|_)connect(?:ex|x|ing)?${JOINT}${ERRNO}<timeout>`,
      source: 'perror("connect") and its like',
      examples: ['connect: Connection timed out', 'connect() failed (110: Connection timed out)'],
    },
    {
      id: 'posix-connect-timeout-sentence',
      failure: 'timeout',
      rank: RANK.sentence,
      verdict: 'nat-timeout-suspect',
      certainty: SUSPECT,
      pattern:
        "(?:\\b(?:connect(?:ing)? to|connection to|connect call failed|failed to connect|(?:cannot|can't|could not|couldn't|unable to) connect|while connecting|attempt to connect|connect error|failed to establish a new connection|failed to open tcp connection)\\b)[^\\n]{0,200}?<timeout>",
      source: 'a sentence about connecting: libpq, redis-cli, wget, ssh, Apache httpd',
      examples: [
        'Could not connect to Redis at 192.0.2.7:6379: Connection timed out',
        'ssh: connect to host 192.0.2.7 port 22: Connection timed out',
        'psql: error: connection to server at "192.0.2.7", port 5432 failed: timeout expired',
        'Connecting to 192.0.2.7:80... failed: Connection timed out.',
      ],
    },
    {
      id: 'winsock-connect-timeout',
      failure: 'timeout',
      rank: RANK.sentence,
      verdict: 'nat-timeout-suspect',
      certainty: 0.25,
      pattern: '\\ba connection attempt failed because the connected party <timeout>',
      source: 'Winsock’s sentence for 10060; it covers an open connection that went silent, too',
      examples: [
        'A connection attempt failed because the connected party did not properly respond after a period of time',
      ],
    },
    {
      id: 'posix-connect-timed-out',
      failure: 'timeout',
      needles: ['connect timed out', 'connect timeout', 'connecttimeout', 'connection timeout', 'connect_timeout'],
      rank: RANK.sentence,
      verdict: 'nat-timeout-suspect',
      certainty: SUSPECT,
      pattern:
        '\\bconnect timed out\\b|\\bconnect timeout (?:error|reached|expired|exceeded)|connecttimeout(?:error|exception)|\\bhttpconnecttimeout|reset reason: connection timeout|\\bconnection timeout (?:error|reached|expired|exceeded)|err_connect_timeout|\\b(?:httpx|httpcore|exceptions)\\.connecttimeout\\b',
      source: 'clients with a limit of their own on connecting',
      examples: [
        'java.net.SocketTimeoutException: Connect timed out',
        'httpx.ConnectTimeout: timed out',
        "(Caused by ConnectTimeoutError(<urllib3.connection.HTTPConnection object at 0x7f>, 'Connection to 192.0.2.7 timed out. (connect timeout=3)'))",
      ],
    },
  ],
  lookAlikes: [
    'read: Connection timed out',
    'session timeout of user 17',
    'Could not connect to 192.0.2.7:80: Connection refused',
  ],
};
