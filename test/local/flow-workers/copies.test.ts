import { linkSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { flowNotes } from '../../../cli/flows/flow-notes.ts';
import { listFiles } from '../../../shared/local/files/list-files.ts';
import { claimsFor, createClaims } from '../../../shared/local/flow-workers/shared-cells.ts';
import { rankFlowLogs } from '../../../shared/local/flow-workers/rank-flow-logs.ts';

const folder = mkdtempSync(join(tmpdir(), 'freeport-test-copies-'));
afterAll(() => rmSync(folder, { recursive: true }));

const record = (port: number): string =>
  `2 123456789012 eni-1 10.0.0.5 10.0.0.9 ${port} 443 6 1 40 1767261600 1767261605 ACCEPT OK`;
const lines = (count: number, from = 40_000): string =>
  Array.from({ length: count }, (_, i) => `${record(from + i)}\n`).join('');
/** More than is read at once, and than one piece of a gzip. */
const LARGE = lines(9_000, 20_000);

function write(files: Readonly<Record<string, string | Uint8Array>>): string {
  const own = mkdtempSync(join(folder, 'case-'));
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(own, name)), { recursive: true });
    writeFileSync(join(own, name), content);
  }
  return own;
}

/** The records that are counted, the same for both engines and by one and two threads, and what is said. */
async function read(own: string, paths: readonly string[] = [own]) {
  const results = [];
  for (const engine of ['wasm', 'plain'] as const) {
    for (const threads of [1, 2]) {
      const options = { by: 'destination', sort: 'ports', perMinute: false, top: 10, destination: null } as const;
      const ranking = await rankFlowLogs(listFiles(paths, 0).files, { ...options, engine, threads });
      const notes = flowNotes(ranking, []).map((note) => note.replaceAll(`${own}/`, ''));
      results.push({ records: ranking.flows.reduce((sum, { records }) => sum + records, 0), notes });
    }
  }
  for (const result of results) expect(result).toEqual(results[0]);
  return results[0];
}

describe('one object under several names counts once', () => {
  it.each([
    ['a small one', lines(20)],
    ['a large one', LARGE],
    ['a small gzip', gzipSync(lines(20))],
    ['a large gzip', gzipSync(LARGE, { level: 0 })],
    ['JSON', JSON.stringify({ events: [{ timestamp: 1_767_261_600_000, message: record(40_000) }] })],
  ])('copied: %s', async (_, content) => {
    const alone = await read(write({ 'b/y.log': content }));
    const { records, notes } = (await read(write({ 'b/y.log': content, 'a/x.log': content }))) ?? {};
    expect(records).toBe(alone?.records);
    expect(notes).toContain('b/y.log: counted once, as it is the same as a/x.log');
  });

  it.each([
    ['beside it', { 'x.log': LARGE, 'x.log.gz': gzipSync(LARGE) }],
    ['elsewhere', { 'a/x.log.gz': gzipSync(LARGE), 'b/x.log': LARGE }],
    ['twice, in different ways', { 'x.gz': gzipSync(LARGE), 'y.gz': gzipSync(LARGE, { level: 1 }) }],
    ['and copied', { 'x.gz': gzipSync(lines(3)), 'y.gz': gzipSync(lines(3)), x: lines(3), z: lines(3) }],
  ])('packed: %s', async (_, files) => {
    const { records, notes } = (await read(write(files))) ?? {};
    expect(records).toBe('z' in files ? 3 : 9_000);
    expect(notes?.join()).toMatch(/counted once/);
  });

  it('given twice, or linked to', async () => {
    const own = write({ 'x.log': lines(20) });
    symlinkSync('x.log', join(own, 'link.log'));
    linkSync(join(own, 'x.log'), join(own, 'name.log'));
    const { records, notes } = (await read(own, [own, join(own, 'x.log'), own])) ?? {};
    expect(records).toBe(20);
    expect(notes).toEqual(['name.log: counted once, as it is the same as link.log']);
  });

  it('said in one note for many', async () => {
    const many = Array.from({ length: 30 }, (_, i) => [
      `${String(i).padStart(2, '0')}.log`,
      lines(5, 1_024 + (i % 10)),
    ]);
    expect(await read(write(Object.fromEntries(many)))).toEqual({
      records: 50,
      notes: ['counted once (in 20 files, the first 10.log, as it is the same as 00.log)'],
    });
  });
});

describe('what only looks like a copy counts', () => {
  it('of one length and with one end', async () => {
    const tail = lines(20);
    const own = write({ 'a.log': `${record(10_001)}\n${tail}`, 'b.log': `${record(10_002)}\n${tail}` });
    expect(await read(own)).toEqual({ records: 42, notes: [] });
  });

  it('with the end of another gzip', async () => {
    const last = gzipSync(lines(20));
    const member = (port: number): Buffer => gzipSync(`${record(port)}\n`);
    const own = write({
      'a.gz': Buffer.concat([member(10_001), last]),
      'b.gz': Buffer.concat([member(10_002), last]),
      a: lines(20),
    });
    expect(await read(own)).toEqual({ records: 62, notes: [] });
  });

  it('whole, where the copy is damaged', async () => {
    const damaged = Uint8Array.from(gzipSync(LARGE));
    damaged[damaged.length >> 1] = (damaged[damaged.length >> 1] as number) ^ 0x10;
    const { records } = (await read(write({ 'x.log.gz': damaged, 'x.log': LARGE }))) ?? {};
    expect(records).toBeGreaterThan(9_000);
  });

  it('and has no note where there is nothing to count twice', async () => {
    const header = 'version interface-id srcaddr dstaddr srcport dstport protocol start end\n';
    expect(await read(write({ 'a.log': header, 'b.log': header, 'c.log': lines(1) }))).toEqual({
      records: 1,
      notes: [],
    });
    const { notes } = (await read(write({ 'a.txt': 'of no use\n', 'b.txt': 'of no use\n', 'c.log': lines(1) }))) ?? {};
    expect(notes?.[0]).toMatch(/^not a flow log \(in 2 files, the first a\.txt/);
  });
});

it('claims are the first claimer’s, however many there are', () => {
  const shared = claimsFor(40);
  const [one, other] = [createClaims(shared, 40), createClaims(shared, 40)];
  expect(one.claim(0, 7, 4_000_000_000, 0)).toBe(0);
  expect(one.claim(0, 7, 4_000_000_000, 0)).toBe(0);
  expect(other.claim(1, 7, 4_000_000_000, 0)).toBe(0);
  expect(other.claim(1, 7, 4_000_000_000, 1)).toBe(1);
  for (let claimer = 2; claimer < 39; claimer += 1) expect(one.claim(claimer, claimer, claimer, 0)).toBe(claimer);
  expect(one.claim(39, 7, 4_000_000_000, 1)).toBe(1);
});
