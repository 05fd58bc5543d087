import { createHash } from 'node:crypto';
import { messagesOf, readSubscription } from '../../shared/aws/log-subscription.ts';
import { partsOfReading } from '../../shared/aws/parts-of-reading.ts';
import type { Services } from './services.ts';

/** Flow logs in CloudWatch Logs: a payload of records without a header, whose fields the deployment names. */
export async function ingestSubscription(
  { parts, createReader, log, formats }: Services,
  event: unknown,
): Promise<void> {
  const payload = readSubscription(event);
  if (payload.kind === 'control') return;
  if (payload.kind === 'unreadable') {
    log.warn('a payload was dropped', { reason: payload.reason });
    return log.count({ MessagesRejected: 1 });
  }
  const { logGroup, logStream, json } = payload;
  const input = `${logGroup}:${logStream}`;
  const format = formats[logGroup];
  const reader = createReader(format === undefined ? { file: input } : { file: input, format });
  for (const message of messagesOf(json)) reader.push(new TextEncoder().encode(`${message}\n`));
  const reading = reader.finish();
  const digest = createHash('sha256').update(json).digest('hex');
  for (const part of partsOfReading(reading, { identity: ['logs', digest], input })) await parts.put(part);
  const { read, rejected } = reading.counts;
  log.info('ingested', { input, read, rejected });
  log.count({ RecordsRejected: rejected });
}
