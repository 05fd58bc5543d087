import { createHash } from 'node:crypto';
import type { Log } from '../../shared/aws/log.ts';
import { readSubscription } from '../../shared/aws/log-subscription.ts';
import { partsOfReading } from '../../shared/aws/parts-of-reading.ts';
import { createLogReader } from '../../shared/core/app-log/log-reader.ts';
import type { PartStore } from '../../shared/ports.ts';

export type Services = { readonly parts: PartStore; readonly log: Log };

/**
 * One subscription payload → parts. What cannot be read is counted and acknowledged: CloudWatch Logs would skip this
 * destination for minutes if it were refused. What failed for now is thrown, and Lambda tries the same payload again.
 */
export function createHandler({ parts, log }: Services) {
  return async (event: unknown): Promise<void> => {
    const payload = readSubscription(event);
    if (payload.kind === 'control') return;
    if (payload.kind === 'unreadable') {
      log.warn('a payload was dropped', { reason: payload.reason });
      return log.count({ MessagesRejected: 1 });
    }
    const { logGroup, logStream, json } = payload;
    const input = `${logGroup}:${logStream}`;
    const reader = createLogReader({
      file: input,
      logSource: { group: logGroup, stream: logStream, service: null },
    });
    reader.push(json);
    const reading = reader.finish();
    const digest = createHash('sha256').update(json).digest('hex');
    for (const part of partsOfReading(reading, { identity: ['logs', digest], input })) await parts.put(part);
    const { read, rejected } = reading.counts;
    log.info('ingested', { logGroup, read, rejected });
    log.count({ RecordsRejected: rejected });
  };
}
