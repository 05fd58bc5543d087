/** How programs write the host and the port that they connect to. */

const V4 = '\\d{1,3}(?:\\.\\d{1,3}){3}';
const V6 = '(?:[0-9a-f]{0,4}:){2,7}[0-9a-f]{0,4}(?:(?<=:)' + V4 + ')?(?:%[\\w.]{1,16})?';
const MASKED = '[x*\\d]{1,3}(?:\\.[x*\\d]{1,3}){3}';
const NAME = '[a-z0-9_](?:[\\w-]{0,62}[a-z0-9])?(?:\\.[a-z0-9_](?:[\\w-]{0,62}[a-z0-9])?){0,10}';
const DOTTED_NAME = '[a-z0-9_](?:[\\w-]{0,62}[a-z0-9])?(?:\\.[a-z0-9_](?:[\\w-]{0,62}[a-z0-9])?){1,10}';
/** An address of either family. */
export const IP = `${V4}|\\[${V6}\\]|${V6}`;
const HOST = `(?<host>${V4}|${MASKED}|\\[${V6}\\]|${NAME})`;
/** A bare IPv6 address may carry the port behind one more colon, as Node prints it. */
const LOOSE_HOST = `(?<host>${V4}|${MASKED}|\\[${V6}\\]|[0-9a-f:]*:[0-9a-f:]*(?:${V4})?(?=:\\d)|${NAME})`;
const PORT = '(?<port>\\d{1,5})(?![\\d.]*\\d)';
/** Between quotes an IPv6 address needs no brackets. */
const QUOTED_HOST = `(?<host>${V4}|${MASKED}|\\[?${V6}\\]?|${NAME})`;
const HOST_PORT = `${LOOSE_HOST}:${PORT}`;

/**
 * Ways of naming a destination, the surest first: what stands in every text that the pattern can match, lower case,
 * and the pattern. Each is tried on a bounded text and cannot backtrack far.
 */
