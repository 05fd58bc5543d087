import * as fc from 'fast-check';
import { constants, gunzipSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { hostWith, instantiateEngine } from '../../shared/core/flow-log/engine/wasm-exports.ts';
import { cutAt } from '../core/flow-log/text-arbitrary.ts';

const NEEDS_INPUT = 1;
const FINISHED = 2;
const TRUNCATED = 4;
const NOT_GZIP = 5;
const FOLLOWED = 7;
const WRONG_CHECKSUM = 6;

/** Without a plan every line goes to the host: that is how this test sees the text, as long as no line is too long. */
const lines: Buffer[] = [];
const engine = instantiateEngine(
  hostWith({
    odd: (from, length) => lines.push(Buffer.from(memory().subarray(from, from + length))),
    tooLong() {
      throw new Error('a line of this test is too long');
    },
  }),
);
const memory = (): Buffer => Buffer.from(engine.memory.buffer);
engine.prepare(1024);

/** What was decoded, with a newline at its end, and how it ended. */
function decode(chunks: readonly Uint8Array[]): { readonly text: Buffer; readonly end: number } {
  lines.length = 0;
  engine.beginInput();
  let end = NEEDS_INPUT;
  for (const chunk of chunks)
    for (let from = 0; from < chunk.length && end === NEEDS_INPUT;) {
      const to = engine.gzipInput() >>> 0;
      const length = Math.min((engine.gzipInputEnd() >>> 0) - to, chunk.length - from);
      memory().set(chunk.subarray(from, from + length), to);
      from += length;
      end = engine.gunzip(length, 0);
    }
  if (end === NEEDS_INPUT) end = engine.gunzip(0, 1);
  engine.endInput();
  return { text: Buffer.concat(lines.flatMap((line) => [line, NEWLINE])), end };
}

const NEWLINE = Buffer.from('\n');
const withNewline = (text: Buffer): Buffer =>
  text.length === 0 || text.at(-1) === 10 ? text : Buffer.concat([text, NEWLINE]);

const letters = fc.array(fc.constantFrom(...'abcdefgh'), { maxLength: 400 }).map((text) => Buffer.from(text.join('')));
const noise = fc.uint8Array({ maxLength: 400 }).map((bytes) => Buffer.from(bytes));

const LINE_BLOCKS = 20;

/** Bytes of every kind, up to a few windows long: random, repetitive near and far, one value, rows of a log. */
const contents: fc.Arbitrary<Buffer> = fc
  .array(fc.tuple(fc.oneof(letters, noise), fc.integer({ min: 1, max: 900 })), { maxLength: 4 })
  .map((blocks) =>
    Buffer.concat(
      blocks.flatMap(([block, times]) =>
        Array.from({ length: times }, (_, i) => (i % LINE_BLOCKS === 0 ? Buffer.concat([block, NEWLINE]) : block)),
      ),
    ),
  );

const compression = fc.record({
  level: fc.integer({ min: 0, max: 9 }),
  memLevel: fc.integer({ min: 1, max: 9 }),
  windowBits: fc.integer({ min: 9, max: 15 }),
  strategy: fc.constantFrom(
    constants.Z_DEFAULT_STRATEGY,
    constants.Z_FILTERED,
    constants.Z_HUFFMAN_ONLY,
    constants.Z_RLE,
    constants.Z_FIXED,
  ),
});

const member = fc.tuple(contents, compression).map(([bytes, options]) => ({ bytes, gz: gzipSync(bytes, options) }));

describe('gzip in the engine', () => {
  it('is what zlib makes of it: every level, strategy and window, several members, cut anywhere', () => {
    fc.assert(
      fc.property(
        fc.array(member, { minLength: 1, maxLength: 3 }),
        fc.array(fc.nat(), { maxLength: 8 }),
        (members, cuts) => {
          const gz = Buffer.concat(members.map((each) => each.gz));
          const { text, end } = decode(cutAt(gz, cuts));
          expect(end).toBe(FINISHED);
          expect(text.equals(withNewline(Buffer.concat(members.map((each) => each.bytes))))).toBe(true);
        },
      ),
      { numRuns: 150 },
    );
  });

  it('gives what zlib gives of a truncated input, and says so', () => {
    fc.assert(
      fc.property(member, fc.nat(), fc.array(fc.nat(), { maxLength: 2 }), ({ gz }, cut, cuts) => {
        const cutGz = gz.subarray(0, cut % gz.length);
        const { text, end } = decode(cutAt(cutGz, cuts));
        expect(end).toBe(TRUNCATED);
        const readable =
          cutGz.length === 0 ? Buffer.alloc(0) : gunzipSync(cutGz, { finishFlush: constants.Z_SYNC_FLUSH });
        expect(text.equals(withNewline(readable))).toBe(true);
      }),
      { numRuns: 150 },
    );
  });

  it('accepts and refuses damaged inputs as zlib does', () => {
    fc.assert(
      fc.property(member, fc.array(fc.tuple(fc.nat(), fc.nat(7)), { minLength: 1, maxLength: 3 }), ({ gz }, flips) => {
        const damaged = Buffer.from(gz);
        for (const [at, bit] of flips) {
          // The file name, comment and time of the header say nothing of the contents: zlib is not asked about them.
          const byte = 10 + (at % (gz.length - 10));
          damaged[byte] = (damaged[byte] as number) ^ (1 << bit);
        }
        const expected = zlibAccepts(damaged);
        expect(decode([damaged]).end === FINISHED).toBe(expected);
      }),
      { numRuns: 400 },
    );
  });

  it('knows the checksum of texts of every length, and a wrong one', () => {
    const text = Buffer.from(
      Array.from({ length: 400_000 }, (_, i) => (i % 101 === 100 ? 10 : (i * 7919 + i ** 3) & 255)),
    );
    // Around what is folded at all, and at once; around windows of text; and what moves on with each of those.
    const ends = [8191, 8192, 12_210, 20_401, 20_402, 20_466, 36_786, 131_072, 135_090, 135_153, 139_264, 262_144];
    const aLength = fc.oneof(fc.nat(20_000), fc.nat(text.length), fc.constantFrom(...ends));
    fc.assert(
      fc.property(aLength, fc.nat(31), fc.array(fc.nat(), { maxLength: 2 }), (length, bit, cuts) => {
        const gz = gzipSync(text.subarray(0, length), { level: 1 });
        expect(decode(cutAt(gz, cuts)).end).toBe(FINISHED);
        const at = gz.length - 8 + (bit >> 3);
        gz[at] = (gz[at] as number) ^ (1 << (bit & 7));
        expect(decode(cutAt(gz, cuts)).end).toBe(WRONG_CHECKSUM);
      }),
      { numRuns: 60 },
    );
  });

  it('reads headers with names, comments, extra fields and header checksums', () => {
    const plain = gzipSync('some text');
    const header = Buffer.from([31, 139, 8, 30, 0, 0, 0, 0, 0, 3, 4, 0, 1, 2, 3, 4, 110, 0, 99, 0, 7, 7]);
    expect(decode([Buffer.concat([header, plain.subarray(10)])])).toMatchObject({ end: FINISHED });
  });

  it('says when bytes are not gzip, or follow the last member: it may be a member whose beginning is damaged', () => {
    expect(decode([Buffer.from('version account-id')]).end).toBe(NOT_GZIP);
    for (const rubbish of ['rubbish', '\n', '\x1f!'])
      expect(decode([Buffer.concat([gzipSync('text'), Buffer.from(rubbish)])]).end).toBe(FOLLOWED);
  });

  it('takes zeros behind the last member for padding', () => {
    for (const length of [1, 2, 511])
      expect(decode([Buffer.concat([gzipSync('text'), Buffer.alloc(length)])]).end).toBe(FINISHED);
  });
});

function zlibAccepts(gz: Uint8Array): boolean {
  try {
    gunzipSync(gz);
    return true;
  } catch {
    return false;
  }
}
