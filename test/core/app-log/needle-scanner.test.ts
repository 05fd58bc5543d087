import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildNeedlePlan, buildNeedleScan } from '../../../bench/signatures/build-needle-scan.ts';
import { ordinaryLine } from '../../../bench/signatures/ordinary-lines.ts';
import { createRandom } from '../../../bench/signatures/random.ts';
import { ALL_NEEDLES } from '../../../shared/core/app-log/match-signature.ts';
import { createNeedleScanner, HITS_LIMIT } from '../../../shared/core/app-log/needle-scanner.ts';

const TEXT_BYTES = 1_048_576;
const scanner = createNeedleScanner(ALL_NEEDLES, TEXT_BYTES);

/** The lines with a needle, by the scanner. */
function scanned(text: string): readonly string[] {
  const bytes = new TextEncoder().encode(text);
  scanner.text.set(bytes);
  return Array.from(scanner.scan(0, bytes.length), (hit) => {
    const start = bytes.lastIndexOf(10, hit) + 1;
    const end = bytes.indexOf(10, hit);
    return new TextDecoder().decode(bytes.subarray(start, end < 0 ? bytes.length : end));
  });
}

/** The lines with a needle, by the letter; ASCII letters in either case. */
const expected = (text: string): readonly string[] =>
  text.split('\n').filter((line) => {
    const folded = line.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
    return ALL_NEEDLES.some((needle) => folded.includes(needle));
  });

describe('the compiled scan', () => {
  const source = (name: string): string =>
    readFileSync(new URL(`../../../shared/core/app-log/${name}`, import.meta.url), 'utf8');

  it('is what needle-scan.as compiles to', async () => {
    expect(source('needle-scan-wasm.ts')).toBe(await buildNeedleScan());
  });

  it('has fingerprints for the catalogue as it is: run node bench/signatures/build-needle-scan.ts', () => {
    expect(source('needle-plan.ts')).toBe(buildNeedlePlan());
  });
});

describe('finds what a search by the letter finds', () => {
  it.each(ALL_NEEDLES)('%j', (needle) => {
    expect(scanned(`first\n  x${needle}y\nlast`)).toEqual([`  x${needle}y`]);
    expect(scanned(needle)).toEqual([needle]);
  });

  it('in ordinary lines', () => {
    const random = createRandom(3);
    const text = Array.from({ length: 4_000 }, (_, at) => ordinaryLine(random, 1_767_261_605_000 + at)).join('\n');
    expect(scanned(text)).toEqual(expected(text));
  });

  it('in any text', () => {
    const pieces = fc.oneof(
      fc.constantFrom(...ALL_NEEDLES),
      fc.constantFrom(...ALL_NEEDLES).map((needle) => needle.toUpperCase().slice(1)),
      fc.constantFrom(...ALL_NEEDLES).map((needle) => needle.slice(0, -1)),
      fc.constantFrom('\n', ' ', 'e', 'EADDR', 'addrnotavai', '\u00e9', '\0'),
      fc.string({ maxLength: 12 }),
    );
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 30 }), (parts) => {
        const text = parts.join('').replaceAll(/[\ud800-\udfff]/g, '');
        expect(scanned(text)).toEqual(expected(text));
      }),
      { numRuns: 300 },
    );
  });
});

it('stops after as many hits as it can note, and goes on from there', () => {
  const line = 'eaddrnotavail\n';
  const count = HITS_LIMIT + 5;
  const bytes = new TextEncoder().encode(line.repeat(count));
  scanner.text.set(bytes);
  const first = scanner.scan(0, bytes.length);
  expect(first).toHaveLength(HITS_LIMIT);
  expect(scanner.scan(HITS_LIMIT * line.length, bytes.length)).toHaveLength(5);
});

it.each([
  ['', 0, 0],
  ['one', 0, 1],
  ['one\n', 1, 1],
  ['one\ntwo\n', 2, 2],
  ['one\n  two\n\tthree\n}\n)\n]\n\r\nfour', 7, 2],
  [`${'x'.repeat(40)}\n${'y'.repeat(40)}\n z`, 2, 2],
])('counts the lines and events of %j', (text, lines, starts) => {
  const bytes = new TextEncoder().encode(text);
  scanner.text.set(bytes);
  expect(scanner.count(bytes.length)).toEqual({ lines, starts });
});
