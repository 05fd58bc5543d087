import { randomUUID } from 'node:crypto';
import { ConditionalCheckFailedException, UpdateItemCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Clock } from '../../ports.ts';
import { number, numberOf, text, type Item } from './attributes.ts';

/**
 * Who may analyse right now. `fence` rises with each holder: a write under an old fence is refused, so a holder that was
 * thought dead loses cleanly when it wakes.
 */
export type Lease = {
  readonly fence: number;
  /** Resolves with true when somebody asked for a run meanwhile. A lease that was lost is left as it is. */
  release(): Promise<boolean>;
};

export type Leases = {
  /** Null when somebody else holds it; the request is noted then, and the holder runs again. */
  acquire(): Promise<Lease | null>;
};

export type LeaseOptions = {
  readonly dynamodb: DynamoDBClient;
  readonly tableName: string;
  readonly clock: Clock;
  readonly durationMs: number;
};

export const LEASE_KEY: Item = { pk: text('lease'), sk: text('analysis') };

export function createLeases({ dynamodb, tableName, clock, durationMs }: LeaseOptions): Leases {
  const update = (UpdateExpression: string, values: Item, ConditionExpression?: string) =>
    dynamodb.send(
      new UpdateItemCommand({
        TableName: tableName,
        Key: LEASE_KEY,
        UpdateExpression,
        ExpressionAttributeValues: values,
        ConditionExpression,
        ReturnValues: 'ALL_OLD',
      }),
    );

  const take = async (holder: string): Promise<number | null> => {
    const now = clock.nowMs();
    try {
      const { Attributes } = await update(
        'SET heldUntilMs = :until, holder = :holder ADD fence :one REMOVE asked',
        { ':until': number(now + durationMs), ':holder': text(holder), ':one': number(1), ':now': number(now) },
        'attribute_not_exists(heldUntilMs) OR heldUntilMs <= :now',
      );
      return (Attributes?.['fence'] === undefined ? 0 : numberOf(Attributes, 'fence')) + 1;
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return null;
      throw error;
    }
  };

  /** False when the lease became free between the attempt and the note: then nobody would read the note. */
  const ask = async (): Promise<boolean> => {
    const now = number(clock.nowMs());
    try {
      await update('SET asked = :now', { ':now': now }, 'heldUntilMs > :now');
      return true;
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return false;
      throw error;
    }
  };

  const release = async (holder: string): Promise<boolean> => {
    try {
      const { Attributes } = await update(
        'SET heldUntilMs = :free REMOVE asked',
        { ':free': number(0), ':holder': text(holder) },
        'holder = :holder',
      );
      return Attributes?.['asked'] !== undefined;
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return false;
      throw error;
    }
  };

  return {
    async acquire() {
      const holder = randomUUID();
      for (;;) {
        const fence = await take(holder);
        if (fence !== null) return { fence, release: () => release(holder) };
        if (await ask()) return null;
      }
    },
  };
}
