import { describe, expect, it } from 'vitest';
import { classifyText } from '../../../shared/core/app-log/classify.ts';
import { createLineGrouper } from '../../../shared/core/app-log/group-lines.ts';
import { readLog, rowsOf } from './read-log.ts';

function eventsIn(text: string): readonly string[] {
  const events: string[] = [];
  const grouper = createLineGrouper((event) => events.push(event.text));
  for (const [at, line] of text.split('\n').entries())
    grouper.add({ text: line, ms: null, service: null, hint: null, isPartial: false }, at);
  grouper.finish();
  return events;
}

const FRAMES =
  '\tat java.base/sun.nio.ch.Net.connect0(Native Method)\n\tat java.base/sun.nio.ch.Net.connect(Net.java:589)';
const KAFKA = [
  '2026-11-21 10:44:16.550 WARN  [kafka-producer-network-thread | producer-1] o.apache.kafka.clients.NetworkClient - [Producer clientId=producer-1] Error connecting to node 192.0.2.7:9092 (id: -1 rack: null)',
  'java.net.BindException: Cannot assign requested address',
  FRAMES,
].join('\n');

describe('what a program prints of one failure', () => {
  it.each([
    ['a logger, and the exception on the line below', KAFKA],
    [
      'java.util.logging, the level below the time',
      `Nov 21, 2026 10:44:40 AM io.nats.client.impl.ErrorListenerLoggerImpl exceptionOccurred\nSEVERE: exceptionOccurred, Exception: java.net.BindException: Cannot assign requested address`,
    ],
    [
      'Connector/J, in paragraphs',
      `2026-11-21 10:44:17.348 WARN [main] c.m.v.resourcepool.BasicResourcePool - Acquisition Attempt Failed!!!\ncom.mysql.cj.jdbc.exceptions.CommunicationsException: Communications link failure\n\nThe last packet sent successfully to the server was 0 milliseconds ago. The driver has not received any packets from the server.\n${FRAMES}\nCaused by: java.net.BindException: Cannot assign requested address\n${FRAMES}`,
    ],
    [
      'grpc-js, with the stack of the call',
      "Error: 14 UNAVAILABLE: No connection established. Last error: Error: connect EADDRNOTAVAIL 192.0.2.7:50051 - Local (0.0.0.0:0). Resolution note: \n    at callErrorFromStatus (/app/call.js:32:19)\nfor call at\n    at Client.makeUnaryRequest (/app/client.js:161:32) {\n  code: 14,\n  details: 'No connection established. Last error: Error: connect EADDRNOTAVAIL 192.0.2.7:50051'\n}",
    ],
    [
      'Tcl, whose commands are not indented',
      'couldn\'t open socket: address already in use\n    while executing\n"::socket -async 192.0.2.7 80"\n    ("eval" body line 1)\n    invoked from within\n"http::geturl http://192.0.2.7/"',
    ],
    [
      'Erlang, below a title',
      '=ERROR REPORT==== 21-Nov-2026::10:54:45.574119 ===\nError in process <0.115.0> with exit value:\n{{badmatch,{error,eaddrnotavail}},\n [{client,connect,4,[{file,"client.erl"},{line,17}]}]}',
    ],
    [
      'Elixir, the exception below the header',
      '10:56:15.660 [error] 2026-11-21 10:56:15 GenServer #PID<0.103.0> terminating\n** (MatchError) no match of right hand side value: {:error, :eaddrnotavail}\n    client.exs:10: G.handle_continue/2\nLast message: {:continue, 1}',
    ],
    [
      'loguru, whose trace has empty lines and an arrow',
      '2026-11-21 10:52:48.749 | ERROR    | __main__:main:254 - cache\nTraceback (most recent call last):\n\n  File "p.py", line 330, in <module>\n    main()\n\n> File "p.py", line 253, in main\n    socket.create_connection((H, 6379))\n\n  File "socket.py", line 836, in create_connection\n    sock.connect(sa)\n    │    │       └ (\'192.0.2.7\', 6379)\n\nOSError: [Errno 99] Cannot assign requested address',
    ],
  ])('is one event: %s', (_, text) => {
    expect(eventsIn(text)).toEqual([text.replace(/\n\n+/g, '\n')]);
  });

  it('the destination above the exception is that of the failure', () => {
    const [event = ''] = eventsIn(KAFKA);
    expect(classifyText(event)).toMatchObject({
      verdict: 'connect-exhaustion',
      destination: { host: '192.0.2.7', port: 9092 },
    });
  });

  it('exceptions without a time above them are events of their own', () => {
    const failure = 'Error: connect EADDRNOTAVAIL 192.0.2.7:80 - Local (0.0.0.0:0)';
    expect(eventsIn(`${failure}\n${failure}\n2026-11-21 10:00:00 ready\n${failure}\n${failure}`)).toHaveLength(4);
  });

  it('the log reader sees the same, also among lines that have no time', () => {
    const plain = Array.from({ length: 20 }, (_, at) => `loading module ${at}`).join('\n');
    const rows = rowsOf(readLog(`${plain}\n${KAFKA}\n${plain}\n${KAFKA}\n`));
    expect(rows).toMatchObject([{ destination: { host: '192.0.2.7', port: 9092 } }]);
    expect(rows[0]?.eventIds).toHaveLength(2);
  });
});

