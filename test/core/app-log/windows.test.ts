import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createLineGrouper } from '../../../shared/core/app-log/group-lines.ts';
import { recogniseShape } from '../../../shared/core/app-log/line-shapes.ts';
import { createMinuteCollector } from '../../../shared/core/app-log/log-minutes.ts';
import type { ConnectErrorMinute } from '../../../shared/core/model/observation.ts';
import { readLog, rowsOf } from './read-log.ts';

/** Every line grouped, every event matched: what reading only around the needles must come to. */
function readWhole(text: string): readonly ConnectErrorMinute[] {
  const collector = createMinuteCollector();
  const source = { group: 'app.log', stream: null, service: null };
  const grouper = createLineGrouper(({ text: message, ms, service }) => {
    collector.add({ id: null, timestampMs: ms, message, source: { ...source, service } });
  });
  const shape = recogniseShape(text);
  text.split('\n').forEach((line, at) => grouper.add(shape(line), at));
  grouper.finish();
  return collector.rows();
}

const TIME = '2026-11-20T14:00:50Z';
const FAILED = 'connect EADDRNOTAVAIL 192.0.2.7:443 - Local (0.0.0.0:0)';

/** Events that carry a time in their first line, as a carried-forward time is another matter. */
const EVENTS = [
  [`${TIME} GET /healthz 200`],
  [`${TIME} warming the cache`, '  of the shop'],
  [`${TIME} ERROR ${FAILED}`],
  [`${TIME} ERROR failed`, `Error: ${FAILED}`.replace(/^/, '  '), '    at internalConnect (node:net:1)', '}'],
  [
    `${TIME} ERROR call`,
    'java.net.ConnectException: x'.replace(/^/, '\t'),
    'Caused by: java.net.BindException: Cannot assign requested address: connect',
    '\t... 12 more',
  ],
  [
    `${TIME} ERROR root`,
    'Traceback (most recent call last):',
    '  File "x.py", line 1, in connect',
    '    sock.connect(a)',
    'OSError: [Errno 99] Cannot assign requested address',
  ],
  [`${TIME} listen tcp :80: bind: address already in use`],
  [`${TIME} `, '', ''],
  [JSON.stringify({ time: TIME, msg: FAILED })],
  [JSON.stringify({ time: TIME, msg: 'ready' })],
];

const files = fc
  .array(fc.constantFrom(...EVENTS), { minLength: 1, maxLength: 60 })
  .map((events) => `${events.flat().join('\n')}\n`);

it('reads around the needles what a reading of every line finds', () => {
  fc.assert(
    fc.property(files, (text) => {
      expect(rowsOf(readLog(text))).toEqual(readWhole(text));
    }),
    { numRuns: 300 },
  );
});

it('also over many blocks', () => {
  const random = fc.sample(files, { seed: 7, numRuns: 1_200 }).join('');
  expect(random.length).toBeGreaterThan(500_000);
  expect(rowsOf(readLog(random))).toEqual(readWhole(random));
});
