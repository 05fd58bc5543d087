import { BatchGetItemCommand, QueryCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { STATUSES, type Finding, type FindingStatus } from '../core/finding/schema.ts';
import { searchTermOf } from '../core/finding/search-terms.ts';
import type { FindingPage, FindingQuery } from '../ports.ts';
import { STATUS_INDEX } from '../deploy/indexes.ts';
import { number, text, textOf, type Item } from './attributes.ts';
import {
  decodeCursor,
  encodeCursor,
  findingKey,
  findingOf,
  keyAfter,
  positionOf,
  type FindingPosition,
} from './finding-items.ts';

type Table = { readonly dynamodb: DynamoDBClient; readonly tableName: string };

/** A page reads at most this much of the index per status; a filter that matches little continues by the cursor. */
const INDEX_PAGES_LIMIT = 10;
const INDEX_PAGE_ITEMS = 500;
const BATCH_GET_LIMIT = 100;
const BATCH_ATTEMPTS = 8;

/** What one status contributes: keys in order, and how far the index was read (null: to its end). */
type Stream = { readonly keys: readonly string[]; readonly readTo: string | null };

/** Newest `lastSeenAt` first over all statuses asked for: a merge of the index's partitions, in step with one cursor. */
export async function listFindings(table: Table, query: FindingQuery): Promise<FindingPage> {
  const after = query.cursor === undefined ? null : decodeCursor(query.cursor);
  const statuses = query.status === undefined ? STATUSES : [query.status];
  const streams = await Promise.all(statuses.map((status) => readStream(table, query, status, after)));
  const { keys, next } = mergeStreams(streams, query.limit);
  const findings = await getFindings(
    table,
    keys.map((key) => positionOf(key).id),
  );
  return { findings, nextCursor: next === null ? null : encodeCursor(positionOf(next)) };
}

/** Where a stream stopped early nothing is known beyond, so the page ends there and the cursor goes on. */
function mergeStreams(streams: readonly Stream[], limit: number): { keys: string[]; next: string | null } {
  const bounds = streams.flatMap(({ readTo }) => (readTo === null ? [] : [readTo])).sort();
  const [bound = null] = bounds;
  const known = streams
    .flatMap(({ keys }) => keys)
    .filter((key) => bound === null || key <= bound)
    .sort();
  const keys = known.slice(0, limit);
  return { keys, next: known.length > limit ? (keys.at(-1) ?? null) : bound };
}

async function readStream(
  { dynamodb, tableName }: Table,
  query: FindingQuery,
  status: FindingStatus,
  after: FindingPosition | null,
): Promise<Stream> {
  const filter = filterOf(query);
  const keys: string[] = [];
  let startKey: Item | undefined;
  for (let page = 0; page < INDEX_PAGES_LIMIT; page += 1) {
    const answer = await dynamodb.send(
      new QueryCommand({
        TableName: tableName,
        IndexName: STATUS_INDEX,
        KeyConditionExpression: after === null ? '#status = :status' : '#status = :status AND newest > :after',
        FilterExpression: filter.expression,
        ExpressionAttributeNames: { '#status': 'status' },
        ExpressionAttributeValues: {
          ':status': text(status),
          ...(after === null ? {} : { ':after': text(keyAfter(after)) }),
          ...filter.values,
        },
        Limit: INDEX_PAGE_ITEMS,
        ExclusiveStartKey: startKey,
      }),
    );
    keys.push(...(answer.Items ?? []).map((item) => textOf(item, 'newest')));
    startKey = answer.LastEvaluatedKey;
    if (startKey === undefined) return { keys, readTo: null };
    if (keys.length > query.limit) break;
  }
  return { keys, readTo: startKey ? textOf(startKey, 'newest') : null };
}

function filterOf(query: FindingQuery): { readonly expression: string | undefined; readonly values: Item } {
  const conditions: [string, Item][] = [];
  if (query.severity !== undefined) conditions.push(['severity = :severity', { ':severity': text(query.severity) }]);
  if (query.kind !== undefined) conditions.push(['kind = :kind', { ':kind': text(query.kind) }]);
  if (query.layer !== undefined) conditions.push(['layer = :layer', { ':layer': text(query.layer) }]);
  if (query.destination !== undefined)
    conditions.push(['contains(destinations, :to)', { ':to': text(searchTermOf(query.destination)) }]);
  if (query.source !== undefined)
    conditions.push(['contains(sources, :from)', { ':from': text(searchTermOf(query.source)) }]);
  if (query.sinceMs !== undefined) conditions.push(['lastSeenMs >= :since', { ':since': number(query.sinceMs) }]);
  if (query.untilMs !== undefined) conditions.push(['firstSeenMs < :until', { ':until': number(query.untilMs) }]);
  return {
    expression: conditions.length === 0 ? undefined : conditions.map(([condition]) => condition).join(' AND '),
    values: Object.assign({}, ...conditions.map(([, values]) => values)) as Item,
  };
}

/** Bodies by id, in the order of the ids; the index carries none, so that a minute's update of it stays small. */
async function getFindings({ dynamodb, tableName }: Table, ids: readonly string[]): Promise<Finding[]> {
  const found = new Map<string, Finding>();
  for (let at = 0; at < ids.length; at += BATCH_GET_LIMIT) {
    let keys: Item[] = ids.slice(at, at + BATCH_GET_LIMIT).map((id) => findingKey(id));
    for (let attempt = 1; keys.length > 0; attempt += 1) {
      if (attempt > BATCH_ATTEMPTS)
        throw new Error(`${keys.length} findings could not be read: the table is throttled`);
      const request = { RequestItems: { [tableName]: { Keys: keys } } };
      const answer = await dynamodb.send(new BatchGetItemCommand(request));
      for (const item of answer.Responses?.[tableName] ?? []) {
        const finding = findingOf(item);
        found.set(finding.id, finding);
      }
      keys = answer.UnprocessedKeys?.[tableName]?.Keys ?? [];
    }
  }
  return ids.flatMap((id) => found.get(id) ?? []);
}