describe('destinations', () => {
  it.each([
    [
      "MailConnectException: Couldn't connect to host, port: 192.0.2.7, 25; timeout 2500;\n  nested exception is:\n\tjava.net.BindException: Cannot assign requested address",
      '192.0.2.7:25',
    ],
    [
      '[HPM] Error occurred while proxying request 127.0.0.1:7777/orders/42 to http://192.0.2.7/ [EADDRNOTAVAIL] (https://nodejs.org/api/errors.html#errors_common_system_errors)',
      '192.0.2.7:80',
    ],
    [
      'java.sql.SQLException: ORA-17820: The network adapter could not establish the connection.\nhttps://docs.oracle.com/error-help/db/ora-17820/\nCaused by: java.net.BindException: Cannot assign requested address\n\tat java.base/sun.nio.ch.Net.connect0(Native Method)',
      null,
    ],
    [
      '  File "/app/x.py", line 7, in <module>\n    redis.RedisCluster(host=H, port=7000)\nredis.exceptions.ConnectionError: Error 99 connecting. Cannot assign requested address.',
      null,
    ],
    [
      '  File "/app/x.py", line 7, in <module>\n    sock.connect((\'192.0.2.7\', 7000))\nOSError: [Errno 99] Cannot assign requested address',
      '192.0.2.7:7000',
    ],
    [
      "2026-11-21 10:50:04,686 - pid:621 [W] handler.handle_data:184 - ProxyConnectionFailed OSError(99, 'Cannot assign requested address')",
      null,
    ],
    [
      'Error in process <0.115.0> with exit value: {{badmatch,{error,eaddrnotavail}}, [{erl_eval,expr,6,[{file,"erl_eval.erl"},{line,496}]}]}',
      null,
    ],
    ['redis {192,0,2,7}:6379: eaddrnotavail', '192.0.2.7:6379'],
  ])('%j', (text, expected) => {
    const { verdict, destination } = classifyText(text);
    expect(verdict).toBe('connect-exhaustion');
    expect(destination && `${destination.host}:${destination.port}`).toBe(expected);
  });
});

describe('destinations of other failures', () => {
  it.each([
    [
      'cvs [checkout aborted]: connect to 192.0.2.7(192.0.2.7):2222 failed: Cannot assign requested address',
      '192.0.2.7:2222',
    ],
    [';; Connection to 192.0.2.7#53(192.0.2.7) for a.example failed: address not available.', '192.0.2.7:53'],
    ['db.internal [192.0.2.7] 5432 (postgresql) : Cannot assign requested address', '192.0.2.7:5432'],
    [
      'couldn\'t open socket: address already in use\n    while executing\n"::socket -async 192.0.2.7 80"',
      '192.0.2.7:80',
    ],
    ['bash: line 1: /dev/tcp/192.0.2.7/80: Cannot assign requested address', '192.0.2.7:80'],
    ["cannot open two way pipe `/inet/tcp/0/192.0.2.7/80' for input/output: Address already in use", '192.0.2.7:80'],
    ['connection to 192.0.2.7:imap [192.0.2.7/143] failed: Cannot assign requested address.', '192.0.2.7:143'],
    ['redis "cache.internal":6379: eaddrnotavail', 'cache.internal:6379'],
    ['{"level":"error","status":503,"msg":"Cannot assign requested address"}', null],
    ["connect (`192.0.2.7'): Cannot assign requested address", '192.0.2.7:null'],
    ['Cannot connect to 192.0.2.7: Cannot assign requested address at client.pl line 17.', '192.0.2.7:null'],
    [
      '198.51.100.9:40000 [21/Nov/2026:11:16:22.912] f b/s1 0/0/-1/-1/2001 503 217 - - sC-- 1/1/0/0/0 0/0 "GET / HTTP/1.1"',
      null,
    ],
  ])('%j', (text, expected) => {
    const { destination } = classifyText(text);
    expect(destination && `${destination.host}:${destination.port}`).toBe(expected);
  });
});

it('the destination at the end of a long trace is found, where Python prints the error', () => {
  const frames = Array.from(
    { length: 90 },
    (_, at) => `  File "/app/module_${at}.py", line ${at}, in call\n    call()`,
  );
  const error =
    'redis.exceptions.ConnectionError: Error 99 connecting to 192.0.2.7:6379. Cannot assign requested address.';
  const text = ['Traceback (most recent call last):', ...frames, error].join('\n');
  expect(text.length).toBeGreaterThan(5_000);
  expect(classifyText(text)).toMatchObject({ destination: { host: '192.0.2.7', port: 6379 } });
});
