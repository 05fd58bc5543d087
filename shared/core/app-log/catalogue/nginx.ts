import { LIKELY, RANK, type Family } from '../signature.ts';
import { SUSPECT } from './posix-timeout.ts';

const UPSTREAM =
  'while (?:connecting to upstream|connecting to|proxying|SSL handshaking to upstream)|context: ngx\\.timer|lua (?:tcp|udp) socket';

/** nginx, OpenResty, Tengine, Angie: `[crit] … while connecting to upstream` against `[emerg] bind()`. */
export const NGINX: Family = {
  runtime: 'nginx',
  marks: '\\[(?:crit|emerg|error|alert|warn)\\] \\d{1,9}#\\d|while connecting to upstream|\\bngx\\.|\\bnginx: \\[',
  signatures: [
    {
      id: 'nginx-proxy-bind',
      failure: 'unavailable',
      rank: RANK.call,
      verdict: 'connect-misconfig',
      certainty: 0.7,
      pattern: '\\bbind\\([\\w.:\\[\\]]{2,64}\\) failed \\((?:99|49): <unavailable>\\) while connecting to upstream',
      source: 'nginx src/event/ngx_event_connect.c: a proxy_bind that the machine does not have',
      examples: ['bind(198.51.100.9) failed (99: Cannot assign requested address) while connecting to upstream'],
    },
    {
      id: 'nginx-bind',
      failure: 'unavailable',
      rank: RANK.call,
      verdict: 'bind-misconfig',
      certainty: 0.95,
      pattern: '\\bbind\\(\\) to [^\\n]{1,128} failed \\((?:99|49): <unavailable>',
      source: 'nginx src/core/ngx_connection.c ngx_open_listening_sockets',
      examples: ['[emerg] 24#24: bind() to 192.0.2.7:18080 failed (99: Cannot assign requested address)'],
    },
    {
      id: 'nginx-connect',
      failure: 'unavailable',
      rank: RANK.call,
      verdict: 'connect-exhaustion',
      certainty: LIKELY,
      pattern: '\\bconnect\\(\\) to [^\\n]{1,200} failed \\((?:99|49): <unavailable>',
      source: 'nginx src/event/ngx_event_connect.c ngx_event_connect_peer',
      examples: [
        '[crit] 7#7: *42 connect() to 192.0.2.7:80 failed (99: Cannot assign requested address) while connecting to upstream, client: 198.51.100.1, server: , request: "GET / HTTP/1.1", upstream: "http://192.0.2.7:80/", host: "example.com"',
        'connect() to 192.0.2.7:80 failed (99: Address not available) while connecting to upstream',
      ],
    },
    {
      id: 'nginx-upstream',
      failure: 'unavailable',
      rank: RANK.call,
      verdict: 'connect-exhaustion',
      certainty: LIKELY,
      pattern: `<unavailable>\\)?,? (?:${UPSTREAM})`,
      source: 'the rest of a line that was cut',
      examples: [
        ' (99: Cannot assign requested address) while connecting to upstream, upstream: "fastcgi://192.0.2.7:9000"',
      ],
    },
    {
      id: 'nginx-proxy-bind-in-use',
      failure: 'in-use',
      rank: RANK.call,
      verdict: 'connect-exhaustion',
      certainty: LIKELY,
      pattern: `(?:\\bbind\\([\\w.:\\[\\]]{2,64}\\) failed|\\bconnect\\(\\) (?:to [^\\n]{1,200} )?failed) \\((?:98|48): <in-use>\\)`,
      also: [`${UPSTREAM}|\\bconnect\\(\\)`],
      source: 'nginx with proxy_bind: no port is free for all upstreams at once',
      examples: ['bind(198.51.100.9) failed (98: Address already in use) while connecting to upstream'],
    },
    {
      id: 'nginx-bind-in-use',
      failure: 'in-use',
      rank: RANK.call,
      verdict: 'bind-misconfig',
      certainty: 0.95,
      pattern: '\\bbind\\(\\) to [^\\n]{1,128} failed \\((?:98|48): <in-use>',
      source: 'nginx src/core/ngx_connection.c',
      examples: ['[emerg] 2#2: bind() to 0.0.0.0:80 failed (98: Address already in use)'],
    },
    {
      id: 'nginx-connect-timeout',
      failure: 'timeout',
      rank: RANK.call,
      verdict: 'nat-timeout-suspect',
      certainty: SUSPECT,
      pattern:
        '(?:upstream timed out|connect\\(\\)[^\\n]{0,200} failed) \\(110: <timeout>\\) while connecting to upstream',
      source: 'nginx src/http/ngx_http_upstream.c',
      examples: [
        'upstream timed out (110: Connection timed out) while connecting to upstream, client: 198.51.100.1, upstream: "http://192.0.2.7:80/"',
      ],
    },
  ],
  lookAlikes: [
    '[emerg] 24#24: bind() to [::1]:18080 failed (99: Cannot assign requested address)',
    'connect() failed (111: Connection refused) while connecting to upstream',
    'upstream timed out (110: Connection timed out) while reading response header from upstream',
    '[alert] 31#31: 1024 worker_connections are not enough',
  ],
};