const SENTENCES: readonly (readonly [string | RegExp, string])[] = [
  // Node, and everything that quotes it.
  ['connect', `\\bconnect(?:ex)? (?:WSA)?E[A-Z]{3,16} ${HOST_PORT}`],
  // Go; a source address may stand before the arrow.
  ['dial ', `\\bdial (?:tcp|udp)[46]? (?:\\S{1,80}?->)?${HOST_PORT}`],
  ['->', `\\b(?:tcp|udp)[46]? \\S{1,80}?->${HOST_PORT}`],
  // libpq since 14, and before.
  ['connection to server at', `connection to server at "[^"\\n]{1,253}" \\((?<host>[^)\\n]{1,64})\\), port ${PORT}`],
  ['connection to server at', `connection to server at "(?<host>[^"\\n]{1,253})", port ${PORT}`],
  [
    'running on host',
    `running on host "(?<host>[^"\\n]{1,253})"(?: \\([^)\\n]{1,64}\\))? and accepting\\s{1,40}TCP/IP connections on port ${PORT}`,
  ],
  // nginx, OpenResty.
  ['connect() to', `connect\\(\\) to (?:upstream )?${HOST_PORT}`],
  ['upstream: ', `upstream: "\\w{2,12}://${HOST_PORT}`],
  // wget: name (name)|address|:port
  ['onnecting to ', `onnecting to [^|\\n]{1,253}\\|(?<host>[^|\\n]{2,64})\\|:${PORT}`],
  // urllib3, MariaDB, Oracle, records of hosts and ports in general.
  [
    'port',
    `\\bhost["']?\\s{0,17}[=:]\\s{0,2}["']?${HOST}["']?\\)?[,;]?\\s{0,4}\\(?["']?port["']?\\s{0,17}[=:]\\s{0,2}["']?${PORT}`,
  ],
  // Node's fields, as util.inspect and JSON print them, in either order.
  [
    'address',
    `\\baddress["']?\\s{0,4}:\\s{0,4}["']${QUOTED_HOST}["'],?\\s{0,40}["']?port["']?\\s{0,4}:\\s{0,4}${PORT}`,
  ],
  [
    'address',
    `\\bport["']?\\s{0,4}:\\s{0,4}${PORT},?\\s{0,40}["']?address["']?\\s{0,4}:\\s{0,4}["']${QUOTED_HOST}["']`,
  ],
  // Dart.
  ['address = ', `\\baddress = ${QUOTED_HOST}, port = ${PORT}`],
  // Rust's Url.
  ['some(', `host: Some\\((?:Ipv4\\(|Domain\\()?"?${HOST}["')]{1,3}, port: Some\\(${PORT}\\)`],
  // Apache HttpClient: Connect to name:port [name/address] failed
  ['connect to ', `Connect to [\\w.-]{1,253}:(?<port>\\d{1,5}) \\[[\\w.-]{0,253}/(?<host>${IP})`],
  // java.net.InetSocketAddress: name/address:port
  [/\/[\d[<:]/, `(?<![\\w/:])[\\w.-]{0,253}/(?:<unresolved>:)?(?<host>${IP}):${PORT}`],
  ['(port ', `[\\w.-]{0,253}/(?<host>${IP}) \\(port ${PORT}`],
  // Python tuples.
  ["('", `\\('(?<host>${IP}|${NAME})', ${PORT}(?:, \\d{1,10}, \\d{1,10})?\\)`],
  // bash and gawk.
  ['/', `/(?:dev/(?:tcp|udp)|inet[46]?/(?:tcp|udp)/\\d{1,5})/(?<host>${V4}|${NAME})/${PORT}`],
  // fetchmail.
  ['/', `\\[(?<host>${IP})/${PORT}\\]`],
  // Tcl.
  ['socket ', `"(?:::)?socket (?:-async )?${HOST} ${PORT}"`],
  // Jakarta Mail.
  ['port: ', `host, port: ${HOST}, ${PORT}`],
  // Ruby.
  ['connect(2) for', `connect\\(2\\) for "?${HOST}"? port ${PORT}`],
  ['connect(2) for', `connect\\(2\\) for ${HOST_PORT}`],
  // mysql, MariaDB and their drivers.
  ["server on '", `server on '${HOST}:${PORT}'`],
  // PgBouncer: its server side begins with S.
  ['[', `\\[(?<host>${V4})\\]:${PORT}`],
  ['s-0x', `\\bS-0x\\w{1,16}: [^@\\s]{1,200}@${HOST_PORT}`],
  // libp2p.
  ['/', `/(?:ip[46]|dns[46]?)/(?<host>[^/\\s"]{1,253})/(?:tcp|udp)/${PORT}`],
  // Kafka.
  ['#', `ipv[46]#${HOST_PORT}`],
  // BIND's dig.
  ['#', `\\bto (?<host>${V4}|${V6}|${NAME})#${PORT}\\(`],
  // A name in brackets: librdkafka, PyTorch's c10d.
  [']:', `\\b(?:at|to) \\[(?<host>[^\\]\\s]{1,253})\\]:${PORT}`],
  // F5 BIG-IP: from its own address to the pool member.
  ['port exhaustion on', `port exhaustion on \\S{1,80} to ${HOST_PORT}`],
  // Erlang.
  ['{', `\\{"?(?<host>(?!(?:line|column|arity)\\b)[\\w.:-]{1,253})"?,${PORT}\\}`],
  ['}:', `\\{(?<host>\\d{1,3},\\d{1,3},\\d{1,3},\\d{1,3})\\}:${PORT}`],
  ['{{', `\\{\\{(?<host>\\d{1,3},\\d{1,3},\\d{1,3},\\d{1,3})\\},${PORT}\\}`],
  // strace.
  ['sin_port', `sin_port=htons\\(${PORT}\\), sin_addr=inet_addr\\("(?<host>[\\d.]{7,15})"`],
  // CVS: name(address):port; nc: name [address] port (service).
  ['connect to ', `connect to [\\w.:-]{1,253}\\((?<host>${IP})\\):${PORT}`],
  ['] ', `\\[(?<host>${IP})\\] ${PORT} \\([\\w?-]{1,20}\\) :`],
  // Postfix: name[address]:port
  ['connect to ', `connect to [\\w.-]{1,253}\\[(?<host>${IP})\\]:${PORT}`],
  [
    ':',
    `\\b(?:remote|peer|dst|dest|destination|upstream|backend|target|server)(?:[ _](?:addr(?:ess)?|host))?["']?\\s?[=:]\\s?["']?${HOST_PORT}`,
  ],
  ['af_inet', `\\bAF_INET6?[( ]"?${HOST_PORT}`],
  // Sentences about connecting.
  [
    ':',
    `\\b(?:connect(?:ing|ion|ed)?|conn|reach|dial(?:ing)?|access) (?:attempt )?(?:call failed )?(?:to|with|for|failed to:?)? ?(?:the )?(?:host|server|address|broker|backend|upstream|endpoint|peer|node|remote|redis|database|socket)? ?(?:at|on|to)? ?["'\`(]?(?:\\[(?![0-9a-f:]{2,45}\\]))?(?:\\w{2,12}://)?(?:[^\\s@/]{1,80}@)?${HOST_PORT}`,
  ],
  [
    'port',
    `\\b(?:to|for|fail for|host|address|server) ["']?${QUOTED_HOST}["']?(?: \\([^)\\n]{1,64}\\))?,?(?: and)? \\(?port:? ?${PORT}`,
  ],
  [' failed', `\\bto ${HOST}:${PORT} failed\\b`],
  // URLs that name their port.
  ['://', `\\b[a-z][a-z0-9+.-]{1,15}://(?:[^\\s@/"']{1,128}@)?${HOST_PORT}`],
  // An address and a port, wherever they stand; a name must have a dot or be localhost.
  [/[\dx*\]]:\d/, `(?<![\\w.])(?<host>${V4}|${MASKED}|\\[${V6}\\]):${PORT}`],
  ['":', `"(?<host>${DOTTED_NAME})":${PORT}(?=: )`],
  ['localhost:', `(?<![\\w./-])(?<host>localhost):${PORT}(?!:\\d|\\w)`],
  [/[a-z\d]\.[\w-]{1,63}:\d/, `(?<![\\w./@-])(?<host>${DOTTED_NAME})(?<!_[a-z\\d-]{0,63}):${PORT}(?!:\\d|\\w)`],
];

