import { LIKELY, RANK, type Family } from '../signature.ts';
import { SUSPECT } from './posix-timeout.ts';

const LISTENING = '\\blisten|ranch|Cowboy|\\bbandit\\b|gen_tcp:listen|inet_tcp:listen|start_link[^\\n]{0,80}\\bport\\b';

/** In small letters, as atoms are. */
const ATOM = '(?-i:\\beaddrnotavail\\b)';

/** Erlang and Elixir print the errno as an atom. */
export const ERLANG: Family = {
  runtime: 'erlang',
  marks:
    '\\{error,\\s?[{a-z]|\\bgen_(?:server|tcp)|#PID<|<0\\.\\d{1,8}\\.\\d{1,4}>|\\(stop\\)|:e(?:addr|timedout|connrefused)|\\{shutdown,|\\bEXIT for \\{|=(?:ERROR|CRASH|SUPERVISOR) REPORT=|\\{e(?:addr|timedout)',
  signatures: [
    {
      id: 'erlang-listen',
      failure: 'unavailable',
      rank: RANK.call,
      verdict: 'bind-misconfig',
      certainty: 0.85,
      pattern: '(?:[{:\\s]|- :)<unavailable!>',
      also: [LISTENING, ATOM],
      unless: 'failed_connect|connect error|tcp connect|\\bconnect_failed|connection_error',
      source: 'ranch, gen_tcp:listen',
      examples: [
        "Failed to start Ranch listener http in ranch_tcp:listen([{port,8080}]) for reason eaddrnotavail (can't assign requested address)",
      ],
    },
    {
      id: 'erlang-connect',
      failure: 'unavailable',
      rank: RANK.call,
      verdict: 'connect-exhaustion',
      certainty: LIKELY,
      pattern:
        '(?:failed_connect|conn_failed|connect_failed|connection_error|tcp connect|\\{connect)[^]{0,240}?[:{,\\s]<unavailable!>',
      also: [ATOM],
      source: 'httpc, hackney, Mint, DBConnection, eredis',
      examples: [
        '{failed_connect,[{to_address,{"192.0.2.7",443}},{inet,[inet],eaddrnotavail}]}',
        "** (DBConnection.ConnectionError) tcp connect (192.0.2.7:5432): can't assign requested address - :eaddrnotavail",
      ],
    },
    {
      id: 'erlang-atom',
      failure: 'unavailable',
      rank: RANK.context,
      verdict: 'connect-exhaustion',
      certainty: 0.6,
      pattern: '[{,:\\s]<unavailable!>(?:[}\\],)\\s"\']|$)',
      also: [ATOM],
      unless: LISTENING,
      source: 'the atom alone, as a process exits with it',
      examples: ['client(17): EXIT for {shutdown,eaddrnotavail}', '** (stop) :eaddrnotavail'],
    },
    {
      id: 'erlang-connect-in-use',
      failure: 'in-use',
      rank: RANK.call,
      verdict: 'connect-exhaustion',
      certainty: 0.7,
      pattern:
        '(?:failed_connect|conn_failed|connect_failed|connection_error|tcp connect|connect error)[^\\n]{0,240}[:{,\\s]<in-use!>',
      unless: LISTENING,
      source: 'gen_tcp:connect without reuseaddr, or with an ip option',
      examples: ['{failed_connect,[{to_address,{"192.0.2.7",443}},{inet,[inet],eaddrinuse}]}'],
    },
    {
      id: 'erlang-connect-frame-in-use',
      failure: 'in-use',
      rank: RANK.sentence,
      verdict: 'connect-exhaustion',
      certainty: 0.7,
      pattern: '[:{,\\s]<in-use!>',
      also: ['(?-i:\\beaddrinuse\\b)', '\\{\\w{1,60},(?:do_|try_)?connect,\\d'],
      unless: LISTENING,
      source: 'the frame that failed is a connect',
      examples: [
        'exit value: {{badmatch,{error,eaddrinuse}},[{client,connect,4,[{file,"src/client.erl"},{line,17}]}]}',
      ],
    },
    {
      id: 'erlang-connect-timeout',
      failure: 'timeout',
      needles: ['failed_connect', 'tcp connect', 'connect_timeout'],
      rank: RANK.call,
      verdict: 'nat-timeout-suspect',
      certainty: SUSPECT,
      pattern:
        '(?:failed_connect|tcp connect)[^]{0,240}?\\b(?:e?timed?out|timeout)\\b|reason: :connect_timeout|\\{error,connect_timeout\\}',
      source: 'httpc, hackney, DBConnection',
      examples: ['{failed_connect,[{to_address,{"192.0.2.7",443}},{inet,[inet],etimedout}]}'],
    },
  ],
  lookAlikes: [
    'Failed to start Ranch listener http in ranch_tcp:listen([{port,8080}]) for reason eaddrinuse (address already in use)',
    '{:listen_error, Web.HTTP, :eaddrnotavail}',
    '{error,{failed_connect,[{to_address,{"192.0.2.7",443}},{inet,[inet],econnrefused}]}}',
  ],
};
