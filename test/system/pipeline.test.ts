import {
  CreateLogGroupCommand,
  DescribeSubscriptionFiltersCommand,
  PutSubscriptionFilterCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { DescribeAlarmsCommand, PutMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import {
  AllocateAddressCommand,
  CreateNatGatewayCommand,
  DeleteNatGatewayCommand,
  DescribeSubnetsCommand,
} from '@aws-sdk/client-ec2';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { settings as defaults } from '../../cdk/settings.ts';
import type { Health } from '../../shared/api/schemas.ts';
import type { Analysis, Finding } from '../../shared/core/finding/schema.ts';
import { deployWithSlack, runOnce, SLACK_TOKEN } from './deploy-with-slack.ts';
import type { Deployment } from './deployment.ts';
import { httpAnswer, httpEvent, type HttpAnswer } from './http-request.ts';
import { unusedPermissions } from './iam.ts';
import { openInbox, type Inbox } from './inbox.ts';
import { analyseOnOneMachine, analysisTime, CLIENTS, FLOW_LOG_KEY, logBatches, recordedFile } from './recorded.ts';
import { recordedSettings } from './recorded.ts';
import type { SlackServer } from './slack-server.ts';
import { startStackEndpoint } from './stack-endpoint.ts';

let deployment: Deployment;
let expected: Analysis;
let slack: SlackServer;
let email: Inbox;
let machine: Inbox;

beforeAll(async () => {
  expected = analyseOnOneMachine();
  ({ deployment, slack } = await deployWithSlack({
    appLogs: {
      kind: 'subscriptions',
      groups: { prefixes: ['/ecs/'], tag: { key: 'freeport', value: 'on' }, exclude: [], withTimeouts: ['/ecs/pay'] },
    },
    analysis: { ...defaults.analysis, overrides: recordedSettings() },
  }));
  email = await openInbox(deployment, 'Publishing/Email');
  machine = await openInbox(deployment, 'Publishing/Machine');
});

afterAll(async () => {
  await deployment?.stop();
  slack?.stop();
});

const run = (path: string, event: unknown): Promise<void> => runOnce(deployment, path, event);

const ask = async (method: string, target: string, body?: unknown): Promise<HttpAnswer> =>
  httpAnswer(
    await deployment.invoke(deployment.functionOf('Query/Query'), httpEvent(deployment.routes, method, target, body)),
  );

const byId = (list: readonly Finding[]): Finding[] => [...list].sort((a, b) => (a.id < b.id ? -1 : 1));

const golden = (name: string): string => `../golden/system/${name}`;

describe('the deployed pipeline', () => {
  it('takes the recorded flow log object by way of the bucket and the queue', async () => {
    const Bucket = deployment.physical(deployment.idOf('AWS::S3::Bucket', 'FlowLogs')).ref;
    const Body = recordedFile('flow-logs.v5.log.gz');
    await deployment.clients.s3.send(new PutObjectCommand({ Bucket, Key: FLOW_LOG_KEY, Body }));
    await deployment.settle();
    const operations = deployment.gateway.calls.map(({ operation }) => operation);
    expect(operations).toContain('s3:GetObject');
    expect(operations).toContain('s3:PutObject');
  });

  it('takes the recorded log batches by subscription', async () => {
    for (const client of CLIENTS)
      for (const data of logBatches(client)) await run('AppLogs/Ingest', { awslogs: { data } });
  });

  it('finds what `freeport analyze` finds on the same files', async () => {
    const outcome = await deployment.invoke(deployment.functionOf('Analysis/Analyze'), {
      scheduledTime: analysisTime(expected),
    });
    expect(outcome).toMatchObject({ value: { kind: 'analysed', findings: expected.findings.length } });
    const answer = await ask('GET', '/findings');
    expect(answer.status).toBe(200);
    expect(byId((answer.body as { findings: Finding[] }).findings)).toEqual(byId(expected.findings));
  });

  it('tells people by e-mail and in Slack, and programs as JSON and on the bus', async () => {
    await deployment.settle();
    const [mail, ...more] = await email();
    expect(more).toEqual([]);
    await expect(`${mail?.subject}\n\n${mail?.text}`).toMatchFileSnapshot(golden('email.txt'));
    const [message] = await machine();
    expect(message?.attributes).toMatchObject({ transition: 'opened', layer: 'nat', kind: 'nat-port-exhaustion' });
    const pretty = `${JSON.stringify(JSON.parse(message?.text ?? ''), null, 2)}\n`;
    await expect(pretty).toMatchFileSnapshot(golden('machine.json'));
    expect(slack.calls.map(({ authorization }) => authorization)).toEqual([`Bearer ${SLACK_TOKEN}`]);
    await expect(`${JSON.stringify(slack.calls[0]?.body, null, 2)}\n`).toMatchFileSnapshot(golden('slack.json'));
    expect(deployment.gateway.calls.map(({ operation }) => operation)).toContain('events:PutEvents');
  });

  it('comes to the same when run again, and tells nobody twice', async () => {
    await run('Analysis/Analyze', { scheduledTime: analysisTime(expected) });
    await run('Publishing/Publish', { scheduledTime: analysisTime(expected) });
    await deployment.settle();
    expect([await email(), await machine(), slack.calls.length]).toEqual([[], [], 1]);
  });

  it('answers queries by what findings are about, and says how much room is left', async () => {
    const [first] = expected.findings;
    const found = await ask('GET', '/findings?destination=203.0.113.10:443&layer=nat');
    expect((found.body as { findings: Finding[] }).findings.map(({ id }) => id)).toEqual([first?.id]);
    expect((await ask('GET', '/findings?destination=192.0.2.1')).body).toMatchObject({ findings: [] });
    expect((await ask('GET', '/nat-gateways')).body).toMatchObject({ natGateways: [{ id: 'nat-0aaaabbbbccccdddd' }] });
    expect((await ask('GET', '/health')).status).toBe(200);
    expect((await ask('GET', '/findings/none')).status).toBe(404);
  });

  it('records who acknowledged a finding, and the next analysis keeps to it', async () => {
    const [first] = expected.findings;
    const answer = await ask('POST', `/findings/${first?.id}/acknowledge`, { reason: 'on it' });
    // The recorded incident is over, and what is over cannot be acknowledged.
    expect(answer.status).toBe(first?.status === 'open' ? 200 : 409);
    expect((await ask('GET', `/findings/${first?.id}/actions`)).status).toBe(200);
    expect((await ask('GET', '/ruled-out')).body).toMatchObject({ ruledOut: expect.any(Array) });
  });
});

describe('what comes by schedule', () => {
  it('reads the inventory, keeps the alarms of a NAT gateway, and drops them with it', async () => {
    const { ec2, cloudwatch } = deployment.clients;
    const { Subnets } = await ec2.send(new DescribeSubnetsCommand({}));
    const { AllocationId } = await ec2.send(new AllocateAddressCommand({ Domain: 'vpc' }));
    const create = new CreateNatGatewayCommand({ SubnetId: Subnets?.[0]?.SubnetId, AllocationId });
    const NatGatewayId = (await ec2.send(create)).NatGateway?.NatGatewayId ?? '';
    await run('Inventory/Sync', { scheduledTime: '2026-01-01T10:00:00Z' });
    const alarms = async () => (await cloudwatch.send(new DescribeAlarmsCommand({}))).MetricAlarms ?? [];
    expect((await alarms()).map(({ AlarmName = '' }) => AlarmName).sort()).toEqual([
      `Freeport-port-errors-${NatGatewayId}`,
      `Freeport-port-watch-${NatGatewayId}`,
    ]);

    await pollMetrics(NatGatewayId);

    await ec2.send(new DeleteNatGatewayCommand({ NatGatewayId }));
    await run('Inventory/Sync', { scheduledTime: '2026-01-01T10:15:00Z' });
    expect(await alarms()).toEqual([]);
  });

  it('keeps chosen log groups subscribed without touching foreign filters, and undoes it with the stack', async () => {
    const { logs } = deployment.clients;
    for (const logGroupName of ['/ecs/orders', '/ecs/pay', '/ecs/taken', '/other'])
      await logs.send(new CreateLogGroupCommand({ logGroupName }));
    const destinationArn = deployment.physical(deployment.functionOf('Query/Query')).attributes['Arn'];
    for (const filterName of ['theirs', 'theirs-too']) {
      const foreign = { logGroupName: '/ecs/taken', filterName, filterPattern: '', destinationArn };
      await logs.send(new PutSubscriptionFilterCommand(foreign));
    }
    await logs.send(new CreateLogGroupCommand({ logGroupName: '/tagged', tags: { freeport: 'on' } }));
    await run('AppLogs/Subscribe', { scheduledTime: '2026-01-01T10:00:00Z' });
    const filters = async (logGroupName: string) => {
      const answer = await logs.send(new DescribeSubscriptionFiltersCommand({ logGroupName }));
      return (answer.subscriptionFilters ?? []).map(({ filterName }) => filterName);
    };
    expect(await filters('/ecs/orders')).toEqual(['Freeport-freeport']);
    expect(await filters('/ecs/pay')).toEqual(['Freeport-freeport', 'Freeport-freeport-timeouts']);
    expect(await filters('/tagged')).toEqual(['Freeport-freeport']);
    expect(await filters('/ecs/taken')).toEqual(['theirs', 'theirs-too']);
    expect(await filters('/other')).toEqual([]);
    const { logGroups } = (await ask('GET', '/health')).body as Health;
    expect(logGroups?.groups.map(({ name, state }) => `${name}: ${state}`)).toEqual([
      '/ecs/taken: no-room',
      '/ecs/orders: listening',
      '/ecs/pay: listening',
      '/tagged: listening',
    ]);

    const answers: unknown[] = [];
    const stack = await startStackEndpoint(answers);
    const event = {
      RequestType: 'Delete',
      ResponseURL: stack.url,
      StackId: 's',
      RequestId: 'r',
      LogicalResourceId: 'l',
    };
    await run('AppLogs/Subscribe', event);
    await run('Inventory/Sync', event);
    stack.stop();
    expect(answers).toMatchObject([{ Status: 'SUCCESS' }, { Status: 'SUCCESS' }]);
    expect((await Promise.all(['/ecs/orders', '/ecs/pay', '/tagged'].map(filters))).flat()).toEqual([]);
    expect(await filters('/ecs/taken')).toEqual(['theirs', 'theirs-too']);
  });
});

describe('permissions', () => {
  it('allow every call that was made', () => {
    expect(deployment.gateway.denied).toEqual([]);
  });

  it('that were never used are these, each for a reason', () => {
    const unused = unusedPermissions(deployment.policies, deployment.gateway.calls);
    const ours = unused.filter((permission) => !LAMBDAS_OWN.test(permission));
    expect(ours.map(withoutDigest)).toEqual(NEVER_USED);
  });
});

/** Lambda itself writes logs, polls queues and streams, and sends what failed to the dead-letter queue, as the function's role. */
const LAMBDAS_OWN =
  /: (?:logs:(?:CreateLogStream|PutLogEvents)|sqs:\w+|dynamodb:(?:DescribeStream|GetRecords|GetShardIterator|ListStreams))$/;

/** What this test's incident does not need, and when it is. */
const NEVER_USED: readonly string[] = [
  // When an object expired before it was read.
  'FlowLogsIngest: s3:ListBucket',
  // When a NAT gateway lost an address.
  'InventorySync: dynamodb:PutItem',
  // While a finding is open about a host that the inventory knows.
  'MetricsPoll: cloudwatch:ListMetrics',
  // Before the first inventory.
  'MetricsPoll: s3:ListBucket',
];

const withoutDigest = (permission: string): string => permission.replace(/[0-9A-F]{8}:/, ':');

async function pollMetrics(natGatewayId: string): Promise<void> {
  const Timestamp = new Date(Date.now() - 120_000);
  const Dimensions = [{ Name: 'NatGatewayId', Value: natGatewayId }];
  const MetricData = [{ MetricName: 'ErrorPortAllocation', Dimensions, Timestamp, Value: 5 }];
  await deployment.clients.cloudwatch.send(new PutMetricDataCommand({ Namespace: 'AWS/NATGateway', MetricData }));
  await run('Metrics/Poll', { detail: { alarmName: `Freeport-port-errors-${natGatewayId}` } });
  await run('Metrics/Poll', { scheduledTime: '2026-01-01T10:01:00Z' });
  const lines = deployment.host(deployment.functionOf('Metrics/Poll')).output;
  expect(lines.some((line) => line.includes('"message":"polled"') && line.includes('"datapoints":1'))).toBe(true);
}
