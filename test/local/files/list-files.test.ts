import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { DEPTH_LIMIT, listFiles, UnreadablePath } from '../../../shared/local/files/list-files.ts';

let folder = '';
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'freeport-test-list-')));
});
afterEach(() => rmSync(folder, { recursive: true }));

const at = (path: string): string => join(folder, path);
const write = (path: string, text = 'x'): void => {
  mkdirSync(join(at(path), '..'), { recursive: true });
  writeFileSync(at(path), text);
};
const found = (...paths: readonly string[]): string[] => listFiles(paths, 7).files.map(({ path }) => path);

it('walks folders in order, and leaves out what is hidden or the system’s', () => {
  for (const path of ['b/2.log', 'b/1.log', 'a.log', '.git/config', '.DS_Store', '.hidden.log', 'b/Thumbs.db'])
    write(path);
  expect(found(folder)).toEqual(['.hidden.log', 'a.log', 'b/1.log', 'b/2.log'].map(at));
  expect(listFiles([at('b')], 7).files.map(({ name, bytes }) => [name, bytes])).toEqual([
    ['1.log', 1],
    ['2.log', 1],
  ]);
});

it('lists once what is named twice, or is also behind a link to it or to its folder', () => {
  write('real/a.log');
  symlinkSync(at('real/a.log'), at('real/z.log'));
  symlinkSync(at('real'), at('also'));
  symlinkSync(folder, at('real/round'));
  expect(found(folder, at('real/a.log'), at('real'))).toEqual([at('also/a.log')]);
  expect(found(at('real'))).toEqual([at('real/a.log')]);
  expect(found(at('real/z.log'))).toEqual([at('real/z.log')]);
});

it('names what cannot be read on the way, and ends with a path that was asked for', () => {
  write('a.log');
  symlinkSync(at('nowhere'), at('dead'));
  execFileSync('mkfifo', [at('pipe')]);
  const { files, unreadable } = listFiles([folder], 7);
  expect(files).toHaveLength(1);
  expect(unreadable.map(({ path, reason }) => [path, reason.slice(0, 12)])).toEqual([
    [at('dead'), 'no such file'],
    [at('pipe'), 'no file, but'],
  ]);
  expect(() => listFiles([at('nowhere')], 7)).toThrow(UnreadablePath);
});

it('takes a pipe that was asked for, and standard input, as of now', () => {
  execFileSync('mkfifo', [at('pipe')]);
  const { files } = listFiles(['-', at('pipe')], 7);
  expect(files.map(({ path, modifiedMs }) => [path, modifiedMs])).toEqual([
    ['-', 7],
    [at('pipe'), 7],
  ]);
});

it('goes no deeper than the limit', () => {
  write(`${Array.from({ length: DEPTH_LIMIT }, () => 'd').join('/')}/a.log`);
  const { files, unreadable } = listFiles([folder], 7);
  expect(files).toEqual([]);
  expect(unreadable.map(({ reason }) => reason)).toEqual([`more than ${DEPTH_LIMIT} folders deep`]);
});