/** Ports by their service's name, as getaddrinfo was asked for them. */
const SERVICE_NAME = `\\bconnect(?:ing|ion|ed)? to ${HOST}:(?<scheme>https?|redis|postgresql|mysql)\\b`;

/** Without a port. */
const HOSTS_ALONE: readonly string[] = [
  `\\bconnect(?:ex)? E[A-Z]{3,16} (?<host>${IP}|localhost|${DOTTED_NAME})(?= |$)`,
  `connect fail for ${`(?<host>${IP})`}`,
  // Whom a resolver was asked for.
  `\\bgetaddrinfo(?: E[A-Z_]{3,12} |\\(host=')(?<host>${DOTTED_NAME}|localhost)(?=[\\s'"]|$)`,
  `server on '(?<host>[\\w.:-]{1,253})'`,
  `\\b(?:to|requested) address(?: available)?(?: for)? (?<host>${IP})`,
  `\\bconnect(?:ing|ion|ed)? (?:to|with) (?:host |server )?["'\`(]{0,2}(?<host>${IP}|localhost|${DOTTED_NAME})(?!\\w|:\\S)`,
  `\\bdoes not exist \\((?<host>${IP}|${NAME})\\)`,
  `\\bconnect \\(\`(?<host>${IP}|${NAME})'\\)`,
];

/** URLs whose port is their scheme's own. */
const SCHEME_URL = `\\b(?<scheme>https?|wss?|rediss?|amqps?|postgres(?:ql)?|mysql|mongodb|ldaps?|ftp)://(?:[^\\s@/"']{1,128}@)?(?<host>\\[${V6}\\]|${NAME})(?=[/\\s"'?)\\]]|$)`;
export const SCHEME_PORTS: Readonly<Record<string, number>> = {
  http: 80,
  https: 443,
  ws: 80,
  wss: 443,
  redis: 6379,
  rediss: 6379,
  amqp: 5672,
  amqps: 5671,
  postgres: 5432,
  postgresql: 5432,
  mysql: 3306,
  mongodb: 27_017,
  ldap: 389,
  ldaps: 636,
  ftp: 21,
};

const compiled = (source: string): RegExp => new RegExp(source, 'gi');
export const SENTENCE_PATTERNS = SENTENCES.map(([needle, source]) => ({ needle, pattern: compiled(source) }));
export const ALONE_PATTERNS = HOSTS_ALONE.map(compiled);
export const SCHEME_PATTERNS = [compiled(SCHEME_URL), compiled(SERVICE_NAME)];
