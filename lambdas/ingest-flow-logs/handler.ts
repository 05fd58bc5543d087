import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { readS3Notification, type ArrivedObject } from '../../shared/aws/ingest/s3-notification.ts';
import { ingestSubscription } from './ingest-subscription.ts';
import type { Services } from './services.ts';
import { storePieces } from './store-pieces.ts';

/** Queue messages about new flow log objects → parts. What failed for now goes back to the queue, message by message. */
export function createHandler(services: Services) {
  return async (event: SQSEvent | { readonly awslogs: unknown }): Promise<SQSBatchResponse> => {
    const batchItemFailures: { itemIdentifier: string }[] = [];
    if ('awslogs' in event) {
      await ingestSubscription(services, event);
      return { batchItemFailures };
    }
    for (const { messageId, body } of event.Records) {
      try {
        await ingestMessage(services, body);
      } catch (error) {
        services.log.error('a message goes back to the queue', error, { messageId });
        batchItemFailures.push({ itemIdentifier: messageId });
      }
    }
    return { batchItemFailures };
  };
}

async function ingestMessage(services: Services, body: string): Promise<void> {
  const notification = readS3Notification(body);
  switch (notification.kind) {
    case 'test':
      return;
    case 'unreadable':
      services.log.warn('a message was dropped', { reason: notification.reason });
      return services.log.count({ MessagesRejected: 1 });
    case 'objects':
      for (const object of notification.objects) await ingestObject(services, object);
  }
}

async function ingestObject(services: Services, { bucket, key }: ArrivedObject): Promise<void> {
  const input = `s3://${bucket}/${key}`;
  const found = await services.objects.read({ bucket, key }, (file) => services.createReader({ file }));
  if (found.kind === 'gone') return services.log.warn('an object was gone before it was read', { input });
  const { content, version, warning } = found;
  if (warning !== null) services.log.warn('an object could not be read to its end', { input, reason: warning });
  await storePieces(services, content, { identity: [bucket, key, version], input });
  services.log.count({ ObjectsDamaged: warning === null ? 0 : 1 });
}
