import { PutItemCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Part } from '../../core/model/part.ts';
import type { Minute } from '../../core/model/time.ts';
import { number, numberOf, text, textOf, type Item } from './attributes.ts';
import { mapConcurrently } from '../concurrency.ts';
import { queryItems } from './query-items.ts';

/** One line of the index: a part, the hour it is filed under, and its minutes. Less than 1 KB. */
export type PartEntry = {
  readonly id: string;
  readonly objectKey: string;
  /** Of the object's bytes: a part that replaced itself has another. */
  readonly digest: string;
  readonly from: Minute;
  readonly to: Minute;
};

export type MinuteRange = { readonly from: Minute; readonly to: Minute };
export type StoredObject = Pick<PartEntry, 'objectKey' | 'digest'>;
type PartIndexOptions = { readonly dynamodb: DynamoDBClient; readonly tableName: string; nowMs(): number };

const MINUTES_PER_HOUR = 60;
/** A part is filed under each hour that it speaks about: a week has 168. Of one that speaks about more, the newest count. */
const HOURS_PER_PART_LIMIT = 200;
const ENTRIES_LIMIT = 200_000;
const WRITES_AT_ONCE = 8;
const QUERIES_AT_ONCE = 8;
/** Hours are text in keys: shifted, so that their order as text is their order in time, before 1970 too. */
const HOUR_SHIFT = 100_000_000;

/** The first and last minute of an hour since the epoch. */
export const minutesOfHour = (hour: number): MinuteRange => ({
  from: hour * MINUTES_PER_HOUR,
  to: hour * MINUTES_PER_HOUR + MINUTES_PER_HOUR - 1,
});

const hourOf = (minute: Minute): number => Math.floor(minute / MINUTES_PER_HOUR);
const hourText = (hour: number): string => String(hour + HOUR_SHIFT).padStart(9, '0');
const entriesKey = (scope: string, hour: string): string => `part#${hour}#${scope}`;
/** All hours that hold parts, each with its scopes: how a reader without a scope finds the entries. */
const HOURS_KEY = 'hours';

/** Files a part under its hours, by plain puts of what the part itself says: repeating them changes nothing. */
export async function addToPartIndex(
  { dynamodb, tableName }: Omit<PartIndexOptions, 'nowMs'>,
  part: Part,
  { objectKey, digest }: StoredObject,
  expiresAtMs: number,
): Promise<void> {
  const put = (item: Item) => dynamodb.send(new PutItemCommand({ TableName: tableName, Item: item }));
  const range = minutesOf(part);
  if (range === null) return;
  const expiresAt = number(Math.floor(expiresAtMs / 1_000));
  await mapConcurrently(hoursOf(part), WRITES_AT_ONCE, async (hour) => {
    const entries = entriesKey(part.scope, hourText(hour));
    const minutes = { fromMinute: number(range.from), toMinute: number(range.to) };
    const stored = { objectKey: text(objectKey), digest: text(digest) };
    await put({ pk: text(entries), sk: text(part.id), ...stored, ...minutes, expiresAt });
    const sortKey = text(`${hourText(hour)}#${part.scope}`);
    await put({ pk: text(HOURS_KEY), sk: sortKey, entries: text(entries), expiresAt });
  });
}

/** Finds the parts that were filed and have not expired. */
export function createPartIndex({ dynamodb, tableName, nowMs }: PartIndexOptions) {
  const alive = {
    FilterExpression: 'expiresAt > :now',
    now: (): Item => ({ ':now': number(Math.floor(nowMs() / 1_000)) }),
  };

  const query = (condition: string, values: Item) =>
    queryItems(
      dynamodb,
      {
        TableName: tableName,
        KeyConditionExpression: condition,
        FilterExpression: alive.FilterExpression,
        ExpressionAttributeValues: { ...values, ...alive.now() },
      },
      ENTRIES_LIMIT,
    );

  const scopeHours = async ({ from, to }: MinuteRange): Promise<string[]> => {
    const items = await query('pk = :pk AND sk BETWEEN :from AND :to', {
      ':pk': text(HOURS_KEY),
      ':from': text(hourText(hourOf(from))),
      ':to': text(`${hourText(hourOf(to))}#\u{10FFFF}`),
    });
    return items.map((item) => textOf(item, 'entries'));
  };

  const entriesOf = async (keys: readonly string[]): Promise<PartEntry[]> => {
    const pages = await mapConcurrently(keys, QUERIES_AT_ONCE, (key) => query('pk = :pk', { ':pk': text(key) }));
    const found = new Map(pages.flat().map((item) => [textOf(item, 'sk'), entryOf(item)]));
    return [...found.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
  };

  return {
    /** Entries whose hours meet the range and whose minutes overlap it, ascending by id. */
    async find(range: MinuteRange): Promise<PartEntry[]> {
      const entries = await entriesOf(await scopeHours(range));
      return entries.filter(({ from, to }) => from <= range.to && to >= range.from);
    },
    /** The hours that some part is filed under, ascending. */
    async hours(): Promise<number[]> {
      const items = await query('pk = :pk', { ':pk': text(HOURS_KEY) });
      return [...new Set(items.map((item) => Number(textOf(item, 'sk').split('#', 1)[0]) - HOUR_SHIFT))];
    },
  };
}

const entryOf = (item: Item): PartEntry => ({
  id: textOf(item, 'sk'),
  objectKey: textOf(item, 'objectKey'),
  digest: textOf(item, 'digest'),
  from: numberOf(item, 'fromMinute'),
  to: numberOf(item, 'toMinute'),
});

function hoursOf(part: Part): number[] {
  const hours = new Set(part.observations.map(({ minute }) => hourOf(minute)));
  return [...hours].sort((a, b) => b - a).slice(0, HOURS_PER_PART_LIMIT);
}

/** Null for a part without observations, which no range finds. */
export function minutesOf(part: Pick<Part, 'observations'>): MinuteRange | null {
  let from = Infinity;
  let to = -Infinity;
  for (const { minute } of part.observations) {
    if (minute < from) from = minute;
    if (minute > to) to = minute;
  }
  return from === Infinity ? null : { from, to };
}
