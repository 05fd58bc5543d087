import { BatchGetItemCommand, QueryCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { STATUSES, type Finding } from '../../core/finding/schema.ts';
import { searchTermOf } from '../../core/finding/search-terms.ts';
import type { FindingPage, FindingQuery } from '../../ports.ts';
import { STATUS_INDEX, SUBJECT_INDEX } from '../../deploy/indexes.ts';
import { number, text, textOf, type Item } from './attributes.ts';
import {
  decodeCursor,
  encodeCursor,
  findingKey,
  findingOf,
  FIRST_KEY,
  keyAfter,
  LAST_KEY,
  lastKeyAt,
  positionOf,
  type FindingPosition,
} from './finding-items.ts';

type Table = { readonly dynamodb: DynamoDBClient; readonly tableName: string };

/** A page reads at most this much of the index per partition; a filter that matches little continues by the cursor. */
const INDEX_PAGES_LIMIT = 6;
const INDEX_PAGE_ITEMS = 500;
/** The first page of a filtered read; each further one is twice as large, so that a filter that matches much reads little. */
const FIRST_FILTERED_ITEMS = 100;
const BATCH_GET_LIMIT = 100;
const BATCH_ATTEMPTS = 8;

/** One partition of one index, in the order of the list. */
type Partition = { readonly indexName: string; readonly attribute: 'status' | 'subject'; readonly value: string };

/** What one partition contributes: keys in order, and how far the index was read (null: to its end). */
type Stream = { readonly keys: readonly string[]; readonly readTo: string | null };

/** Newest `lastSeenAt` first over all partitions asked for: a merge of them, in step with one cursor. */
export async function listFindings(table: Table, query: FindingQuery): Promise<FindingPage> {
  const after = query.cursor === undefined ? null : decodeCursor(query.cursor);
  const streams = await Promise.all(partitionsOf(query).map((partition) => readStream(table, query, partition, after)));
  const { keys, next } = mergeStreams(streams, query.limit);
  const findings = await getFindings(
    table,
    keys.map((key) => positionOf(key).id),
  );
  return { findings, nextCursor: next === null ? null : encodeCursor(positionOf(next)) };
}

/** What a finding is about has few findings, so its partition is read even where a status is asked for too. */
function partitionsOf({ subject, status }: FindingQuery): Partition[] {
  if (subject !== undefined) return [{ indexName: SUBJECT_INDEX, attribute: 'subject', value: subject }];
  const statuses = status === undefined ? STATUSES : [status];
  return statuses.map((value) => ({ indexName: STATUS_INDEX, attribute: 'status', value }));
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
  { indexName, attribute, value }: Partition,
  after: FindingPosition | null,
): Promise<Stream> {
  const from = after === null ? FIRST_KEY : keyAfter(after);
  const to = query.sinceMs === undefined ? LAST_KEY : lastKeyAt(query.sinceMs);
  if (from > to) return { keys: [], readTo: null };
  const filter = filterOf(query, attribute);
  const keys: string[] = [];
  let startKey: Item | undefined;
  for (let page = 0; page < INDEX_PAGES_LIMIT; page += 1) {
    const answer = await dynamodb.send(
      new QueryCommand({
        TableName: tableName,
        IndexName: indexName,
        KeyConditionExpression: '#partition = :partition AND newest BETWEEN :from AND :to',
        FilterExpression: filter.expression,
        ExpressionAttributeNames: { '#partition': attribute, ...filter.names },
        ExpressionAttributeValues: {
          ':partition': text(value),
          ':from': text(from),
          ':to': text(to),
          ...filter.values,
        },
        Limit: pageItems(query.limit, page, filter.expression !== undefined),
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

/** Without a filter every key that is read is shown, but for the one that says whether there is a next page. */
const pageItems = (limit: number, page: number, isFiltered: boolean): number =>
  isFiltered ? Math.min(INDEX_PAGE_ITEMS, FIRST_FILTERED_ITEMS * 2 ** page) : limit + 1;

type Filter = {
  readonly expression: string | undefined;
  readonly names: Readonly<Record<string, string>>;
  readonly values: Item;
};

/** What no key says. `since` is said by the key: the order is that of `lastSeenAt`. */
function filterOf(query: FindingQuery, partition: Partition['attribute']): Filter {
  const conditions: [string, Item][] = [];
  const status = partition === 'status' ? undefined : query.status;
  if (status !== undefined) conditions.push(['#status = :status', { ':status': text(status) }]);
  if (query.severity !== undefined) conditions.push(['severity = :severity', { ':severity': text(query.severity) }]);
  if (query.kind !== undefined) conditions.push(['kind = :kind', { ':kind': text(query.kind) }]);
  if (query.layer !== undefined) conditions.push(['layer = :layer', { ':layer': text(query.layer) }]);
  if (query.destination !== undefined)
    conditions.push(['contains(destinations, :dst)', { ':dst': text(searchTermOf(query.destination)) }]);
  if (query.source !== undefined)
    conditions.push(['contains(sources, :src)', { ':src': text(searchTermOf(query.source)) }]);
  if (query.untilMs !== undefined) conditions.push(['firstSeenMs < :until', { ':until': number(query.untilMs) }]);
  return {
    expression: conditions.length === 0 ? undefined : conditions.map(([condition]) => condition).join(' AND '),
    names: status === undefined ? {} : { '#status': 'status' },
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
