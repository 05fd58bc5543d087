import {
  DeleteItemCommand,
  GetItemCommand,
  TransactionCanceledException,
  TransactWriteItemsCommand,
  type DynamoDBClient,
  type TransactWriteItem,
} from '@aws-sdk/client-dynamodb';
import { applyAction } from '../../core/finding/apply-action.ts';
import type { HumanAction } from '../../core/finding/human-action.ts';
import type { Notification } from '../../core/notify/notification.ts';
import type { Finding } from '../../core/finding/schema.ts';
import type { Clock, FindingStore } from '../../ports.ts';
import { number, numberOf, text, type Item } from './attributes.ts';
import {
  actionItem,
  actionOf,
  ACTIONS_KEY,
  episodeItem,
  episodeFrom,
  EPISODES_KEY,
  findingItem,
  findingKey,
  findingOf,
  markerItem,
  notificationOf,
  OUTBOX_KEY,
  outboxItem,
  outboxKey,
} from './finding-items.ts';
import { LEASE_KEY } from './lease.ts';
import { listFindings } from './list-findings.ts';
import { queryItems } from './query-items.ts';

export type FindingStoreOptions = {
  readonly dynamodb: DynamoDBClient;
  readonly tableName: string;
  readonly clock: Clock;
  /** Under a lease: every save is refused (`LeaseLost`) once a later holder has taken it. */
  readonly fence?: number;
};

/** Another analyser took over: what this one would write is out of date, and none of it was written. */
export class LeaseLost extends Error {
  override readonly name = 'LeaseLost';
}

const ITEMS_LIMIT = 100_000;
const ATTEMPTS = 5;

/** Findings, their episodes, people's acts and the outbox in one DynamoDB table. */
export function createFindingStore(options: FindingStoreOptions): FindingStore {
  const { dynamodb, tableName, clock, fence } = options;
  const guards = fence === undefined ? [] : [stillHeld(tableName, fence)];

  const partition = (key: string) =>
    queryItems(
      dynamodb,
      {
        TableName: tableName,
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: { ':pk': text(key) },
        ConsistentRead: true,
      },
      ITEMS_LIMIT,
    );

  const read = async (id: string): Promise<Item | undefined> =>
    (await dynamodb.send(new GetItemCommand({ TableName: tableName, Key: findingKey(id), ConsistentRead: true }))).Item;

  const saveTogether = (findings: readonly Finding[], owed: readonly Notification[]) =>
    writeOwedOnce(owed, (notifications) =>
      transact(dynamodb, [
        ...guards,
        ...findings.flatMap((finding) => [
          putOf(tableName, findingItem(finding)),
          putOf(tableName, episodeItem(finding)),
        ]),
        ...notifications.flatMap((notification) => owe(tableName, notification, clock.nowMs())),
      ]),
    );

  return {
    async get(id) {
      const item = await read(id);
      return item === undefined ? null : findingOf(item);
    },
    list: (query) => listFindings({ dynamodb, tableName }, query),
    async save(findings, owed) {
      const saved = new Set(findings.map(({ id }) => id));
      // A finding and what it owes are one transaction; findings do not depend on each other.
      for (const finding of findings)
        await saveTogether(
          [finding],
          owed.filter((notification) => notification.finding.id === finding.id),
        );
      for (const notification of owed) if (!saved.has(notification.finding.id)) await saveTogether([], [notification]);
    },
    act: (action) => actOn(options, action, read),
    actions: async () => (await partition(ACTIONS_KEY)).map(actionOf),
    episodes: async () => (await partition(EPISODES_KEY)).map(episodeFrom),
    async owed() {
      const items = await partition(OUTBOX_KEY);
      return items.sort((a, b) => numberOf(a, 'owedAtMs') - numberOf(b, 'owedAtMs')).map(notificationOf);
    },
    async markSent(notificationId) {
      await dynamodb.send(new DeleteItemCommand({ TableName: tableName, Key: outboxKey(notificationId) }));
    },
  };
}

