import {
  ConditionalCheckFailedException,
  GetItemCommand,
  TransactWriteItemsCommand,
  type DynamoDBClient,
} from '@aws-sdk/client-dynamodb';
import type { Clock } from '../../ports.ts';
import { number, text, textOf, type Item } from '../store/attributes.ts';
import { createUpdateItem } from './update-item.ts';

/** Which thread a finding has in Slack, and which notifications were posted: a queue delivers at least once. */
export type SlackThreads = {
  threadOf(findingId: string): Promise<string | null>;
  /** `posted`: let it go; `busy`: another delivery of the same message is at it, or died at it a moment ago. */
  claim(notificationId: string): Promise<'mine' | 'posted' | 'busy'>;
  posted(notificationId: string, findingId: string, ts: string | null): Promise<void>;
  release(notificationId: string): Promise<void>;
};

export type SlackThreadsOptions = {
  readonly dynamodb: DynamoDBClient;
  readonly tableName: string;
  readonly clock: Clock;
};

const CLAIM_SECONDS = 30;
const FOREVER = 9_999_999_999;
const REMEMBER_DAYS = 90;

export function createSlackThreads({ dynamodb, tableName, clock }: SlackThreadsOptions): SlackThreads {
  const now = (): number => Math.floor(clock.nowMs() / 1_000);
  const update = createUpdateItem(dynamodb, tableName);
  const expires = () => number(now() + REMEMBER_DAYS * 86_400);

  return {
    async threadOf(findingId) {
      const Key = threadKey(findingId);
      const { Item } = await dynamodb.send(new GetItemCommand({ TableName: tableName, Key, ConsistentRead: true }));
      return Item === undefined ? null : textOf(Item, 'ts');
    },
    async claim(notificationId) {
      try {
        await update(
          postKey(notificationId),
          'SET claimedUntil = :until, expiresAt = :expires',
          { ':until': number(now() + CLAIM_SECONDS), ':expires': expires(), ':now': number(now()) },
          'attribute_not_exists(claimedUntil) OR claimedUntil <= :now',
        );
        return 'mine';
      } catch (error) {
        if (!(error instanceof ConditionalCheckFailedException)) throw error;
        return error.Item?.['claimedUntil']?.N === String(FOREVER) ? 'posted' : 'busy';
      }
    },
    async posted(notificationId, findingId, ts) {
      // A claim without an end is the mark of what was posted. The thread is written with it, or what follows finds none.
      const mark = {
        TableName: tableName,
        Key: postKey(notificationId),
        UpdateExpression: 'SET claimedUntil = :forever',
        ExpressionAttributeValues: { ':forever': number(FOREVER) },
      };
      const thread = {
        TableName: tableName,
        Key: threadKey(findingId),
        UpdateExpression: 'SET ts = if_not_exists(ts, :ts), expiresAt = :expires',
        ExpressionAttributeValues: { ':ts': text(ts ?? ''), ':expires': expires() },
      };
      const TransactItems = [{ Update: mark }, ...(ts === null ? [] : [{ Update: thread }])];
      await dynamodb.send(new TransactWriteItemsCommand({ TransactItems }));
    },
    async release(notificationId) {
      await update(postKey(notificationId), 'SET claimedUntil = :never', { ':never': number(0) });
    },
  };
}

const threadKey = (findingId: string): Item => ({ pk: text(`slack#${findingId}`), sk: text('thread') });
const postKey = (notificationId: string): Item => ({ pk: text(`slack-post#${notificationId}`), sk: text('post') });
