import { createHash } from 'node:crypto';
import type { AnalysisRequests } from '../../shared/aws/store/analysis-requests.ts';
import type { Log } from '../../shared/aws/log.ts';
import { readSubscription } from '../../shared/aws/ingest/log-subscription.ts';
import { partsOfReading } from '../../shared/aws/store/parts-of-reading.ts';
import { readWatchedHosts } from '../../shared/aws/ingest/watched-hosts.ts';
import { createLogReader } from '../../shared/core/app-log/log-reader.ts';
import type { Reading } from '../../shared/core/model/reading.ts';
import type { PartStore } from '../../shared/ports.ts';

export type Services = {
  readonly parts: Pick<PartStore, 'put'>;
  readonly requests: AnalysisRequests;
  readonly log: Log;
};

/**
 * One subscription payload → parts. What cannot be read is counted and acknowledged: CloudWatch Logs would skip this
 * destination for minutes if it were refused.
 */
export async function ingestPayload({ parts, requests, log }: Services, event: unknown): Promise<void> {
  const payload = readSubscription(event);
  if (payload.kind === 'control') return;
  if (payload.kind === 'unreadable') {
    log.warn('a payload was dropped', { reason: payload.reason });
    return log.count({ MessagesRejected: 1 });
  }
  const { logGroup, logStream, json } = payload;
  const input = `${logGroup}:${logStream}`;
  const digest = createHash('sha256').update(json).digest('hex');
  const errors = readErrors(json, logGroup, logStream);
  for (const reading of [errors, await readWatchedHosts(json, input)].filter((one) => one !== null))
    for (const part of partsOfReading(reading, { identity: [reading.source, digest], input })) await parts.put(part);
  if (tellsOfExhaustion(errors)) await requests.request('connect-exhaustion');
  const { read, rejected } = errors.counts;
  log.info('ingested', { logGroup, read, rejected });
  log.count({ RecordsRejected: rejected });
}

function readErrors(json: Uint8Array, group: string, stream: string): Reading {
  const reader = createLogReader({ file: `${group}:${stream}`, logSource: { group, stream, service: null } });
  reader.push(json);
  return reader.finish();
}

const tellsOfExhaustion = ({ scopes }: Reading): boolean =>
  scopes.some(({ observations }) =>
    observations.some((row) => row.kind === 'connect-error' && row.verdict === 'connect-exhaustion'),
  );
