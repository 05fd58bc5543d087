import { deflateSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { createHandler } from '../../lambdas/ingest-app-logs/handler.ts';
import { createLog } from '../../shared/aws/log.ts';
import { partStoreInMemory } from './part-store-in-memory.ts';

const ERROR = 'Error: connect EADDRNOTAVAIL 203.0.113.5:443 - Local (10.0.0.1:0)';

const payload = (override: object = {}) => ({
  messageType: 'DATA_MESSAGE',
  owner: '123456789012',
  logGroup: '/app/checkout',
  logStream: 'web/checkout/0123456789abcdef0123456789abcdef',
  subscriptionFilters: ['freeport'],
  logEvents: [
    { id: '1', timestamp: 1_767_261_600_000, message: ERROR },
    { id: '2', timestamp: 1_767_261_601_000, message: ERROR },
  ],
  ...override,
});

const eventOf = (value: unknown, pack: (bytes: string) => Buffer = gzipSync) => ({
  awslogs: { data: pack(JSON.stringify(value)).toString('base64') },
});

function setUp() {
  const store = partStoreInMemory();
  const lines: string[] = [];
  const log = createLog({ functionName: 'test', nowMs: () => 0, write: (line) => lines.push(line) });
  return { handler: createHandler({ parts: store, log }), parts: store.parts, lines };
}

describe('ingest-app-logs', () => {
  it('turns a payload into a part of connection errors', async () => {
    const { handler, parts } = setUp();
    await handler(eventOf(payload()));
    expect(parts()).toMatchObject([
      { source: 'app-log', observations: [{ kind: 'connect-error', logSource: { group: '/app/checkout' } }] },
    ]);
  });

  it('takes zlib for gzip, and gives a redelivery the same part', async () => {
    const { handler, parts } = setUp();
    await handler(eventOf(payload()));
    await handler(eventOf(payload(), deflateSync));
    expect(parts()).toHaveLength(1);
  });

  it('lets the control message pass', async () => {
    const { handler, parts, lines } = setUp();
    await handler(eventOf(payload({ messageType: 'CONTROL_MESSAGE' })));
    expect([parts(), lines]).toEqual([[], []]);
  });

  it('keeps the good events of a batch with a bad one', async () => {
    const { handler, parts, lines } = setUp();
    const { logEvents } = payload();
    await handler(eventOf(payload({ logEvents: [null, ...logEvents, { id: '3' }] })));
    expect(parts()).toMatchObject([{ observations: [{ eventIds: { length: 2 } }] }]);
    expect(lines.some((line) => line.includes('RecordsRejected'))).toBe(true);
  });

  it('acknowledges what it cannot read, and says so', async () => {
    const { handler, parts, lines } = setUp();
    const bomb = { awslogs: { data: gzipSync(Buffer.alloc(80 * 1024 * 1024)).toString('base64') } };
    for (const event of [{}, null, { awslogs: { data: '!!' } }, eventOf('text'), bomb]) await handler(event);
    expect(parts()).toEqual([]);
    expect(lines.filter((line) => line.includes('MessagesRejected'))).toHaveLength(5);
  });

  it('puts no part for events that say nothing of connections, and no event text into its own log', async () => {
    const { handler, parts, lines } = setUp();
    await handler(eventOf(payload({ logEvents: [{ id: '1', timestamp: 1_767_261_600_000, message: 'all well' }] })));
    await handler(eventOf(payload()));
    expect(parts()).toHaveLength(1);
    expect(lines.join()).not.toMatch(/all well|EADDRNOTAVAIL/);
  });
});
