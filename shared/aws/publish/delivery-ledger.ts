import { ConditionalCheckFailedException, GetItemCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { CHANNELS, type Channel } from '../../core/notify/route-notification.ts';
import type { Clock } from '../../ports.ts';
import type { DeliveryLedger } from '../../publish-owed.ts';
import { number, text, type Item } from '../store/attributes.ts';
import { createUpdateItem } from './update-item.ts';

export type DeliveryLedgerOptions = {
  readonly dynamodb: DynamoDBClient;
  readonly tableName: string;
  readonly clock: Clock;
};

/** Longer than a delivery takes, shorter than anyone would wait for one whose deliverer died. */
export const CLAIM_SECONDS = 60;
const REMEMBER_DAYS = 90;

/** One item per channel and notification, and one per finding with the channels that were told. */
export function createDeliveryLedger({ dynamodb, tableName, clock }: DeliveryLedgerOptions): DeliveryLedger {
  const nowSeconds = (): number => Math.floor(clock.nowMs() / 1_000);
  const expiresAt = () => number(nowSeconds() + REMEMBER_DAYS * 86_400);
  const update = createUpdateItem(dynamodb, tableName);

  return {
    async claim(channel, notificationId) {
      try {
        await update(
          deliveryKey(channel, notificationId),
          'SET claimedUntil = :until, expiresAt = :expires',
          { ':until': number(nowSeconds() + CLAIM_SECONDS), ':expires': expiresAt(), ':now': number(nowSeconds()) },
          'attribute_not_exists(doneAt) AND (attribute_not_exists(claimedUntil) OR claimedUntil <= :now)',
        );
        return 'mine';
      } catch (error) {
        if (!(error instanceof ConditionalCheckFailedException)) throw error;
        return error.Item?.['doneAt'] === undefined ? 'busy' : 'done';
      }
    },
    async complete(channel, { notificationId, finding }) {
      // Told before done: killed in between, the delivery repeats, but its end finds its way.
      await update(toldKey(finding.id), 'ADD channels :channel SET expiresAt = :expires', {
        ':channel': { SS: [channel] },
        ':expires': expiresAt(),
      });
      await update(deliveryKey(channel, notificationId), 'SET doneAt = :now, expiresAt = :expires', {
        ':now': number(nowSeconds()),
        ':expires': expiresAt(),
      });
    },
    async release(channel, notificationId) {
      await update(deliveryKey(channel, notificationId), 'SET claimedUntil = :never', { ':never': number(0) });
    },
    async toldIn(findingId) {
      const { Item } = await dynamodb.send(
        new GetItemCommand({ TableName: tableName, Key: toldKey(findingId), ConsistentRead: true }),
      );
      const told = new Set(Item?.['channels']?.SS ?? []);
      return new Set(CHANNELS.filter((channel) => told.has(channel)));
    },
  };
}

const deliveryKey = (channel: Channel, notificationId: string): Item => ({
  pk: text(`delivery#${channel}#${notificationId}`),
  sk: text('delivery'),
});

const toldKey = (findingId: string): Item => ({ pk: text(`told#${findingId}`), sk: text('channels') });
