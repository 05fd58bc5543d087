import { createHash } from 'node:crypto';
import { messagesOf, readSubscription } from '../../shared/aws/ingest/log-subscription.ts';
import type { Services } from './services.ts';
import { storePieces } from './store-pieces.ts';

/** Flow logs in CloudWatch Logs: a payload of records without a header, whose fields the deployment names. */
export async function ingestSubscription(services: Services, event: unknown): Promise<void> {
  const payload = readSubscription(event);
  if (payload.kind === 'control') return;
  if (payload.kind === 'unreadable') {
    services.log.warn('a payload was dropped', { reason: payload.reason });
    return services.log.count({ MessagesRejected: 1 });
  }
  const { logGroup, logStream, json } = payload;
  const input = `${logGroup}:${logStream}`;
  const format = services.formats[logGroup];
  const reader = services.createReader(format === undefined ? { file: input } : { file: input, format });
  for (const message of messagesOf(json)) reader.push(new TextEncoder().encode(`${message}\n`));
  const digest = createHash('sha256').update(json).digest('hex');
  await storePieces(services, reader.finish(), { identity: ['logs', digest], input });
}
