import { closeSync, mkdtempSync, openSync, readSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { TRUNCATED, zlibDamage } from '../../../shared/local/files/decompress.ts';
import { CHUNK_BYTES } from '../../../shared/local/flow-workers/each-chunk.ts';
import type { GzipSource, PushText } from '../../../shared/local/flow-workers/gzip-source.ts';
import { inflateBeside } from '../../../shared/local/flow-workers/inflate-beside.ts';
import { createInflateHere } from '../../../shared/local/flow-workers/inflate-here.ts';

const folder = mkdtempSync(join(tmpdir(), 'freeport-test-inflate-'));
afterAll(() => rmSync(folder, { recursive: true }));

const inflateHere = createInflateHere();
if (inflateHere === null) throw new Error('this Node does not let a thread inflate by itself: see inflate-here.ts');

type Inflated = { readonly text: Buffer; readonly readBytes: number; readonly damage: string | null };

async function inflated(
  gzip: Uint8Array,
  inflate: (source: GzipSource, push: PushText) => Promise<void> | void,
): Promise<Inflated> {
  const path = join(folder, 'a.gz');
  writeFileSync(path, gzip);
  const file = openSync(path, 'r');
  const buffer = Buffer.alloc(CHUNK_BYTES);
  const first = buffer.subarray(0, readSync(file, buffer, 0, CHUNK_BYTES, 0));
  const texts: Buffer[] = [];
  let readBytes = 0;
  const source = { file, size: gzip.length, buffer, first, onBytes: (bytes: number) => void (readBytes += bytes) };
  let damage: string | null = null;
  try {
    await inflate(source, (text) => void texts.push(Buffer.from(text)));
  } catch (error) {
    damage = zlibDamage(error);
    if (damage === null) throw error;
  } finally {
    closeSync(file);
  }
  return { text: Buffer.concat(texts), readBytes, damage };
}

/** Some half of it can be packed away. */
function noise(length: number, seed: number): Buffer {
  const bytes = Buffer.alloc(length);
  let state = seed;
  for (let i = 0; i < length; i += 1) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) | 0;
    bytes[i] = (state >>> 16) & 15;
  }
  return bytes;
}

const SMALL = Buffer.from('a line\n'.repeat(1000));
/** Its gzip has more than two chunks, its text more than four. */
const LARGE = noise(1_200_000, 7);
const gzipOfLarge = gzipSync(LARGE);

describe('inflating in this thread', () => {
  it.each([
    ['one member', gzipSync(SMALL), SMALL],
    ['one member of several chunks', gzipOfLarge, LARGE],
    ['text many times as long', gzipSync(Buffer.alloc(3_000_000, 'ab')), Buffer.alloc(3_000_000, 'ab')],
    ['as much text as there is room for', gzipSync(noise(512 * 1024, 3)), noise(512 * 1024, 3)],
    ['no text', gzipSync(''), Buffer.alloc(0)],
    [
      'several members',
      Buffer.concat([gzipSync(SMALL), gzipOfLarge, gzipSync(SMALL)]),
      Buffer.concat([SMALL, LARGE, SMALL]),
    ],
    ['zeros behind it', Buffer.concat([gzipOfLarge, Buffer.alloc(600_000)]), LARGE],
  ])('gives the text: %s', async (_, gzip, text) => {
    const found = await inflated(gzip, inflateHere);
    expect(found.damage).toBeNull();
    expect(found.readBytes).toBe(gzip.length);
    expect(found.text.equals(text)).toBe(true);
  });

  it('gives what a stream gives of a damaged file, and the same reason', async () => {
    expect(gzipOfLarge.length).toBeGreaterThan(2 * CHUNK_BYTES);
    const cuts = [5, 12, 5000, CHUNK_BYTES, CHUNK_BYTES + 1, gzipOfLarge.length - 9, gzipOfLarge.length - 1];
    const flips = [0, 3, 300, CHUNK_BYTES + 9, gzipOfLarge.length - 2].map((at) => {
      const flipped = Buffer.from(gzipOfLarge);
      flipped[at] = (flipped[at] as number) ^ 0x41;
      return flipped;
    });
    const followed = Buffer.concat([gzipOfLarge, Buffer.from('more')]);
    for (const gzip of [...cuts.map((length) => gzipOfLarge.subarray(0, length)), ...flips, followed]) {
      const [here, beside] = [await inflated(gzip, inflateHere), await inflated(gzip, inflateBeside)];
      expect(here.damage).toBe(beside.damage);
      expect(here.damage).not.toBeNull();
      // Of a damaged file some last text is not handed over, here and there another piece of it.
      const length = Math.min(here.text.length, beside.text.length);
      expect(here.text.subarray(0, length).equals(beside.text.subarray(0, length))).toBe(true);
      if (here.damage === TRUNCATED) expect(here.text.length).toBe(beside.text.length);
    }
  });

  it('goes on with the next file', async () => {
    await inflated(gzipOfLarge.subarray(0, 1000), inflateHere);
    expect((await inflated(gzipSync(SMALL), inflateHere)).text.equals(SMALL)).toBe(true);
  });
});
