import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { ingestPayload, type Services } from './ingest-payload.ts';

export type { Services };

/**
 * Payloads by subscription, and again those whose three attempts failed, which Lambda puts into a queue as they were.
 * What fails for now is thrown, or goes back to the queue.
 */
export function createHandler(services: Services) {
  return async (event: unknown): Promise<SQSBatchResponse> => {
    const batchItemFailures: { itemIdentifier: string }[] = [];
    if (!isQueueEvent(event)) {
      await ingestPayload(services, event);
      return { batchItemFailures };
    }
    for (const { messageId, body } of event.Records) {
      try {
        await ingestPayload(services, JSON.parse(body));
      } catch (error) {
        services.log.error('a payload goes back to the queue', error, { messageId });
        batchItemFailures.push({ itemIdentifier: messageId });
      }
    }
    return { batchItemFailures };
  };
}

const isQueueEvent = (event: unknown): event is SQSEvent =>
  typeof event === 'object' && event !== null && 'Records' in event;
