import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { DETECTORS } from '../../shared/core/detect/detectors.ts';
import { pathsOf, ROOT, sourceFiles } from './source-files.ts';

const LINES_LIMIT = 250;

/** Files that are longer, and why splitting them would not help their reader. */
const LONGER: Readonly<Record<string, string>> = {
  'shared/core/flow-log/engine/wasm-binary.ts': 'generated: the compiled engine as text',
  'shared/core/flow-log/rank/partition-index.ts': 'one index over one file layout',
  'shared/core/simulate/connect.ts': 'one state machine, a connection from its SYN to its last segment',
};

/** Files of core that have classes other than errors, and why functions would not do. */
const CLASSES: Readonly<Record<string, string>> = {
  'shared/core/flow-rows/packed-row.ts': 'millions of short-lived objects, whose getters must be on a prototype',
  'shared/core/flow-rows/packed-ports.ts': 'as many sets of ports, read when they are asked for',
  'shared/core/flow-rows/packed-rows.ts': 'a list for each group of rows, tens of thousands of them',
  'shared/core/flow-rows/row-store.ts':
    'asked for every row: as closures, with its keys, analyses took some 12 % longer',
  'shared/core/flow-rows/row-keys.ts': 'asked for every row: see row-store.ts',
  'shared/core/flow-rows/four-numbers.ts': 'asked for every row: see row-store.ts',
};

const BANNED_WORDS = [
  'util',
  'utils',
  'helper',
  'helpers',
  'manager',
  'processor',
  'anomaly',
  'info',
  'misc',
  'common',
];

const wordsOf = (path: string): string[] => path.toLowerCase().split(/[/.\-_]/);
const isLong = (text: string): boolean => text.split('\n').length - 1 > LINES_LIMIT;
const tooLong = (path: string, text: string): boolean => isLong(text) && !(path in LONGER);
const hasClass = (text: string): boolean =>
  /^(?:export )?(?:default )?(?:abstract )?class (?!\w+ extends Error\b)/m.test(text);
const oddClass = (path: string, text: string): boolean => hasClass(text) && !(path in CLASSES);
const banned = (path: string): string[] => wordsOf(path).filter((word) => BANNED_WORDS.includes(word));

describe('files', () => {
  const files = sourceFiles();

  it('are at most 250 lines long, except a few', () => {
    expect(files.filter(({ path, text }) => tooLong(path, text)).map(({ path }) => path)).toEqual([]);
  });

  it('that may be longer are', () => {
    for (const path of Object.keys(LONGER))
      expect([path, files.some((file) => file.path === path && isLong(file.text))]).toEqual([path, true]);
  });

  it('are not named after nothing in particular', () => {
    const all = pathsOf(['{shared,lambdas,cli,cdk,console,docs,test,bench}/**/*.{ts,tsx,md,json,as}']);
    expect(all.filter((path) => banned(path).length > 0)).toEqual([]);
  });

  it('have kebab-case names', () => {
    const odd = files.filter(({ path }) => !/^(?:[a-z0-9-]+\/)*[a-z0-9]+(?:-[a-z0-9]+)*(?:\.d)?\.tsx?$/.test(path));
    expect(odd.map(({ path }) => path)).toEqual([]);
  });

  it('of core have no `any` and no default export', () => {
    const core = files.filter(({ path }) => path.startsWith('shared/core/'));
    const odd = core.filter(({ text }) => /:\s*any\b|\bas any\b|^export default/m.test(text));
    expect(odd.map(({ path }) => path)).toEqual([]);
  });

  it('of core have no class but errors, except a few', () => {
    const core = files.filter(({ path }) => path.startsWith('shared/core/'));
    expect(core.filter(({ path, text }) => oddClass(path, text)).map(({ path }) => path)).toEqual([]);
  });

  it('that may have classes have them', () => {
    const having = files.filter(({ path, text }) => path in CLASSES && hasClass(text)).map(({ path }) => path);
    expect(having.toSorted()).toEqual(Object.keys(CLASSES).toSorted());
  });

  it('are judged by a check that can fail', () => {
    for (const start of ['', 'export ', 'export abstract ']) {
      expect(oddClass('shared/core/a.ts', `\n${start}class Rows {}\n`)).toBe(true);
      expect(oddClass('shared/core/a.ts', `\n${start}class Bad extends Error {}\n`)).toBe(false);
    }
    expect(oddClass('shared/core/flow-rows/row-store.ts', 'export class RowStore {}')).toBe(false);
    expect(tooLong('shared/core/a.ts', 'a\n'.repeat(LINES_LIMIT + 1))).toBe(true);
    expect(tooLong('shared/core/a.ts', 'a\n'.repeat(LINES_LIMIT))).toBe(false);
    expect(banned('shared/core/string-utils.ts')).toEqual(['utils']);
    expect(banned('shared/core/detect/host-port-utilisation.ts')).toEqual([]);
  });
});

describe('every detector', () => {
  const ids = DETECTORS.map(({ id }) => id);
  const read = (path: string): string | null =>
    existsSync(new URL(path, ROOT)) ? readFileSync(new URL(path, ROOT), 'utf8') : null;

  it('has an id of its own', () => {
    expect(new Set(ids).size).toBe(ids.length);
  });

  it.each(ids)('%s has a file named after it, a test, and a section in the runbook', (id) => {
    expect(read(`shared/core/detect/${id}.ts`)).toContain(`id: '${id}'`);
    const test = read(`test/core/detect/${id}.test.ts`) ?? '';
    for (const answer of ['signal', 'quiet', 'insufficient-data']) expect(test.toLowerCase()).toContain(answer);
    const section = new RegExp(`^## ${id}\\n+\\S`, 'm');
    expect(read('docs/runbook/detectors.md')).toMatch(section);
  });

  it('that has a file is in the list', () => {
    const declared = pathsOf(['shared/core/detect/*.ts']).flatMap((path) => {
      const id = /: Detector<\w+> = \{\s*id: '([^']+)'/.exec(read(path) ?? '')?.[1];
      return id === undefined ? [] : [id];
    });
    expect(declared.toSorted()).toEqual(ids.toSorted());
  });

  it('has a section, and no section is about a detector that is gone', () => {
    const sections = [...(read('docs/runbook/detectors.md') ?? '').matchAll(/^## (\S+)$/gm)].map(([, id]) => id);
    expect(sections.toSorted()).toEqual(ids.toSorted());
  });
});
