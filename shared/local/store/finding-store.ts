import type { DatabaseSync } from 'node:sqlite';
import { applyAction } from '../../core/finding/apply-action.ts';
import type { EpisodeRecord, HumanAction } from '../../core/finding/human-action.ts';
import { episodeOf } from '../../core/finding/identity.ts';
import type { Notification } from '../../core/notify/notification.ts';
import type { Finding } from '../../core/finding/schema.ts';
import { searchTerms } from '../../core/finding/search-terms.ts';
import type { FindingStore } from '../../ports.ts';
import { listFindings } from './list-findings.ts';
import { inTransaction } from './schema.ts';

export function findingStore(database: DatabaseSync): FindingStore {
  const get = database.prepare('SELECT body FROM findings WHERE id = ?');
  const owe = database.prepare('INSERT OR IGNORE INTO outbox (notification_id, body) VALUES (?, ?)');
  const markSent = database.prepare('UPDATE outbox SET sent = 1 WHERE notification_id = ?');
  const addAction = database.prepare('INSERT INTO actions (at_ms, body) VALUES (?, ?)');
  const write = findingWriter(database);
  const bodies = <T>(sql: string): T[] =>
    database
      .prepare(sql)
      .all()
      .map((row) => parse<T>(row['body']));
  const find = (id: string): Finding | null => {
    const row = get.get(id);
    return row === undefined ? null : parse<Finding>(row['body']);
  };
  return {
    get: async (id) => find(id),
    list: async (query) => listFindings(database, query),
    async save(findings, owed) {
      inTransaction(database, () => {
        for (const finding of findings) write(finding);
        for (const notification of owed) owe.run(notification.notificationId, JSON.stringify(notification));
      });
    },
    async act(action) {
      inTransaction(database, () => {
        addAction.run(action.atMs, JSON.stringify(action));
        const finding = find(action.findingId);
        if (finding !== null) write(applyAction(finding, action));
      });
    },
    actions: async () => bodies<HumanAction>('SELECT body FROM actions ORDER BY at_ms, seq'),
    episodes: async () => bodies<EpisodeRecord>('SELECT body FROM episodes ORDER BY finding_id'),
    owed: async () => bodies<Notification>('SELECT body FROM outbox WHERE sent = 0 ORDER BY seq'),
    async markSent(notificationId) {
      markSent.run(notificationId);
    },
  };
}

/** Writes a finding, the terms it is searched by, and its episode. */
function findingWriter(database: DatabaseSync): (finding: Finding) => void {
  const putFinding = database.prepare('INSERT OR REPLACE INTO findings VALUES (?, ?, ?, ?, ?, ?, ?, ?)');
  const dropTerms = database.prepare('DELETE FROM finding_terms WHERE finding_id = ?');
  const putTerm = database.prepare('INSERT INTO finding_terms VALUES (?, ?, ?, ?)');
  const putEpisode = database.prepare('INSERT OR REPLACE INTO episodes (finding_id, body) VALUES (?, ?)');
  return (finding) => {
    const { id, lastSeenAt, firstSeenAt, status, severity, kind, layer } = finding;
    const body = JSON.stringify(finding);
    const lastSeenMs = Date.parse(lastSeenAt);
    putFinding.run(id, lastSeenMs, Date.parse(firstSeenAt), status, severity, kind, layer, body);
    dropTerms.run(id);
    const { destination, source } = searchTerms(finding);
    putTerm.run('subject', finding.subject.id, lastSeenMs, id);
    for (const term of destination) putTerm.run('destination', term, lastSeenMs, id);
    for (const term of source) putTerm.run('source', term, lastSeenMs, id);
    putEpisode.run(id, JSON.stringify(episodeOf(finding)));
  };
}

const parse = <T>(body: unknown): T => JSON.parse(String(body)) as T;
