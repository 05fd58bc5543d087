import { ConditionalCheckFailedException, PutItemCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { Clock } from '../ports.ts';
import { number, text } from './attributes.ts';

/** Asks for an analysis soon. Many asking at once are one run: the first of every 15 s asks for all. */
export type AnalysisRequests = { request(reason: string): Promise<void> };

export type AnalysisRequestsOptions = {
  readonly dynamodb: DynamoDBClient;
  readonly sqs: SQSClient;
  readonly tableName: string;
  readonly queueUrl: string;
  readonly clock: Clock;
};

export const COALESCING_SECONDS = 15;
const REMEMBER_SECONDS = 3_600;

export function createAnalysisRequests(options: AnalysisRequestsOptions): AnalysisRequests {
  const { dynamodb, sqs, tableName, queueUrl, clock } = options;
  return {
    async request(reason) {
      const nowSeconds = Math.floor(clock.nowMs() / 1_000);
      const slot = Math.floor(nowSeconds / COALESCING_SECONDS);
      if (!(await isFirst(dynamodb, tableName, slot, nowSeconds + REMEMBER_SECONDS))) return;
      // The message waits for the end of the slot, so that what arrives within it is part of the run it asks for.
      const DelaySeconds = (slot + 1) * COALESCING_SECONDS - nowSeconds;
      await sqs.send(
        new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: JSON.stringify({ reason }), DelaySeconds }),
      );
    },
  };
}

async function isFirst(dynamodb: DynamoDBClient, tableName: string, slot: number, expires: number): Promise<boolean> {
  try {
    await dynamodb.send(
      new PutItemCommand({
        TableName: tableName,
        Item: { pk: text(`urgent#${slot}`), sk: text('urgent'), expiresAt: number(expires) },
        ConditionExpression: 'attribute_not_exists(pk)',
      }),
    );
    return true;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false;
    throw error;
  }
}
