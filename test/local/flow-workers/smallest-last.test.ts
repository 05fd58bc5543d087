import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { smallestLast } from '../../../shared/local/flow-workers/smallest-last.ts';

const folder = mkdtempSync(join(tmpdir(), 'freeport-test-order-'));
afterAll(() => rmSync(folder, { recursive: true }));

const fileOf = (name: string, bytes: number): string => {
  const path = join(folder, name);
  writeFileSync(path, new Uint8Array(bytes));
  return path;
};

it('leaves the order of time, and puts only the last files by size', () => {
  const files = Array.from({ length: 40 }, (_, i) => fileOf(`${i}`, i));
  expect(smallestLast(files)).toEqual([...files.slice(0, 8), ...files.slice(8).toReversed()]);
});

it('takes what cannot be asked last', () => {
  const [small, large] = [fileOf('small', 1), fileOf('large', 9)];
  expect(smallestLast([join(folder, 'none'), small, large])).toEqual([large, small, join(folder, 'none')]);
  expect(smallestLast([])).toEqual([]);
});
