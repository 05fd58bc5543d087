import { gzipSync } from 'node:zlib';
import type { SQSEvent } from 'aws-lambda';
import { describe, expect, it } from 'vitest';
import { createHandler } from '../../lambdas/ingest-flow-logs/handler.ts';
import { createPieceReader } from '../../shared/aws/ingest/flow-pieces.ts';
import { createLog } from '../../shared/aws/log.ts';
import type { ObjectSource } from '../../shared/aws/ingest/object-source.ts';
import type { Part } from '../../shared/core/model/part.ts';
import { partStoreInMemory } from './part-store-in-memory.ts';

const FLOW_LOG =
  'version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status\n' +
  '2 123456789012 eni-1 10.0.0.1 203.0.113.5 40000 443 6 5 300 1767261600 1767261630 ACCEPT OK\n';

const s3Event = (key: string, bucket = 'flows') =>
  JSON.stringify({ Records: [{ s3: { bucket: { name: bucket }, object: { key, eTag: 'e' } } }] });

const messages = (...bodies: string[]): SQSEvent =>
  ({ Records: bodies.map((body, index) => ({ messageId: `m${index}`, body })) }) as SQSEvent;

function setUp(objects: Record<string, string | Error>, store = partStoreInMemory()) {
  const lines: string[] = [];
  const source: ObjectSource = {
    async read({ bucket, key }, createReader) {
      const content = objects[`${bucket}/${key}`];
      if (content === undefined) return { kind: 'gone' };
      if (content instanceof Error) throw content;
      const reader = createReader(key);
      reader.push(new TextEncoder().encode(content));
      return { kind: 'read', content: reader.finish(), version: 'v1', warning: null };
    },
  };
  const log = createLog({ functionName: 'test', nowMs: () => 0, write: (line) => lines.push(line) });
  const asked: string[] = [];
  const requests = {
    request(reason: string): Promise<void> {
      asked.push(`${reason} after ${store.parts().length} parts`);
      return Promise.resolve();
    },
  };
  const formats = {
    '/flow/nat': ['srcaddr', 'dstaddr', 'srcport', 'dstport', 'protocol', 'start', 'end', 'log-status'],
  };
  return {
    handler: createHandler({ objects: source, parts: store, requests, createReader: createPieceReader, log, formats }),
    parts: store.parts,
    asked: () => asked,
    lines,
  };
}

