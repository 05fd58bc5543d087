import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { freeport, INCIDENTS } from './run-freeport.ts';

let folder = '';
const file = (): string => join(folder, 'file.txt');
const nowhere = (): string => join(folder, 'nowhere');

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'freeport-mistakes-'));
  await writeFile(file(), 'hello\n');
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** What is typed, how it ends and all that is said of it: one voice, the path, the reason, and no error code. */
const MISTAKES: readonly (readonly [string, () => readonly string[], number, () => string])[] = [
  ['a command that is none', () => ['bogus'], 2, () => "unknown command 'bogus'\n(--help says what there is)"],
  ['no such log', () => ['classify', nowhere()], 2, () => `cannot read ${nowhere()}: no such file or folder`],
  ['a folder for a log', () => ['classify', folder], 2, () => `cannot read ${folder}: a folder`],
  [
    'a store below a file',
    () => ['analyze', file(), '--store', join(file(), 'store.db')],
    2,
    () => `${file()}: there is a file of that name`,
  ],
  [
    'a folder for a store',
    () => ['analyze', file(), '--store', folder],
    2,
    () => `${folder} cannot be used as a Freeport store: unable to open database file`,
  ],
  [
    'no store',
    () => ['findings', 'list', '--store', nowhere()],
    2,
    () => `there is no store at ${nowhere()}: freeport analyze PATH --store ${nowhere()} makes one`,
  ],
  [
    'a file for a folder',
    () => ['simulate', 'nat-hold', '--out', file()],
    2,
    () => `${file()}: there is a file of that name`,
  ],
  [
    'a finding that is not there',
    () => ['whatif', join(INCIDENTS, 'nat-exhaustion'), '--pool', '3', '--finding', 'fp-0'],
    2,
    () => 'there is no finding fp-0 in these inputs: freeport analyze shows their ids',
  ],
  ['--count alone', () => ['host', '--count', '3'], 3, () => '--count goes with --watch'],
];

it.each(MISTAKES)('says what is wrong: %s', async (_name, args, code, message) => {
  const ended = await freeport(...args());
  expect(ended).toEqual({ code, stdout: '', stderr: `freeport${code === 3 ? ' host' : ''}: ${message()}\n` });
});
