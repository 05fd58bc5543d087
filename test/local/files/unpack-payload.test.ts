import { deflateSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { unpackPayload } from '../../../shared/local/files/unpack-payload.ts';

const TEXT = Buffer.from(Array.from({ length: 400 }, (_, i) => `line ${i * i} of a payload\n`).join(''));

describe('packed payloads', () => {
  it.each([
    ['gzip', gzipSync(TEXT), 18],
    ['zlib', deflateSync(TEXT), 6],
  ])('are unpacked whole, and up to a damage: %s', (_, packed, wrapping) => {
    expect(unpackPayload(packed)).toEqual({ bytes: TEXT, damage: null });
    const cut = unpackPayload(packed.subarray(0, (packed.length - wrapping) / 2));
    expect(cut?.damage).toBe('truncated gzip');
    expect(cut?.bytes.length).toBeGreaterThan(TEXT.length / 4);
    expect(TEXT.subarray(0, cut?.bytes.length).equals(cut?.bytes as Uint8Array)).toBe(true);
    const flipped = Uint8Array.from(packed);
    for (let at = packed.length >> 1; at < packed.length; at += 1) flipped[at] = 0xff;
    expect(unpackPayload(flipped)?.damage).toMatch(/^(?:damaged|truncated) gzip$/);
    expect(unpackPayload(flipped)?.bytes.length).toBeGreaterThan(TEXT.length / 4);
  });

  it('are nothing else', () => {
    expect(unpackPayload(TEXT)).toBeNull();
    expect(unpackPayload(new Uint8Array(0))).toBeNull();
    expect(unpackPayload(new Uint8Array(1))).toBeNull();
  });
});
