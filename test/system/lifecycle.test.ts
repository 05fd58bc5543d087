import { readFileSync } from 'node:fs';
import { gunzipSync, gzipSync } from 'node:zlib';
import { PutMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import {
  AllocateAddressCommand,
  CreateNatGatewayCommand,
  DescribeSubnetsCommand,
  RunInstancesCommand,
} from '@aws-sdk/client-ec2';
import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Finding } from '../../shared/core/finding/schema.ts';
import type { Inventory } from '../../shared/core/model/inventory.ts';
import { LOG_FILTER_PATTERN } from '../../shared/deploy/log-filter.ts';
import { INVENTORY_INTERVAL_MINUTES } from '../../shared/deploy/retention.ts';
import { appLogEvent, exhaustedLines } from './app-log-payload.ts';
import { deployWithSlack, runOnce } from './deploy-with-slack.ts';
import type { Deployment } from './deployment.ts';
import { emptyBucket, emptyTable } from './empty-stores.ts';
import { httpAnswer, httpEvent } from './http-request.ts';
import { openInbox, type Inbox } from './inbox.ts';
import type { SlackServer } from './slack-server.ts';

const MINUTE_MS = 60_000;

let deployment: Deployment;
let slack: SlackServer;
let email: Inbox;
let machine: Inbox;

beforeAll(async () => {
  ({ deployment, slack } = await deployWithSlack());
  email = await openInbox(deployment, 'Publishing/Email');
  machine = await openInbox(deployment, 'Publishing/Machine');
});

afterAll(async () => {
  await deployment?.stop();
  slack?.stop();
});

const run = (path: string, event: unknown): Promise<void> => runOnce(deployment, path, event);

/** Time goes on as the tests need it; what a schedule does is told the instant. */
let aheadMs = 0;
const now = (): number => Date.now() + aheadMs;
/** The next minute at which everything is looked at: a whole multiple of the intervals of polls and of the inventory. */
const nextInterval = (): number => {
  const intervalMs = INVENTORY_INTERVAL_MINUTES * MINUTE_MS;
  return Math.ceil(now() / intervalMs) * intervalMs;
};
const at = (instantMs: number) => ({ scheduledTime: new Date(instantMs).toISOString() });

async function findings(query: string): Promise<Finding[]> {
  const event = httpEvent(deployment.routes, 'GET', `/findings?${query}`);
  const answer = httpAnswer(await deployment.invoke(deployment.functionOf('Query/Query'), event));
  return (answer.body as { findings: Finding[] }).findings;
}

async function putMetric(Namespace: string, MetricName: string, dimension: [string, string], atMs: number) {
  const [Name, Value] = dimension;
  const datum = { MetricName, Dimensions: [{ Name, Value }], Timestamp: new Date(atMs), Value: 27_000 };
  await deployment.clients.cloudwatch.send(new PutMetricDataCommand({ Namespace, MetricData: [datum] }));
}

/** What was told since the last call: e-mails by subject, and Slack messages with the thread they stand in. */
async function told() {
  await deployment.settle();
  const posts = slack.calls
    .splice(0)
    .map(({ body }) => ({ thread: body['thread_ts'] ?? null, text: String(body['text']) }));
  return { subjects: (await email()).map(({ subject }) => subject), posts };
}

/** The line that the page on deployment has people put into a log group. */
const [, LINE = ''] =
  /^ *LINE='([^']+)'$/m.exec(readFileSync(new URL('../../docs/deploy.md', import.meta.url), 'utf8')) ?? [];

async function startAnew(): Promise<void> {
  const { clients } = deployment;
  for (const path of ['Stores/PartIndex', 'Stores/Findings'])
    await emptyTable(clients, deployment.physical(deployment.idOf('AWS::DynamoDB::Table', path)).ref);
  await emptyBucket(clients, deployment.physical(deployment.idOf('AWS::S3::Bucket', 'Stores')).ref);
  await told();
}

