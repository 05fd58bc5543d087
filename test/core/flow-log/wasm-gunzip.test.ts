import { constants, createGunzip, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { createWasmEngine } from '../../../shared/core/flow-log/engine/wasm-engine.ts';
import { gunzipTexts } from '../../../shared/core/flow-log/engine/wasm-gunzip.ts';

type Texts = Generator<Uint8Array, string | null>;

function drain(texts: Texts): { text: Buffer; damage: string | null } {
  const held: Uint8Array[] = [];
  let next = texts.next();
  for (; !next.done; next = texts.next()) held.push(next.value);
  return { text: Buffer.concat(held), damage: next.value };
}

/** Handed over so many bytes at a time. */
const gunzip = (gzip: Uint8Array, chunkBytes = gzip.length || 1) =>
  drain(
    gunzipTexts(
      Array.from({ length: Math.ceil(gzip.length / chunkBytes) }, (_, i) =>
        gzip.subarray(i * chunkBytes, (i + 1) * chunkBytes),
      ),
    ),
  );

/** Numbers that repeat, as logs do, and bytes that do not. */
const numbers = (count: number, seed: number): number[] =>
  Array.from({ length: count }, (_, i) => ((i + seed) * 2_654_435_761) % 4_294_967_291);
const TEXT = Buffer.from(
  numbers(30_000, 1)
    .map((n) => `2 eni-${n % 7} 10.0.0.${n % 250} ${n % 65_536} ACCEPT OK\n`)
    .join(''),
);
const NOISE = Buffer.from(numbers(70_000, 2).map((n) => n % 251));
const PACKINGS = [
  {},
  { level: 1 },
  { level: 9 },
  { level: 0 },
  { strategy: constants.Z_FIXED },
  { strategy: constants.Z_HUFFMAN_ONLY },
  { strategy: constants.Z_RLE },
];

describe('whole gzip', () => {
  it.each(PACKINGS)('is what was packed: %o', (packing) => {
    const members = [gzipSync(TEXT, packing), gzipSync(''), gzipSync(NOISE, packing)];
    const { text, damage } = gunzip(Buffer.concat(members));
    expect(damage).toBeNull();
    expect(text.equals(Buffer.concat([TEXT, NOISE]))).toBe(true);
  });

  it('is the same in whatever chunks it comes, with all that a header may hold, and with padding', () => {
    const plain = gzipSync(TEXT.subarray(0, 400));
    const header = Buffer.concat([plain.subarray(0, 3), Buffer.from([4 | 8 | 16 | 2]), plain.subarray(4, 10)]);
    const more = Buffer.concat([Buffer.from([3, 0, 1, 2, 3]), Buffer.from('name\0comment\0'), Buffer.from([1, 2])]);
    const gzip = Buffer.concat([header, more, plain.subarray(10), Buffer.alloc(40)]);
    for (const chunkBytes of [1, 7, 1_000])
      expect(gunzip(gzip, chunkBytes)).toEqual({ text: TEXT.subarray(0, 400), damage: null });
  });
});

describe('damaged gzip', () => {
  const lines = TEXT.subarray(0, 1_500);

  it.each(PACKINGS)('gives a beginning of the text, cut at any byte: %o', (packing) => {
    const gzip = gzipSync(lines, packing);
    let longest = 0;
    for (let length = 0; length < gzip.length; length += 1) {
      const { text, damage } = gunzip(gzip.subarray(0, length));
      expect(damage).toBe('truncated gzip');
      expect(text.equals(lines.subarray(0, text.length))).toBe(true);
      expect(text.length).toBeGreaterThanOrEqual(longest);
      longest = text.length;
    }
    expect(longest).toBe(lines.length);
  });

  /** zlib hands over what it has whenever its output is full, and keeps the rest when it comes upon a damage. */
  const ZLIB_KEEPS = 64;
  const zlibText = (gzip: Uint8Array): Promise<Buffer> =>
    new Promise((resolve) => {
      const texts: Buffer[] = [];
      const stream = createGunzip({ chunkSize: ZLIB_KEEPS });
      stream.on('data', (text: Buffer) => texts.push(text));
      for (const event of ['end', 'error']) stream.on(event, () => resolve(Buffer.concat(texts)));
      stream.end(gzip);
    });

  const engine = createWasmEngine({ sink: () => {} });
  const countBy = (push: () => void) => {
    engine.beginInput({ file: 'x' });
    push();
    const { tally, damage } = engine.endInput();
    return { tally, damage };
  };

  it.each(PACKINGS)(
    'gives what zlib gives and what it keeps, and what the engine reads, flipped anywhere: %o',
    async (packing) => {
      const gzip = Buffer.concat([gzipSync(lines, packing), gzipSync(lines)]);
      for (let at = 0; at < gzip.length; at += 1) {
        const flipped = Uint8Array.from(gzip);
        flipped[at] = (flipped[at] as number) ^ (1 << (at % 8));
        const { text, damage } = gunzip(flipped);
        const handed = await zlibText(flipped);
        expect([at, text.subarray(0, handed.length).equals(handed)]).toEqual([at, true]);
        if (damage === 'damaged gzip') expect(text.length - handed.length).toBeLessThan(ZLIB_KEEPS);
        const wanted = countBy(() => engine.pushGzip(flipped));
        expect([at, damage, countBy(() => engine.push(text)).tally]).toEqual([at, wanted.damage, wanted.tally]);
      }
    },
  );

  it.each([
    ['not gzip', 'no gzip at all', false],
    ['gzip with something else behind it', 'more', true],
    ['gzip with something else behind it', '\n', true],
    ['damaged gzip', '\x1f\x8b\x08\xe00000000000', true],
  ])('is called %s', (damage, bytes, isBehind) => {
    const other = Buffer.from(bytes, 'latin1');
    const gzip = isBehind ? Buffer.concat([gzipSync(lines), other]) : other;
    expect(gunzip(gzip)).toEqual({ text: isBehind ? lines : Buffer.alloc(0), damage });
    expect(countBy(() => engine.pushGzip(gzip)).damage).toBe(damage);
  });
});