describe('ingest-flow-logs', () => {
  it('turns an object into parts that know where they came from', async () => {
    const { handler, parts } = setUp({ 'flows/a.log': FLOW_LOG });
    expect(await handler(messages(s3Event('a.log')))).toEqual({ batchItemFailures: [] });
    expect(parts().map((part) => part.input)).toEqual(['s3://flows/a.log']);
  });

  it('asks for an analysis where many ports are in use, once all is stored', async () => {
    const [header] = FLOW_LOG.split('\n');
    const busy = (count: number): string =>
      [
        header,
        ...Array.from(
          { length: count },
          (_, i) =>
            `2 123456789012 eni-1 10.0.0.1 203.0.113.5 ${1_024 + i} 443 6 5 300 1767261600 1767261630 ACCEPT OK`,
        ),
        '',
      ].join('\n');
    const { handler, asked } = setUp({ 'flows/calm.log': busy(7_999), 'flows/busy.log': busy(8_000) });
    await handler(messages(s3Event('calm.log')));
    expect(asked()).toEqual([]);
    await handler(messages(s3Event('busy.log')));
    expect(asked()).toEqual(['port-pressure after 2 parts']);
  });

  it('gives a redelivered object the same parts', async () => {
    const { handler, parts } = setUp({ 'flows/a.log': FLOW_LOG });
    await handler(messages(s3Event('a.log'), s3Event('a.log')));
    const [first] = parts();
    await handler(messages(s3Event('a.log')));
    expect(parts()).toEqual([first]);
  });

  it('decodes keys as S3 encodes them', async () => {
    const { handler, parts } = setUp({ 'flows/a b+ü=1.log': FLOW_LOG });
    await handler(messages(s3Event('a+b%2B%C3%BC%3D1.log')));
    expect(parts()).toHaveLength(1);
  });

  it('takes notifications by SNS, and by EventBridge, whose keys are not encoded', async () => {
    const { handler, parts } = setUp({ 'flows/a+b.log': FLOW_LOG, 'flows/c.log': FLOW_LOG });
    const bySns = JSON.stringify({ Type: 'Notification', Message: s3Event('c.log') });
    const detail = { bucket: { name: 'flows' }, object: { key: 'a+b.log' } };
    const byBus = JSON.stringify({ source: 'aws.s3', 'detail-type': 'Object Created', detail });
    await handler(messages(bySns, byBus));
    expect(parts().map((part) => part.input)).toEqual(['s3://flows/c.log', 's3://flows/a+b.log']);
  });

  it('acknowledges the test event, what is no notification, and an object that is gone', async () => {
    const { handler, parts, lines } = setUp({});
    const bodies = [JSON.stringify({ Event: 's3:TestEvent' }), 'not json', s3Event('%E0%A4%A'), s3Event('gone.log')];
    expect(await handler(messages(...bodies))).toEqual({ batchItemFailures: [] });
    expect(parts()).toEqual([]);
    expect(lines.filter((line) => line.includes('MessagesRejected'))).toHaveLength(2);
  });

  it('sends back only the message that failed', async () => {
    const { handler, parts } = setUp({
      'flows/a.log': FLOW_LOG,
      'flows/b.log': new Error('SlowDown'),
      'flows/c.log': FLOW_LOG,
    });
    const answer = await handler(messages(s3Event('a.log'), s3Event('b.log'), s3Event('c.log')));
    expect(answer).toEqual({ batchItemFailures: [{ itemIdentifier: 'm1' }] });
    expect(parts()).toHaveLength(2);
  });

  it('sends a message back when the store fails, and comes to the same once it does not', async () => {
    const store = partStoreInMemory();
    const failing = { ...store, put: (_part: Part) => Promise.reject(new Error('throttled')) };
    const first = setUp({ 'flows/a.log': FLOW_LOG }, failing);
    expect((await first.handler(messages(s3Event('a.log')))).batchItemFailures).toHaveLength(1);
    const second = setUp({ 'flows/a.log': FLOW_LOG }, store);
    expect((await second.handler(messages(s3Event('a.log')))).batchItemFailures).toEqual([]);
    expect(store.parts()).toHaveLength(1);
  });

  it('counts the bad records of an object and keeps the good ones', async () => {
    const { handler, parts, lines } = setUp({ 'flows/a.log': `${FLOW_LOG}bogus line\n` });
    await handler(messages(s3Event('a.log')));
    expect(parts()).toHaveLength(1);
    expect(lines.some((line) => line.includes('"RecordsRejected":1'))).toBe(true);
    expect(lines.join()).not.toContain('bogus');
  });

  it('reads flow logs from CloudWatch Logs in the format that the deployment names', async () => {
    const { handler, parts } = setUp({});
    const record = '10.0.0.1 203.0.113.5 40000 443 6 1767261600 1767261630 OK';
    const logEvents = [{ id: '1', timestamp: 1_767_261_600_000, message: record }, null];
    const base = { messageType: 'DATA_MESSAGE', logStream: 'eni-1-all', logEvents };
    for (const logGroup of ['/flow/nat', '/flow/other']) {
      const awslogs = { data: gzipSync(JSON.stringify({ ...base, logGroup })).toString('base64') };
      expect(await handler({ awslogs })).toEqual({ batchItemFailures: [] });
    }
    expect(parts().map((part) => part.input)).toEqual(['/flow/nat:eni-1-all']);
  });
});
