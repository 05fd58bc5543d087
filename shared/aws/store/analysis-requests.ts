import { ConditionalCheckFailedException, PutItemCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { URGENT_PARTITION } from '../../deploy/indexes.ts';
import type { Clock } from '../../ports.ts';
import { number, text } from './attributes.ts';

/**
 * Asks for an analysis soon. The request is an item, and the table's stream is the queue that it waits in: there is
 * no second call that could be missing after the first. Of those of one quarter minute only the first is written, and
 * the stream is read in windows of that length, so that what arrives meanwhile is part of the run.
 */
export type AnalysisRequests = { request(reason: string): Promise<void> };

export type AnalysisRequestsOptions = {
  readonly dynamodb: DynamoDBClient;
  readonly tableName: string;
  readonly clock: Clock;
};

export const COALESCING_SECONDS = 15;
const REMEMBER_SECONDS = 3_600;

export function createAnalysisRequests({ dynamodb, tableName, clock }: AnalysisRequestsOptions): AnalysisRequests {
  return {
    async request(reason) {
      const nowSeconds = Math.floor(clock.nowMs() / 1_000);
      const slot = Math.floor(nowSeconds / COALESCING_SECONDS);
      try {
        await dynamodb.send(
          new PutItemCommand({
            TableName: tableName,
            Item: {
              pk: text(URGENT_PARTITION),
              sk: text(String(slot).padStart(12, '0')),
              reason: text(reason),
              expiresAt: number(nowSeconds + REMEMBER_SECONDS),
            },
            ConditionExpression: 'attribute_not_exists(pk)',
          }),
        );
      } catch (error) {
        if (!(error instanceof ConditionalCheckFailedException)) throw error;
      }
    },
  };
}
