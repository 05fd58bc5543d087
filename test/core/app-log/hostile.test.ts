import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CATALOGUE } from '../../../shared/core/app-log/catalogue.ts';
import { classifyText } from '../../../shared/core/app-log/classify.ts';
import { redactSample } from '../../../shared/core/app-log/redact.ts';
import { readLog } from './read-log.ts';

const MEGABYTE = 1_048_576;
const FAILED = 'connect EADDRNOTAVAIL 192.0.2.7:443';

const repeated = (piece: string, length: number): string =>
  piece.repeat(Math.ceil(length / piece.length)).slice(0, length);

const secondsFor = (run: () => unknown): number => {
  const before = performance.now();
  run();
  return (performance.now() - before) / 1000;
};

/** Texts made to send patterns back and forth: the shared beginnings of many, without their ends. */
const HOSTILE = [
  'connect ',
  'connecting to ',
  'dial tcp ',
  'Connecting to a|',
  'connection to server at "',
  'a.',
  'a-',
  '1.1.1.1:',
  '::',
  'host=',
  'Tcpip ',
  '/',
  "('",
  '{"',
  '{',
  '[',
  '"',
  "'",
  '\\"',
  '\\',
  '#012',
  '\n',
  '\n\tat ',
  'java.net.',
  'error trying to connect ',
  'x|',
  'bind ',
  ' ',
  '(99: ',
  'EADDRNOTAVAIL ',
  'Cannot assign requested address ',
  'timed out ',
  'eagain ',
  'address not available',
  'S-0x1: a@',
  'errors such as "',
  'ECONNRESET, EADDRNOTAVAIL',
  'contains("EADDRNOTAVAIL',
  '2001:db8::1 ',
  'Event ID: ',
  '?',
  'password=',
  '@',
  'é',
];

describe.each(HOSTILE)('a megabyte of %j', (piece) => {
  const text = repeated(piece, MEGABYTE);

  it('alone, and around a failure, is classified in a bounded time', () => {
    for (const hostile of [text, `${text} ${FAILED}`, `${FAILED} ${text}`, `${piece.repeat(40)}${FAILED}${text}`]) {
      expect(secondsFor(() => classifyText(hostile))).toBeLessThan(1);
      expect(secondsFor(() => redactSample(hostile))).toBeLessThan(1);
    }
  });

  it('is read in a bounded time', () => {
    expect(secondsFor(() => readLog(`${text}\n${FAILED}\n`))).toBeLessThan(2);
  });
});

it('takes no longer for twice the text: nothing in an event grows faster than its length', () => {
  const verdicts = HOSTILE.map((piece) => {
    const small = `${repeated(piece, 4_000)} ${FAILED}`;
    const large = `${repeated(piece, 256_000)} ${FAILED}`;
    classifyText(small);
    return secondsFor(() => classifyText(large)) < 0.25 + 100 * secondsFor(() => classifyText(small));
  });
  expect(verdicts.every(Boolean)).toBe(true);
});

describe('JSON', () => {
  it('with 100,000 opening braces or brackets is plain text', () => {
    for (const piece of ['{', '[', '{"a":', '[{"a":['])
      expect(classifyText(`${piece.repeat(100_000)}${FAILED}`).verdict).toBe('connect-exhaustion');
  });

  it('nested too deep gives what its upper levels say', () => {
    const nested = `${'{"cause":'.repeat(3_000)}{"message":"deep"}${'}'.repeat(3_000)}`;
    expect(classifyText(`{"msg":"${FAILED}","err":${nested}}`).verdict).toBe('connect-exhaustion');
  });

  it('with a million keys takes a bounded time', () => {
    const text = `{${Array.from({ length: 200_000 }, (_, at) => `"k${at}":"v"`).join(',')},"msg":"${FAILED}"}`;
    expect(secondsFor(() => classifyText(text))).toBeLessThan(2);
  });

  it('that is cut off is read by its text', () => {
    expect(classifyText(`{"level":50,"msg":"${FAILED}","err":{"stack":"Error: conn`)).toMatchObject({
      verdict: 'connect-exhaustion',
      destination: { host: '192.0.2.7', port: 443 },
    });
  });

  it('with surprising types throws nothing', () => {
    for (const value of [null, 1e300, true, [], {}, [[[]]], { a: null }])
      for (const key of ['msg', 'err', 'time', 'service', 'log', 'MESSAGE', 'logEvents', 'events', 'address', 'port'])
        expect(() =>
          readLog(`${JSON.stringify({ [key]: value, code: 'EADDRNOTAVAIL', syscall: 'connect' })}\n`),
        ).not.toThrow();
  });
});

describe('anything at all', () => {
  const needles = CATALOGUE.flatMap(({ signatures }) => signatures.flatMap(({ examples }) => examples));
  const anything = fc
    .array(fc.oneof(fc.constantFrom(...needles, ...HOSTILE), fc.string({ maxLength: 40, unit: 'binary' })), {
      maxLength: 12,
    })
    .map((parts) => parts.join(''));

  it('is classified without an error, with a certainty from 0 to 1 and a possible destination', () => {
    fc.assert(
      fc.property(anything, (text) => {
        const { certainty, destination, verdict, signature } = classifyText(text);
        expect(certainty >= 0 && certainty <= 1).toBe(true);
        expect(verdict === 'other').toBe(signature === null);
        if (destination?.port != null) expect(destination.port > 0 && destination.port < 65_536).toBe(true);
      }),
      { numRuns: 400 },
    );
  });

  it('is read the same whatever the size of the chunks', () => {
    fc.assert(
      fc.property(anything, fc.integer({ min: 1, max: 50 }), (text, size) => {
        expect(readLog(text, size)).toEqual(readLog(text));
      }),
      { numRuns: 100 },
    );
  });

  it('as bytes that are no text is read without an error', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 2_000 }), (bytes) => readLog(bytes).source === 'app-log'),
      { numRuns: 100 },
    );
  });
});
