import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, expect, it } from 'vitest';
import { UnusableStore } from '../../../shared/local/store/schema.ts';
import { openStore } from '../../../shared/local/store/sqlite-store.ts';
import { boringAction, boringFinding, boringNotification, boringPart } from '../../contract/boring.ts';
import { storeContract } from '../../contract/store-contract.ts';

const folder = mkdtempSync(join(tmpdir(), 'freeport-store-'));
afterAll(() => rmSync(folder, { recursive: true }));

storeContract('the embedded store', () => openStore(':memory:'));

it('keeps everything in its file', async () => {
  const path = join(folder, 'kept.db');
  const first = openStore(path);
  await first.parts.put(boringPart());
  await first.findings.save([boringFinding()], [boringNotification()]);
  await first.findings.act(boringAction());
  first.close();
  const second = openStore(path);
  expect(await second.parts.extent()).not.toBeNull();
  expect(await second.findings.get('finding-1')).toMatchObject({ status: 'acknowledged' });
  expect(await second.findings.owed()).toEqual([boringNotification()]);
  second.close();
});

it('lets two processes use one file at once', async () => {
  const path = join(folder, 'shared.db');
  const [one, two] = [openStore(path), openStore(path)];
  await one.findings.save([boringFinding({ id: 'one' })], []);
  await two.findings.save([boringFinding({ id: 'two' })], []);
  expect((await one.findings.list({ limit: 10 })).findings.map(({ id }) => id)).toEqual(['one', 'two']);
  one.close();
  two.close();
});

it('saves findings and the notifications they owe together or not at all', async () => {
  const store = openStore(':memory:');
  const broken = { ...boringNotification(), finding: 1n as never };
  await expect(store.findings.save([boringFinding()], [broken])).rejects.toThrow('BigInt');
  expect(await store.findings.get('finding-1')).toBeNull();
  expect(await store.findings.owed()).toEqual([]);
  await store.findings.save([boringFinding()], []);
  store.close();
});

it('refuses a file that is no store, and one of another version, and says why', () => {
  const text = join(folder, 'text.db');
  writeFileSync(text, 'not a database, but long enough to be read as the header of one, which it is not');
  expect(() => openStore(text)).toThrow(UnusableStore);
  expect(() => openStore(text)).toThrow(/text\.db cannot be used as a Freeport store/);
  expect(() => openStore(folder)).toThrow(`${folder} cannot be used as a Freeport store: unable to open`);
  const foreign = join(folder, 'foreign.db');
  const database = new DatabaseSync(foreign);
  database.exec('CREATE TABLE other (a)');
  database.close();
  expect(() => openStore(foreign)).toThrow(/another program wrote it/);
  const newer = join(folder, 'newer.db');
  openStore(newer).close();
  const raised = new DatabaseSync(newer);
  raised.exec('PRAGMA user_version = 99');
  raised.close();
  expect(() => openStore(newer)).toThrow(/its version is 99, newer than/);
});

it('brings a store of the first version up to date, with all that is in it', async () => {
  const path = join(folder, 'first.db');
  const store = openStore(path);
  await store.findings.save([boringFinding()], []);
  store.close();
  const database = new DatabaseSync(path);
  database.exec(`
    DROP TABLE finding_terms;
    CREATE TABLE finding_terms (
      role TEXT NOT NULL, term TEXT NOT NULL, finding_id TEXT NOT NULL, PRIMARY KEY (role, term, finding_id)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX finding_terms_by_finding ON finding_terms (finding_id);
    INSERT INTO finding_terms VALUES ('source', 'checkout', 'finding-1');
    PRAGMA user_version = 1;
  `);
  database.close();
  const again = openStore(path);
  const { findings } = await again.findings.list({ limit: 10, source: 'checkout' });
  expect(findings).toEqual([boringFinding()]);
  const { subject } = boringFinding();
  expect((await again.findings.list({ limit: 10, subject: subject.id })).findings).toEqual([boringFinding()]);
  again.close();
});
