import type { DatabaseSync, SQLInputValue } from 'node:sqlite';
import type { Finding } from '../../core/finding/schema.ts';
import { searchTermOf } from '../../core/finding/search-terms.ts';
import type { FindingPage, FindingQuery } from '../../ports.ts';
import { decodeCursor, encodeCursor } from './finding-cursor.ts';

type Condition = { readonly sql: string; readonly values: readonly SQLInputValue[] };

/** Newest `lastSeenAt` first, equal ones by id. A finding is within [since, until) when any of its life is. */
export function listFindings(database: DatabaseSync, query: FindingQuery): FindingPage {
  // Whichever table is walked, it is walked in the order of the list and no further than the page.
  const terms = termConditions(query);
  const position =
    terms.length > 0 ? { table: 'walked', id: 'walked.finding_id' } : { table: 'findings', id: 'findings.id' };
  const from =
    terms.length > 0 ? 'finding_terms AS walked CROSS JOIN findings ON findings.id = walked.finding_id' : 'findings';
  const conditions = [...terms, ...columnConditions(query), ...after(query.cursor, position)];
  const where = conditions.length === 0 ? '' : `WHERE ${conditions.map(({ sql }) => sql).join(' AND ')}`;
  const order = `${position.table}.last_seen_ms DESC, ${position.id}`;
  const rows = database
    .prepare(`SELECT findings.id, findings.last_seen_ms, body FROM ${from} ${where} ORDER BY ${order} LIMIT ?`)
    .all(...conditions.flatMap(({ values }) => values), query.limit + 1);
  const page = rows.slice(0, query.limit);
  const last = rows.length > query.limit ? page.at(-1) : undefined;
  return {
    findings: page.map((row) => JSON.parse(String(row['body'])) as Finding),
    nextCursor: last ? encodeCursor({ lastSeenMs: Number(last['last_seen_ms']), id: String(last['id']) }) : null,
  };
}

/** The first term is walked, others are looked up for each finding on the way. */
function termConditions({ subject, destination, source }: FindingQuery): Condition[] {
  const terms = [
    ...(subject === undefined ? [] : [['subject', subject] as const]),
    ...(destination === undefined ? [] : [['destination', searchTermOf(destination)] as const]),
    ...(source === undefined ? [] : [['source', searchTermOf(source)] as const]),
  ];
  return terms.map((values, index) =>
    index === 0
      ? { sql: 'walked.role = ? AND walked.term = ?', values }
      : {
          sql: `EXISTS (SELECT 1 FROM finding_terms AS other WHERE other.role = ? AND other.term = ?
            AND other.last_seen_ms = findings.last_seen_ms AND other.finding_id = findings.id)`,
          values,
        },
  );
}

function columnConditions(query: FindingQuery): Condition[] {
  const condition = (sql: string, value: SQLInputValue | undefined): Condition[] =>
    value === undefined ? [] : [{ sql, values: [value] }];
  return [
    ...condition('status = ?', query.status),
    ...condition('severity = ?', query.severity),
    ...condition('kind = ?', query.kind),
    ...condition('layer = ?', query.layer),
    ...condition('findings.last_seen_ms >= ?', query.sinceMs),
    ...condition('first_seen_ms < ?', query.untilMs),
  ];
}

function after(
  cursor: string | undefined,
  { table, id }: { readonly table: string; readonly id: string },
): Condition[] {
  if (cursor === undefined) return [];
  const position = decodeCursor(cursor);
  return [
    {
      sql: `${table}.last_seen_ms <= ? AND (${table}.last_seen_ms < ? OR ${id} > ?)`,
      values: [position.lastSeenMs, position.lastSeenMs, position.id],
    },
  ];
}
