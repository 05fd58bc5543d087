import * as fc from 'fast-check';
import { constants, crc32, gunzipSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { createWasmEngine } from '../../shared/core/flow-log/engine/wasm-engine.ts';
import { cutAt } from '../core/flow-log/text-arbitrary.ts';

/** The engine shows every piece it decodes to whoever sums it: that is how this test sees its text. */
const pieces: Uint8Array[] = [];
const engine = createWasmEngine({
  sink: () => {},
  tupleLimit: 1,
  checksum(bytes, before) {
    pieces.push(bytes.slice());
    return crc32(bytes, before);
  },
});

function decode(chunks: readonly Uint8Array[]): { readonly bytes: Buffer; readonly damage: string | null } {
  pieces.length = 0;
  engine.beginInput({ file: 'flows.log.gz' });
  for (const chunk of chunks) engine.pushGzip?.(chunk);
  const { damage } = engine.endInput();
  return { bytes: Buffer.concat(pieces), damage };
}

const letters = fc.array(fc.constantFrom(...'abcdefgh'), { maxLength: 400 }).map((text) => Buffer.from(text.join('')));
const noise = fc.uint8Array({ maxLength: 400 }).map((bytes) => Buffer.from(bytes));

/** Bytes of every kind, up to a few windows long: random, repetitive near and far, one value, rows of a log. */
const contents: fc.Arbitrary<Buffer> = fc
  .array(fc.tuple(fc.oneof(letters, noise), fc.integer({ min: 1, max: 900 })), { maxLength: 4 })
  .map((blocks) => Buffer.concat(blocks.flatMap(([block, times]) => Array.from({ length: times }, () => block))));

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
          const { bytes, damage } = decode(cutAt(gz, cuts));
          expect(damage).toBeNull();
          expect(bytes.equals(Buffer.concat(members.map((each) => each.bytes)))).toBe(true);
        },
      ),
      { numRuns: 150 },
    );
  });

  it('gives what zlib gives of a truncated input, and says so', () => {
    fc.assert(
      fc.property(member, fc.nat(), fc.array(fc.nat(), { maxLength: 2 }), ({ gz }, cut, cuts) => {
        const cutGz = gz.subarray(0, cut % gz.length);
        const { bytes, damage } = decode(cutAt(cutGz, cuts));
        expect(damage).toBe('truncated gzip');
        const readable =
          cutGz.length === 0 ? Buffer.alloc(0) : gunzipSync(cutGz, { finishFlush: constants.Z_SYNC_FLUSH });
        expect(bytes.equals(readable)).toBe(true);
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
        expect(decode([damaged]).damage === null).toBe(expected);
      }),
      { numRuns: 400 },
    );
  });

  it('reads headers with names, comments, extra fields and header checksums', () => {
    const plain = gzipSync('some text');
    const header = Buffer.from([31, 139, 8, 30, 0, 0, 0, 0, 0, 3, 4, 0, 1, 2, 3, 4, 110, 0, 99, 0, 7, 7]);
    expect(decode([Buffer.concat([header, plain.subarray(10)])])).toMatchObject({ damage: null });
  });

  it('says when bytes are not gzip, and ignores what follows the last member, as zlib does', () => {
    expect(decode([Buffer.from('version account-id')]).damage).toBe('not gzip');
    expect(decode([Buffer.concat([gzipSync('text'), Buffer.from('rubbish')])]).damage).toBeNull();
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
