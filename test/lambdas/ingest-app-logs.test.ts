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
  const asked: string[] = [];
  const requests = { request: async (reason: string) => void asked.push(reason) };
  return { handler: createHandler({ parts: store, requests, log }), parts: store.parts, lines, asked };
}

describe('ingest-app-logs', () => {
  it('turns a payload into a part of connection errors', async () => {
    const { handler, parts } = setUp();
    await handler(eventOf(payload()));
    expect(parts()).toMatchObject([
      { source: 'app-log', observations: [{ kind: 'connect-error', logSource: { group: '/app/checkout' } }] },
    ]);
  });

  it('asks for an analysis when the events are certain, and not when they say nothing', async () => {
    const { handler, asked } = setUp();
    await handler(eventOf(payload({ logEvents: [{ id: '1', timestamp: 1_767_261_600_000, message: 'all well' }] })));
    expect(asked).toEqual([]);
    await handler(eventOf(payload()));
    expect(asked).toEqual(['connect-exhaustion']);
  });

  it('reads lines of `freeport host --watch` from any group', async () => {
    const { handler, parts } = setUp();
    const destination = { localAddress: '10.0.0.1', address: '203.0.113.5', port: 443, protocol: 6 };
    const line = {
      freeport: 'host',
      version: 1,
      at: '2026-01-01T10:00:30Z',
      host: 'web-1',
      localRange: { low: 32_768, high: 60_999 },
      destinations: [{ ...destination, timeWait: 20, established: 5, portsInUse: 25 }],
      dropped: { destinations: 0, largestPortsInUse: 0 },
    };
    await handler(eventOf(payload({ logEvents: [{ id: '1', timestamp: 1, message: JSON.stringify(line) }] })));
    expect(parts()).toMatchObject([
      { source: 'socket-table', observations: [{ kind: 'socket', host: 'web-1', portsInUse: 25 }] },
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
