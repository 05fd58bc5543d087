import { DatabaseSync } from 'node:sqlite';

/** Thrown for a file that is no Freeport store, or one that a newer Freeport wrote. */
export class UnusableStore extends Error {
  override readonly name = 'UnusableStore';
}

/** What each version adds to the one before it; a store of any of them is brought up to the last. */
const MIGRATIONS = [
  `
  CREATE TABLE parts (
    id TEXT PRIMARY KEY, from_minute INTEGER, to_minute INTEGER, body BLOB NOT NULL
  ) STRICT;
  CREATE INDEX parts_by_minute ON parts (from_minute, to_minute);
  CREATE TABLE findings (
    id TEXT PRIMARY KEY, last_seen_ms INTEGER NOT NULL, first_seen_ms INTEGER NOT NULL,
    status TEXT NOT NULL, severity TEXT NOT NULL, kind TEXT NOT NULL, layer TEXT NOT NULL, body TEXT NOT NULL
  ) STRICT;
  -- The index covers every filter, so a page reads the bodies of its own findings only.
  CREATE INDEX findings_newest ON findings (last_seen_ms DESC, id, status, severity, kind, layer, first_seen_ms);
  CREATE INDEX findings_by_status ON findings (status, last_seen_ms DESC, id, severity, kind, layer, first_seen_ms);
  CREATE TABLE finding_terms (
    role TEXT NOT NULL, term TEXT NOT NULL, finding_id TEXT NOT NULL, PRIMARY KEY (role, term, finding_id)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX finding_terms_by_finding ON finding_terms (finding_id);
  CREATE TABLE episodes (finding_id TEXT PRIMARY KEY, body TEXT NOT NULL) STRICT;
  CREATE TABLE actions (seq INTEGER PRIMARY KEY, at_ms INTEGER NOT NULL, body TEXT NOT NULL) STRICT;
  CREATE TABLE outbox (
    seq INTEGER PRIMARY KEY, notification_id TEXT NOT NULL UNIQUE, body TEXT NOT NULL, sent INTEGER NOT NULL DEFAULT 0
  ) STRICT;
  CREATE INDEX outbox_owed ON outbox (sent, seq);
  CREATE TABLE inventory (
    list TEXT NOT NULL, id TEXT NOT NULL, body TEXT NOT NULL, PRIMARY KEY (list, id)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE summary (only INTEGER PRIMARY KEY CHECK (only = 1), body TEXT NOT NULL) STRICT;
`,
  `
  -- Terms in the order of the list: a page of a term that every finding has reads its own findings only.
  CREATE TABLE newest_terms (
    role TEXT NOT NULL, term TEXT NOT NULL, last_seen_ms INTEGER NOT NULL, finding_id TEXT NOT NULL,
    PRIMARY KEY (role, term, last_seen_ms DESC, finding_id)
  ) STRICT, WITHOUT ROWID;
  INSERT INTO newest_terms
    SELECT role, term, last_seen_ms, finding_id FROM finding_terms JOIN findings ON findings.id = finding_id;
  DROP TABLE finding_terms;
  ALTER TABLE newest_terms RENAME TO finding_terms;
  CREATE INDEX finding_terms_by_finding ON finding_terms (finding_id);
`,
  `
  -- What a finding is about is one more term of it.
  INSERT OR IGNORE INTO finding_terms
    SELECT 'subject', json_extract(body, '$.subject.id'), last_seen_ms, id FROM findings;
`,
] as const;

const STORE_VERSION = MIGRATIONS.length;

/** Opens or creates the store's file; `:memory:` lives as long as the process. */
export function openDatabase(path: string): DatabaseSync {
  const database = openFile(path);
  try {
    // Readers go on while a run writes, and a crash loses at most the last transaction.
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;');
    if (versionOf(database) !== STORE_VERSION) inTransaction(database, () => prepareTables(database, path));
    return database;
  } catch (error) {
    database.close();
    throw error instanceof UnusableStore ? error : unusable(path, error);
  }
}

/** SQLite's own message names no file, and does not tell a folder from a missing permission. */
function openFile(path: string): DatabaseSync {
  try {
    return new DatabaseSync(path, { timeout: 5_000 });
  } catch (error) {
    throw unusable(path, error);
  }
}

const unusable = (path: string, cause: unknown): UnusableStore =>
  new UnusableStore(`${path} cannot be used as a Freeport store: ${messageOf(cause)}`, { cause });

function prepareTables(database: DatabaseSync, path: string): void {
  const version = versionOf(database);
  if (version === STORE_VERSION) return;
  const tables = Number(database.prepare('SELECT count(*) AS n FROM sqlite_schema').get()?.['n'] ?? 0);
  const isForeign = version === 0 && tables !== 0;
  if (isForeign || version > STORE_VERSION) {
    const reason = isForeign ? 'another program wrote it' : `its version is ${version}, newer than ${STORE_VERSION}`;
    throw new UnusableStore(`${path} cannot be used as a Freeport store: ${reason}`);
  }
  for (const migration of MIGRATIONS.slice(version)) database.exec(migration);
  database.exec(`PRAGMA user_version = ${STORE_VERSION}`);
}

const versionOf = (database: DatabaseSync): number =>
  Number(database.prepare('PRAGMA user_version').get()?.['user_version'] ?? 0);

/** Runs `work` whole or not at all. */
export function inTransaction<T>(database: DatabaseSync, work: () => T): T {
  database.exec('BEGIN IMMEDIATE');
  try {
    const result = work();
    database.exec('COMMIT');
    return result;
  } catch (error) {
    if (database.isTransaction) database.exec('ROLLBACK');
    throw error;
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
