import { readFileSync } from 'node:fs';
import { gunzipSync, gzipSync } from 'node:zlib';

const INCIDENT = new URL('../fixtures/incidents/nat-exhaustion/', import.meta.url);

export const recordedFile = (name: string): Buffer => readFileSync(new URL(name, INCIDENT));

export const recordedSettings = (): Record<string, unknown> =>
  JSON.parse(recordedFile('freeport.json').toString()) as Record<string, unknown>;

/** The recorded log lines of one client as CloudWatch Logs would hand them over: gzip in base64, a batch per `size` events. */
export function logBatches(client: 'c1' | 'c2' | 'c3', size = 200): string[] {
  const lines = gunzipSync(recordedFile(`app-${client}.log.gz`))
    .toString()
    .split('\n')
    .filter(Boolean);
  const logEvents = lines.map((message, index) => ({
    id: `${client}-${String(index).padStart(8, '0')}`,
    timestamp: Date.parse((JSON.parse(message) as { time: string }).time),
    message,
  }));
  const batches: string[] = [];
  for (let at = 0; at < logEvents.length; at += size) {
    const payload = {
      messageType: 'DATA_MESSAGE',
      owner: '123456789012',
      logGroup: '/ecs/orders',
      logStream: `orders/orders/${client}`,
      subscriptionFilters: ['freeport'],
      logEvents: logEvents.slice(at, at + size),
    };
    batches.push(gzipSync(JSON.stringify(payload)).toString('base64'));
  }
  return batches;
}
