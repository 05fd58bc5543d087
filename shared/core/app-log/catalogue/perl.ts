import { LIKELY, RANK, type Family } from '../signature.ts';

/** IO::Socket, LWP, DBI: `$!` beside the module's name. */
export const PERL: Family = {
  runtime: 'perl',
  marks: ' at \\S{1,200}\\.p[lm] line \\d|\\bIO::Socket|\\bLWP::|\\bDBI connect\\(',
  signatures: [
    {
      id: 'perl-connect',
      failure: 'unavailable',
      rank: RANK.call,
      verdict: 'connect-exhaustion',
      certainty: LIKELY,
      pattern:
        "(?:IO::Socket(?:::\\w{1,16}){0,2}: connect: |Can't connect to [^\\n()]{1,200} \\(|DBI connect\\([^\\n]{1,200} failed: [^\\n]{0,120})<unavailable>",
      source: 'IO::Socket::INET, LWP::Protocol::http, DBI',
      examples: [
        'IO::Socket::INET: connect: Cannot assign requested address',
        "500 Can't connect to 192.0.2.7:80 (Cannot assign requested address)",
      ],
    },
  ],
  lookAlikes: [
    "500 Can't connect to 192.0.2.7:80 (Connection refused)",
    'Cannot bind to port 80: Address already in use at ./d.pl line 3.',
  ],
};
