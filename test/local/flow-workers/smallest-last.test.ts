import { expect, it } from 'vitest';
import { smallestLast, type SizedFile } from '../../../shared/local/flow-workers/smallest-last.ts';

const filesOf = (sizes: readonly number[]): SizedFile[] => sizes.map((bytes, i) => ({ path: `${i}`, bytes }));
const sizesOf = (files: readonly SizedFile[], threads: number): number[] =>
  smallestLast(files, threads).map(({ bytes }) => bytes);

it('leaves the order of time, and puts only the last files by size', () => {
  const files = filesOf(Array.from({ length: 40 }, (_, i) => i + 100));
  expect(smallestLast(files, 2)).toEqual([...files.slice(0, 8), ...files.slice(8).toReversed()]);
});

it('begins so early that no thread is left alone with a large file', () => {
  const small = Array.from({ length: 50 }, () => 1);
  expect(sizesOf(filesOf([...small, ...small, 40, ...small]), 2)).toEqual([...small, ...small, 40, ...small]);
  const [all, large] = [
    [...small, ...small, 60, ...small],
    [60, ...small],
  ];
  expect(sizesOf(filesOf(all), 2)).toEqual([...all.slice(0, 90), ...large, ...small.slice(0, 10)]);
  expect(sizesOf(filesOf(all), 4)).toEqual([60, ...small, ...small, ...small]);
});

it('takes an empty file last, and none at all', () => {
  expect(sizesOf(filesOf([0, 1, 9]), 2)).toEqual([9, 1, 0]);
  expect(smallestLast([], 2)).toEqual([]);
});