/** The act and what it makes of the finding at once; a finding that changes meanwhile is read again. */
async function actOn(
  { dynamodb, tableName, clock }: FindingStoreOptions,
  action: HumanAction,
  read: (id: string) => Promise<Item | undefined>,
): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    const before = await read(action.findingId);
    const writes: TransactWriteItem[] = [putOf(tableName, actionItem(action, clock.nowMs()))];
    if (before !== undefined) {
      const after = findingItem(applyAction(findingOf(before), action));
      writes.push(unchangedSince(before, putOf(tableName, after)), putOf(tableName, episodeItem(findingOf(after))));
    }
    try {
      return await transact(dynamodb, writes);
    } catch (error) {
      if (!(error instanceof TransactionCanceledException) || attempt === ATTEMPTS) throw error;
    }
  }
}

function unchangedSince(before: Item, write: TransactWriteItem): TransactWriteItem {
  const body = before['body'];
  if (write.Put === undefined || body === undefined) return write;
  return {
    Put: { ...write.Put, ConditionExpression: 'body = :before', ExpressionAttributeValues: { ':before': body } },
  };
}

/** Writes with all of `owed`; where some were owed before, with the rest: a notification is owed once in its life. */
async function writeOwedOnce(
  owed: readonly Notification[],
  write: (owed: readonly Notification[]) => Promise<void>,
): Promise<void> {
  let remaining = owed;
  for (;;) {
    try {
      return await write(remaining);
    } catch (error) {
      if (isLeaseLost(error)) throw new LeaseLost('another analyser holds the lease', { cause: error });
      const known = knownNotifications(error, remaining);
      if (known.size === 0) throw error;
      remaining = remaining.filter(({ notificationId }) => !known.has(notificationId));
    }
  }
}

/** Which notifications a cancelled transaction found to be owed already: their marker is every second of its last writes. */
function knownNotifications(error: unknown, owed: readonly Notification[]): ReadonlySet<string> {
  if (!(error instanceof TransactionCanceledException)) return new Set();
  const reasons = error.CancellationReasons ?? [];
  const first = reasons.length - owed.length * 2;
  const refused = owed.filter((_, index) => reasons[first + index * 2]?.Code === 'ConditionalCheckFailed');
  return new Set(refused.map(({ notificationId }) => notificationId));
}

/** The guard, where there is one, is the first of a transaction's items. */
const isLeaseLost = (error: unknown): boolean =>
  error instanceof TransactionCanceledException &&
  error.CancellationReasons?.[0]?.Code === 'ConditionalCheckFailed' &&
  error.CancellationReasons[0].Item?.['fence'] !== undefined;

const stillHeld = (tableName: string, fence: number): TransactWriteItem => ({
  ConditionCheck: {
    TableName: tableName,
    Key: LEASE_KEY,
    ConditionExpression: 'fence = :fence',
    ExpressionAttributeValues: { ':fence': number(fence) },
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
  },
});

const owe = (tableName: string, notification: Notification, nowMs: number): TransactWriteItem[] => [
  {
    Put: {
      ...putOf(tableName, markerItem(notification.notificationId, nowMs)).Put,
      ConditionExpression: 'attribute_not_exists(pk) OR expiresAt < :now',
      ExpressionAttributeValues: { ':now': number(Math.floor(nowMs / 1_000)) },
    } as NonNullable<TransactWriteItem['Put']>,
  },
  putOf(tableName, outboxItem(notification, nowMs)),
];

const putOf = (tableName: string, item: Item) =>
  ({ Put: { TableName: tableName, Item: item } }) satisfies TransactWriteItem;

async function transact(dynamodb: DynamoDBClient, writes: readonly TransactWriteItem[]): Promise<void> {
  await dynamodb.send(new TransactWriteItemsCommand({ TransactItems: [...writes] }));
}
