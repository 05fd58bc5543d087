import { LIKELY, RANK, type Family } from '../signature.ts';
import { SUSPECT } from './posix-timeout.ts';

/** Ruby names the call after the failure: `Cannot assign requested address - connect(2) for "192.0.2.7" port 443`. */
export const RUBY: Family = {
  runtime: 'ruby',
  marks: '\\bErrno::E|\\.rb:\\d|\\.rb", line \\d|(?:connect|bind)\\(2\\) for|Net::OpenTimeout',
  signatures: [
    {
      id: 'ruby-bind',
      failure: 'unavailable',
      rank: RANK.call,
      verdict: 'bind-misconfig',
      certainty: 0.85,
      pattern: '<unavailable> - bind\\(2\\)',
      source: 'ruby ext/socket rsock_sys_fail_host_port',
      examples: ['Cannot assign requested address - bind(2) for "192.0.2.7" port 3000 (Errno::EADDRNOTAVAIL)'],
    },
    {
      id: 'ruby-connect',
      failure: 'unavailable',
      rank: RANK.call,
      verdict: 'connect-exhaustion',
      certainty: LIKELY,
      pattern: '<unavailable> - (?:user specified timeout|connect\\(2\\))',
      source: 'ruby ext/socket rsock_sys_fail_host_port',
      examples: [
        'Errno::EADDRNOTAVAIL: Failed to open TCP connection to 192.0.2.7:443 (Cannot assign requested address - connect(2) for "192.0.2.7" port 443)',
        'Address not available - connect(2) for "example.com" port 443',
      ],
    },
    {
      id: 'ruby-errno',
      failure: 'unavailable',
      rank: RANK.context,
      verdict: 'connect-exhaustion',
      certainty: 0.6,
      pattern: 'Errno::<unavailable>',
      unless: "TCPServer|puma|webrick|thin|unicorn|in `listen'|bind\\(2\\)",
      source: 'the exception class alone',
      examples: ["Errno::EADDRNOTAVAIL: Can't assign requested address"],
    },
    {
      id: 'ruby-source-in-use',
      failure: 'in-use',
      rank: RANK.call,
      verdict: 'connect-exhaustion',
      certainty: 0.7,
      pattern:
        '<in-use> - bind\\(2\\) for "?[\\w.:]{2,64}"? (?:port 0\\b|\\(Errno::E\\w{4,12}\\)[^]{0,200}\\bconnect_(?:internal|from)\\b)',
      source: 'ruby lib/socket.rb connect_internal: a local host with port 0',
      examples: [
        "socket.rb:54:in `bind': Address already in use - bind(2) for 198.51.100.9 (Errno::EADDRINUSE)\n\tfrom socket.rb:54:in `connect_internal'",
        'Address already in use - bind(2) for "198.51.100.9" port 0 (Errno::EADDRINUSE)',
      ],
    },
    {
      id: 'ruby-connect-in-use',
      failure: 'in-use',
      rank: RANK.call,
      verdict: 'connect-exhaustion',
      certainty: LIKELY,
      pattern: '<in-use> - connect\\(2\\)',
      source: 'ruby ext/socket with a local host',
      examples: ['Address already in use - connect(2) for "192.0.2.7" port 80 (Errno::EADDRINUSE)'],
    },
    {
      id: 'ruby-connect-timeout',
      failure: 'timeout',
      needles: ['connect(2)', 'net::opentimeout', 'failed to open tcp connection', 'user specified timeout'],
      rank: RANK.call,
      verdict: 'nat-timeout-suspect',
      certainty: SUSPECT,
      pattern:
        '(?:connection|operation) timed out - (?:user specified timeout(?: for |\\b)|connect\\(2\\))|Net::OpenTimeout|Failed to open TCP connection to [^\\n]{1,200}\\((?:execution expired|Connection timed out)',
      source: 'ruby net/http open_timeout',
      examples: [
        'Net::OpenTimeout: Failed to open TCP connection to 192.0.2.7:443 (execution expired)',
        'Connection timed out - user specified timeout (Errno::ETIMEDOUT)',
      ],
    },
  ],
  lookAlikes: [
    'Address already in use - bind(2) for "127.0.0.1" port 3000 (Errno::EADDRINUSE)',
    'Cannot assign requested address - bind(2) for "192.0.2.7" port 3000 (Errno::EADDRNOTAVAIL)',
    'Errno::ECONNREFUSED: Connection refused - connect(2) for 192.0.2.7:6379',
    'Cannot assign requested address - connect(2) for [::1]:9200',
  ],
};