describe('the test finding of the page on deployment', () => {
  it('comes by the wiring alone: lines in, an e-mail and an answer of the API out', async () => {
    const term = LOG_FILTER_PATTERN.split(' ').find((one) => LINE.includes(one.replaceAll(/[?"]/g, '')));
    expect(term, 'a term of the subscription filter that lets the line through').toBeDefined();
    const messages = Array.from({ length: 40 }, () => LINE);
    const event = appLogEvent({ logGroup: '/test/freeport', logStream: 'one', messages, startMs: Date.now() });
    await deployment.invokeAsync(deployment.functionOf('AppLogs/Ingest'), event);
    const { subjects, posts } = await told();
    expect(subjects).toEqual([expect.stringMatching(/^\[Freeport\] CRITICAL: .* ran out of local ports/)]);
    expect(posts).toHaveLength(1);
    expect(await findings('status=open')).toMatchObject([{ kind: 'host-port-exhaustion', layer: 'host' }]);
  });
});

describe('a host with a CloudWatch agent', () => {
  beforeAll(() => startAnew());

  it('is asked for its sockets only while its finding is open, and they stand in its evidence', async () => {
    const { ec2 } = deployment.clients;
    const { Subnets } = await ec2.send(new DescribeSubnetsCommand({}));
    const started = await ec2.send(
      new RunInstancesCommand({
        ImageId: 'ami-12c6146b',
        MinCount: 1,
        MaxCount: 1,
        SubnetId: Subnets?.[0]?.SubnetId,
      }),
    );
    const { InstanceId = '', PrivateIpAddress = '' } = started.Instances?.[0] ?? {};
    await run('Inventory/Sync', at(nextInterval()));
    await run('Metrics/Poll', at(nextInterval()));
    expect(askedAgents()).toBe(false);

    const messages = exhaustedLines(PrivateIpAddress, '203.0.113.10:443');
    await run('AppLogs/Ingest', appLogEvent({ logGroup: '/ecs/orders', logStream: 'a', messages, startMs: now() }));
    await run('Analysis/Analyze', at(now()));
    const [finding] = await findings('status=open&layer=host');
    expect(finding?.evidence.map(({ detector }) => detector)).toEqual(['host-connect-error-burst']);

    await putMetric('CWAgent', 'netstat_tcp_time_wait', ['InstanceId', InstanceId], now());
    await run('Metrics/Poll', at(nextInterval()));
    expect(askedAgents()).toBe(true);
    await run('Analysis/Analyze', at(now()));
    const [informed] = await findings('status=open&layer=host');
    expect(informed?.evidence.at(-1)).toMatchObject({
      detector: 'cloudwatch-agent',
      statement: `the CloudWatch agent of ${InstanceId} counts 27000 in TIME_WAIT, over all destinations`,
    });
    expect(await told()).toMatchObject({ subjects: { length: 1 }, posts: { length: 1 } });
  });

  const askedAgents = (): boolean =>
    deployment.gateway.calls.some(({ operation }) => operation === 'monitoring:ListMetrics');
});

describe('a storm of findings', () => {
  beforeAll(() => startAnew());

  it('is one message for people, and one each for programs', async () => {
    await machine();
    const startMs = now();
    for (const [index, logStream] of ['a', 'b', 'c', 'd', 'e'].entries()) {
      const messages = exhaustedLines(`10.7.0.${index + 1}`, '203.0.113.99:5432');
      await run('AppLogs/Ingest', appLogEvent({ logGroup: `/ecs/storm-${index}`, logStream, messages, startMs }));
    }
    await run('Analysis/Analyze', at(now()));
    const { subjects, posts } = await told();
    expect(subjects).toHaveLength(1);
    expect(subjects[0]).toMatch(/5/);
    expect(posts).toMatchObject([{ thread: null }]);
    expect(await machine()).toHaveLength(5);
  });
});

/** The last one: its end comes an hour later, and what the streams set going runs by the real clock. */
describe('a NAT gateway that loses an address', () => {
  beforeAll(() => startAnew());

  let natGatewayId = '';
  const startMs = Date.now();

  it('is found by the inventory alone, and told in Slack only', async () => {
    const { ec2 } = deployment.clients;
    const { Subnets } = await ec2.send(new DescribeSubnetsCommand({}));
    const { AllocationId } = await ec2.send(new AllocateAddressCommand({ Domain: 'vpc' }));
    const create = new CreateNatGatewayCommand({ SubnetId: Subnets?.[0]?.SubnetId, AllocationId });
    natGatewayId = (await ec2.send(create)).NatGateway?.NatGatewayId ?? '';
    await run('Inventory/Sync', at(startMs));
    await pretendOneMoreAddress();
    await run('Inventory/Sync', at(startMs));
    const metric = ['NatGatewayId', natGatewayId] as [string, string];
    await putMetric('AWS/NATGateway', 'ActiveConnectionCount', metric, Date.now());
    await run('Metrics/Poll', { source: 'aws.cloudwatch' });
    await run('Analysis/Analyze', at(Date.now()));
    expect(await findings('status=open&layer=nat')).toMatchObject([
      {
        kind: 'capacity-shrunk',
        subject: { id: natGatewayId },
        capacityPorts: 55_000,
        evidence: [{ statement: '110000 → 55000 ports per destination: the gateway lost addresses' }],
      },
    ]);
    expect(await told()).toMatchObject({ subjects: [], posts: [{ thread: null }] });
  });

  it('asks for an analysis by itself', () => {
    const calls = deployment.gateway.calls.filter(({ caller }) => caller === deployment.functionOf('Inventory/Sync'));
    expect(calls.map(({ operation }) => operation)).toContain('dynamodb:PutItem');
  });

  it('ends, and that is told where the beginning was', async () => {
    aheadMs = 30 * MINUTE_MS;
    const later = nextInterval();
    for (const minute of [-12, -8, -4, 0])
      await putMetric(
        'AWS/NATGateway',
        'ActiveConnectionCount',
        ['NatGatewayId', natGatewayId],
        later + minute * MINUTE_MS,
      );
    await run('Metrics/Poll', at(later));
    aheadMs = 60 * MINUTE_MS;
    await run('Analysis/Analyze', at(now()));
    expect(await findings('status=resolved&layer=nat')).toMatchObject([{ kind: 'capacity-shrunk' }]);
    expect(await told()).toMatchObject({ subjects: [], posts: [{ thread: expect.stringMatching(/^1700000000/) }] });
  });

  /** The emulator's gateways have one address each: the inventory is made to remember a second. */
  async function pretendOneMoreAddress(): Promise<void> {
    const { s3 } = deployment.clients;
    const Bucket = deployment.physical(deployment.idOf('AWS::S3::Bucket', 'Stores')).ref;
    const object = { Bucket, Key: 'inventory/current.json.gz' };
    const { Body } = await s3.send(new GetObjectCommand(object));
    const bytes = (await Body?.transformToByteArray()) ?? new Uint8Array();
    const inventory = JSON.parse(gunzipSync(bytes).toString()) as Inventory;
    const natGateways = inventory.natGateways.map((gateway) => ({
      ...gateway,
      addresses: [...gateway.addresses, { ...gateway.addresses[0], privateAddress: '10.9.9.9' }],
    }));
    await s3.send(new PutObjectCommand({ ...object, Body: gzipSync(JSON.stringify({ ...inventory, natGateways })) }));
  }
});

it('asks for nothing that the template does not allow', () => {
  expect(deployment.gateway.denied).toEqual([]);
});
