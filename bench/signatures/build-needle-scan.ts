import { readFile, writeFile } from 'node:fs/promises';
import asc from 'assemblyscript/asc';
import { ALL_NEEDLES } from '../../shared/core/app-log/match-signature.ts';
import { distinctNeedles, FINGERPRINT_BYTES } from '../../shared/core/app-log/needle-scanner.ts';
import { planFingerprints } from './plan-fingerprints.ts';

// Run after a change of the catalogue's needles or of needle-scan.as: node bench/signatures/build-needle-scan.ts
const FOLDER = new URL('../../shared/core/app-log/', import.meta.url);
const BASE64_LINE = 110;

/** The text of `needle-scan-wasm.ts` for the source as it stands. The pinned compiler gives the same bytes everywhere. */
export async function buildNeedleScan(): Promise<string> {
  const source = await readFile(new URL('needle-scan.as', FOLDER), 'utf8');
  const written = new Map<string, Uint8Array | string>();
  const { error, stderr } = await asc.main(
    [
      'needle-scan.ts',
      '--outFile',
      'out.wasm',
      '-O3',
      '--noAssert',
      '--runtime',
      'stub',
      '--enable',
      'simd',
      '--enable',
      'relaxed-simd',
    ],
    {
      readFile: (name) => (name === 'needle-scan.ts' ? source : null),
      writeFile: (name, contents) => void written.set(name, contents),
      listFiles: () => [],
    },
  );
  const wasm = written.get('out.wasm');
  if (error || wasm === undefined || typeof wasm === 'string') throw new Error(`needle-scan.as: ${stderr.toString()}`);
  const pieces =
    Buffer.from(wasm)
      .toString('base64')
      .match(new RegExp(`.{1,${BASE64_LINE}}`, 'g')) ?? [];
  return [
    '// Compiled from needle-scan.as by bench/signatures/build-needle-scan.ts; a test compiles it again and compares.',
    '',
    'export const NEEDLE_SCAN_WASM = [',
    ...pieces.map((piece) => `  '${piece}',`),
    "].join('');",
    '',
  ].join('\n');
}

/** The text of `needle-plan.ts` for the catalogue as it stands. */
export function buildNeedlePlan(): string {
  const buckets = planFingerprints(distinctNeedles(ALL_NEEDLES), FINGERPRINT_BYTES);
  const hex = (gram: string): string =>
    [...gram].map((unit) => unit.charCodeAt(0).toString(16).padStart(2, '0')).join('');
  return [
    '// Chosen for the needles of the catalogue by bench/signatures/build-needle-scan.ts; a test chooses again and compares.',
    '',
    '/** Fingerprints by bucket: the hexadecimal of four bytes, eight digits each. */',
    'export const FINGERPRINT_BUCKETS: readonly string[] = [',
    ...buckets.map((grams) => `  '${grams.map(hex).join(' ')}',`),
    '];',
    '',
  ].join('\n');
}

if (import.meta.main) {
  await writeFile(new URL('needle-scan-wasm.ts', FOLDER), await buildNeedleScan());
  await writeFile(new URL('needle-plan.ts', FOLDER), buildNeedlePlan());
}
