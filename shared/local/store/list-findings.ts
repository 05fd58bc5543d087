import type { DatabaseSync, SQLInputValue } from 'node:sqlite';
import type { Finding } from '../../core/finding/schema.ts';
import { searchTermOf } from '../../core/finding/search-terms.ts';
import type { FindingPage, FindingQuery } from '../../ports.ts';
import { decodeCursor, encodeCursor } from './finding-cursor.ts';

type Condition = { readonly sql: string; readonly values: readonly SQLInputValue[] };

/** Newest `lastSeenAt` first, equal ones by id. A finding is within [since, until) when any of its life is. */
export function listFindings(database: DatabaseSync, query: FindingQuery): FindingPage {
  const conditions = conditionsOf(query);
  const where = conditions.length === 0 ? '' : `WHERE ${conditions.map(({ sql }) => sql).join(' AND ')}`;
  const rows = database
    .prepare(`SELECT id, last_seen_ms, body FROM findings ${where} ORDER BY last_seen_ms DESC, id LIMIT ?`)
    .all(...conditions.flatMap(({ values }) => values), query.limit + 1);
  const page = rows.slice(0, query.limit);
  const last = rows.length > query.limit ? page.at(-1) : undefined;
  return {
    findings: page.map((row) => JSON.parse(String(row['body'])) as Finding),
    nextCursor: last ? encodeCursor({ lastSeenMs: Number(last['last_seen_ms']), id: String(last['id']) }) : null,
  };
}

function conditionsOf(query: FindingQuery): Condition[] {
  const equal = (column: string, value: string | undefined): Condition[] =>
    value === undefined ? [] : [{ sql: `${column} = ?`, values: [value] }];
  const term = (role: string, text: string | undefined): Condition[] =>
    text === undefined
      ? []
      : [
          {
            sql: 'id IN (SELECT finding_id FROM finding_terms WHERE role = ? AND term = ?)',
            values: [role, searchTermOf(text)],
          },
        ];
  const bound = (sql: string, value: number | undefined): Condition[] =>
    value === undefined ? [] : [{ sql, values: [value] }];
  return [
    ...equal('status', query.status),
    ...equal('severity', query.severity),
    ...equal('kind', query.kind),
    ...equal('layer', query.layer),
    ...term('destination', query.destination),
    ...term('source', query.source),
    ...bound('last_seen_ms >= ?', query.sinceMs),
    ...bound('first_seen_ms < ?', query.untilMs),
    ...after(query.cursor),
  ];
}

function after(cursor: string | undefined): Condition[] {
  if (cursor === undefined) return [];
  const { lastSeenMs, id } = decodeCursor(cursor);
  return [{ sql: 'last_seen_ms <= ? AND (last_seen_ms < ? OR id > ?)', values: [lastSeenMs, lastSeenMs, id] }];
}
