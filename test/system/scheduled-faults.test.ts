import {
  DescribeAlarmsCommand,
  DeleteAlarmsCommand,
  PutMetricAlarmCommand,
  PutMetricDataCommand,
} from '@aws-sdk/client-cloudwatch';
import {
  CreateLogGroupCommand,
  DeleteLogGroupCommand,
  DescribeSubscriptionFiltersCommand,
  PutSubscriptionFilterCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { AllocateAddressCommand, CreateNatGatewayCommand, DescribeSubnetsCommand } from '@aws-sdk/client-ec2';
import { ScanCommand } from '@aws-sdk/client-dynamodb';
import { GetObjectCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createDocumentStore, LOG_GROUPS_KEY } from '../../shared/aws/store/document-store.ts';
import { createInventoryStore } from '../../shared/aws/inventory/inventory-store.ts';
import type { LogGroupStates } from '../../shared/core/finding/log-group-health.ts';
import { machineMessage } from '../../shared/core/notify/machine-message.ts';
import { EMPTY_INVENTORY, type Inventory } from '../../shared/core/model/inventory.ts';
import { boringFinding, boringGateway, boringNotification } from '../contract/boring.ts';
import { deployWithSlack } from './deploy-with-slack.ts';
import type { Deployment } from './deployment.ts';
import { emptyBucket, emptyTable, expireClaims } from './empty-stores.ts';
import { failForLong, killBefore, NONE, slowDown, throttleOnce } from './fault-kinds.ts';
import type { SlackServer } from './slack-server.ts';
import { startStackEndpoint } from './stack-endpoint.ts';

const KEEPS = 'Freeport-freeport';
const ATTEMPTS = 8;

let deployment: Deployment;
let slack: SlackServer;
let storeBucket = '';
let tables: readonly string[] = [];
let natGatewayIds: readonly string[] = [];

beforeAll(async () => {
  const groups = { prefixes: ['/ecs/'], tag: null, exclude: [], withTimeouts: ['/ecs/pay'] };
  ({ deployment, slack } = await deployWithSlack({ appLogs: { kind: 'subscriptions', groups } }));
  storeBucket = deployment.physical(deployment.idOf('AWS::S3::Bucket', 'Stores')).ref;
  tables = ['Stores/PartIndex', 'Stores/Findings'].map(
    (path) => deployment.physical(deployment.idOf('AWS::DynamoDB::Table', path)).ref,
  );
  natGatewayIds = await createGateways();
  const MetricData = natGatewayIds.map((Value, index) => {
    const [Dimensions, Timestamp] = [[{ Name: 'NatGatewayId', Value }], new Date(PLANNED.scheduledTime)];
    return { MetricName: 'ErrorPortAllocation', Dimensions, Timestamp, Value: index + 1 };
  });
  await deployment.clients.cloudwatch.send(new PutMetricDataCommand({ Namespace: 'AWS/NATGateway', MetricData }));
});
afterAll(async () => {
  await deployment?.stop();
  slack?.stop();
});
beforeEach(() => reset());

async function createGateways(): Promise<string[]> {
  const { ec2 } = deployment.clients;
  const { Subnets } = await ec2.send(new DescribeSubnetsCommand({}));
  const ids: string[] = [];
  for (let index = 0; index < 2; index += 1) {
    const { AllocationId } = await ec2.send(new AllocateAddressCommand({ Domain: 'vpc' }));
    const create = new CreateNatGatewayCommand({ SubnetId: Subnets?.[0]?.SubnetId, AllocationId });
    ids.push((await ec2.send(create)).NatGateway?.NatGatewayId ?? '');
  }
  return ids.sort();
}

async function reset(): Promise<void> {
  const { clients, gateway } = deployment;
  gateway.faultOf = () => NONE;
  gateway.calls.length = 0;
  for (const table of tables) await emptyTable(clients, table);
  await emptyBucket(clients, storeBucket);
  slack.calls.length = 0;
  slack.trouble = async () => 200;
}

/** As Lambda and its schedules do: again until it works, with time in between. */
async function untilItWorks(path: string, event: unknown): Promise<unknown> {
  for (let attempt = 1; ; attempt += 1) {
    const outcome = await deployment.invoke(deployment.functionOf(path), event);
    if (outcome.kind === 'returned') return outcome.value;
    if (attempt === ATTEMPTS) throw new Error(`${path} failed ${attempt} times: ${JSON.stringify(outcome)}`);
    for (const table of tables) await expireClaims(deployment.clients, table);
  }
}

const documents = {
  inventory: () =>
    createInventoryStore({ s3: deployment.clients.s3, bucketName: storeBucket, clock: { nowMs: () => Date.now() } }),
  logGroups: () =>
    createDocumentStore<LogGroupStates>({ s3: deployment.clients.s3, bucketName: storeBucket, key: LOG_GROUPS_KEY }),
};

/** Requests for an analysis that stand in the index: there are some, or none. */
async function isAnalysisAsked(): Promise<boolean> {
  const { Items = [] } = await deployment.clients.dynamodb.send(new ScanCommand({ TableName: tables[0] }));
  return Items.some(({ pk }) => pk?.S === 'urgent');
}

/** A function that something sets going again and again: what it begins with, and what it leaves. */
type Repeated = {
  readonly path: string;
  readonly event: unknown;
  prepare(): Promise<void>;
  result(): Promise<unknown>;
};

const PLANNED = { scheduledTime: '2026-01-01T10:05:00Z' };

const LOG_GROUPS = ['/ecs/new', '/ecs/old-pattern', '/ecs/pay', '/ecs/taken', '/left/behind'];

const subscriptions: Repeated = {
  path: 'AppLogs/Subscribe',
  event: PLANNED,
  /** Groups that need a filter, a new pattern, two filters, or have no room; and one that is chosen no more. */
  async prepare() {
    const { logs } = deployment.clients;
    const arnOf = (path: string): string => deployment.physical(deployment.functionOf(path)).attributes['Arn'] ?? '';
    const put = (logGroupName: string, filterName: string, destinationArn: string) =>
      logs.send(new PutSubscriptionFilterCommand({ logGroupName, filterName, filterPattern: 'old', destinationArn }));
    for (const logGroupName of LOG_GROUPS) {
      await logs.send(new DeleteLogGroupCommand({ logGroupName })).catch(() => {});
      await logs.send(new CreateLogGroupCommand({ logGroupName }));
    }
    const ours = arnOf('AppLogs/Ingest');
    await put('/ecs/old-pattern', KEEPS, ours);
    await put('/left/behind', KEEPS, ours);
    for (const name of ['theirs', 'theirs-too']) await put('/ecs/taken', name, arnOf('Query/Query'));
    const groups = [{ name: '/left/behind', state: 'listening', deliveryErrors: 0 }] as const;
    await documents.logGroups().put({ at: '2026-01-01T10:00:00.000Z', groups });
  },
  async result() {
    const groups = (await documents.logGroups().get())?.groups ?? [];
    return { filters: await filtersOf(LOG_GROUPS), groups: groups.toSorted((a, b) => (a.name < b.name ? -1 : 1)) };
  },
};

async function filtersOf(names: readonly string[]): Promise<Record<string, string[]>> {
  const found: Record<string, string[]> = {};
  for (const logGroupName of names) {
    const answer = await deployment.clients.logs.send(new DescribeSubscriptionFiltersCommand({ logGroupName }));
    found[logGroupName] = (answer.subscriptionFilters ?? []).map(
      ({ filterName, filterPattern = '' }) =>
        `${filterName}${filterPattern === 'old' && filterName === KEEPS ? ' (old)' : ''}`,
    );
  }
  return found;
}

const inventory: Repeated = {
  path: 'Inventory/Sync',
  event: PLANNED,
  /** A gateway that had an address more, an alarm that is left over, and none yet for the gateways. */
  async prepare() {
    const [id = ''] = natGatewayIds;
    const [address] = boringGateway().addresses;
    if (address === undefined) throw new Error('the boring gateway has an address');
    const addresses = [address, { ...address, privateAddress: '10.0.0.99' }];
    await documents.inventory().replace({ ...EMPTY_INVENTORY, natGateways: [boringGateway({ id, addresses })] });
    const { cloudwatch } = deployment.clients;
    await cloudwatch.send(new DeleteAlarmsCommand({ AlarmNames: await alarmNames() }));
    await cloudwatch.send(
      new PutMetricAlarmCommand({
        AlarmName: 'Freeport-port-errors-nat-gone',
        Namespace: 'AWS/NATGateway',
        MetricName: 'ErrorPortAllocation',
        Statistic: 'Sum',
        Period: 60,
        EvaluationPeriods: 1,
        Threshold: 0,
        ComparisonOperator: 'GreaterThanThreshold',
      }),
    );
  },
  async result() {
    const known: Inventory = await documents.inventory().get();
    const natGateways = known.natGateways.map(({ addressesBefore, ...gateway }) => ({
      ...gateway,
      hadAddresses: addressesBefore?.count ?? null,
    }));
    return { inventory: { ...known, natGateways }, alarms: await alarmNames(), asked: await isAnalysisAsked() };
  },
};

async function alarmNames(): Promise<string[]> {
  const { MetricAlarms = [] } = await deployment.clients.cloudwatch.send(new DescribeAlarmsCommand({}));
  return MetricAlarms.flatMap(({ AlarmName }) => AlarmName ?? []).sort();
}

const metrics: Repeated = {
  path: 'Metrics/Poll',
  event: PLANNED,
  async prepare() {
    const gateways = natGatewayIds.map((id) => boringGateway({ id }));
    await documents.inventory().replace({ ...EMPTY_INVENTORY, natGateways: gateways });
  },
  result: async () => ({ parts: await partsStored(), asked: await isAnalysisAsked() }),
};

async function partsStored(): Promise<Record<string, string>> {
  const { s3 } = deployment.clients;
  const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: storeBucket, Prefix: 'parts/' }));
  const parts: Record<string, string> = {};
  for (const { Key = '' } of Contents) {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: storeBucket, Key }));
    parts[Key] = gunzipSync((await Body?.transformToByteArray()) ?? new Uint8Array()).toString('latin1');
  }
  return parts;
}

async function cleanRun({ path, event, prepare, result }: Repeated): Promise<{ clean: unknown; calls: number }> {
  await prepare();
  await untilItWorks(path, event);
  const id = deployment.functionOf(path);
  return { clean: await result(), calls: deployment.gateway.calls.filter(({ caller }) => caller === id).length };
}

describe.each([
  ['subscribe-log-groups', subscriptions],
  ['sync-inventory', inventory],
  ['poll-metrics', metrics],
])('%s', (name, repeated) => {
  const { path, event, prepare, result } = repeated;

  it('killed between any two of its calls comes to the same', { timeout: 600_000 }, async () => {
    const { clean, calls } = await cleanRun(repeated);
    expect(calls).toBeGreaterThan(2);
    for (let at = 0; at < calls; at += 1) {
      await reset();
      await prepare();
      const wasKilled = killBefore(deployment, deployment.functionOf(path), at);
      await untilItWorks(path, event);
      expect(wasKilled(), `call ${at} of ${calls}`).toBe(true);
      expect(await result(), `killed before call ${at}`).toEqual(clean);
    }
    console.log(`${name}: killed before each of ${calls} calls`);
  });

  it('run twice, and by an older event after a newer one, comes to the same', async () => {
    const { clean } = await cleanRun(repeated);
    for (const again of [event, { scheduledTime: '2026-01-01T10:06:00Z' }, event]) await untilItWorks(path, again);
    expect(await result()).toEqual(clean);
  });

  it.each([
    ['that throttle', throttleOnce],
    ['that are slow', slowDown],
    ['that fail for long', failForLong],
  ])('by services %s comes to the same', { timeout: 300_000 }, async (_, trouble) => {
    const { clean } = await cleanRun(repeated);
    await reset();
    await prepare();
    trouble(deployment);
    await untilItWorks(path, event);
    deployment.gateway.faultOf = () => NONE;
    expect(await result()).toEqual(clean);
  });
});

describe.each([
  ['subscribe-log-groups', subscriptions],
  ['sync-inventory', inventory],
])('%s, killed while it undoes what it did', (_, { path, event, prepare }) => {
  it('leaves nothing of its own once it ran again', { timeout: 300_000 }, async () => {
    const answers: unknown[] = [];
    const stack = await startStackEndpoint(answers);
    const removal = {
      RequestType: 'Delete',
      ResponseURL: stack.url,
      StackId: 's',
      RequestId: 'r',
      LogicalResourceId: 'l',
    };
    const removeKilledAt = async (at: number): Promise<boolean> => {
      await reset();
      await prepare();
      await untilItWorks(path, event);
      const wasKilled = killBefore(deployment, deployment.functionOf(path), at);
      await untilItWorks(path, removal);
      expect(await alarmNames().then((names) => (path === 'Inventory/Sync' ? names : []))).toEqual([]);
      if (path === 'AppLogs/Subscribe')
        expect(await filtersOf(LOG_GROUPS)).toEqual({
          ...Object.fromEntries(LOG_GROUPS.map((name) => [name, []])),
          '/ecs/taken': ['theirs', 'theirs-too'],
        });
      return wasKilled();
    };
    let at = 0;
    while (await removeKilledAt(at)) at += 1;
    stack.stop();
    expect(at).toBeGreaterThan(0);
    expect(answers.at(-1)).toMatchObject({ Status: 'SUCCESS' });
  });
});

it('subscribe-log-groups, killed and never run by schedule again, leaves no filter when the stack goes', async () => {
  const { path, event, prepare } = subscriptions;
  const { calls } = await cleanRun(subscriptions);
  const answers: unknown[] = [];
  const stack = await startStackEndpoint(answers);
  const removal = {
    RequestType: 'Delete',
    ResponseURL: stack.url,
    StackId: 's',
    RequestId: 'r',
    LogicalResourceId: 'l',
  };
  for (let at = 0; at < calls; at += 3) {
    await reset();
    await prepare();
    killBefore(deployment, deployment.functionOf(path), at);
    await deployment.invoke(deployment.functionOf(path), event);
    await untilItWorks(path, removal);
    const filters = await filtersOf(LOG_GROUPS);
    expect(Object.values(filters).flat(), `killed before call ${at}`).toEqual(['theirs', 'theirs-too']);
  }
  stack.stop();
});

describe('notify-slack', () => {
  const PATH = 'Publishing/NotifySlack';
  const MESSAGE_BYTES = 240_000;

  /** A beginning and an end of one finding, and the beginning of another. */
  const bodies = (): string[] =>
    [
      boringNotification({ notificationId: 'a/opened', finding: boringFinding({ id: 'a' }) }),
      boringNotification({ notificationId: 'b/opened', finding: boringFinding({ id: 'b', title: 'Another one' }) }),
      boringNotification({
        notificationId: 'a/resolved',
        transition: 'resolved',
        finding: boringFinding({ id: 'a', status: 'resolved' }),
      }),
    ].map((notification) => JSON.stringify(machineMessage(notification, MESSAGE_BYTES)));

  /** As the queue delivers: what is not done comes again, after the claims of the dead have run out. */
  async function deliver(texts: readonly string[]): Promise<void> {
    let waiting = texts.map((body, index) => ({ messageId: `m${index}`, body }));
    for (let attempt = 0; waiting.length > 0; attempt += 1) {
      if (attempt === ATTEMPTS) throw new Error(`${waiting.length} messages were never done`);
      const outcome = await deployment.invoke(deployment.functionOf(PATH), { Records: waiting });
      if (outcome.kind === 'returned') {
        const { batchItemFailures } = outcome.value as { batchItemFailures: { itemIdentifier: string }[] };
        const failed = new Set(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
        waiting = waiting.filter(({ messageId }) => failed.has(messageId));
      }
      for (const table of tables) await expireClaims(deployment.clients, table);
    }
  }

  /** What was said, and which of them stand in a thread. */
  const posted = (): string[] =>
    slack.calls.map(({ body }) => `${String(body['text'])}${body['thread_ts'] === undefined ? '' : ' (in a thread)'}`);

  const inOrder = async (): Promise<string[]> => {
    await deliver(bodies());
    return posted().sort();
  };

  it('posts each once, an end in the thread of its beginning', async () => {
    const clean = await inOrder();
    expect(clean).toHaveLength(3);
    expect(clean.filter((text) => text.endsWith('(in a thread)'))).toHaveLength(1);
  });

  it('killed between any two of its calls loses nothing, and repeats at most what it had just posted', async () => {
    const clean = await inOrder();
    const id = deployment.functionOf(PATH);
    const calls = deployment.gateway.calls.filter(({ caller }) => caller === id).map(({ operation }) => operation);
    let repeats = 0;
    for (let at = 0; at < calls.length; at += 1) {
      await reset();
      const wasKilled = killBefore(deployment, id, at);
      await deliver(bodies());
      expect(wasKilled(), `call ${at} of ${calls.length}`).toBe(true);
      const texts = [...new Set(posted())].sort();
      expect(texts, `killed before call ${at}, ${calls[at]}`).toEqual(clean);
      expect(posted().length - clean.length).toBeLessThanOrEqual(1);
      repeats += posted().length - clean.length;
    }
    // Three messages, each of which can be repeated only between its post and the mark of it.
    expect(repeats).toBeLessThanOrEqual(3);
    console.log(`notify-slack: killed before each of ${calls.length} calls; ${repeats} messages repeated in all`);
  });

  it('given each twice posts it once', async () => {
    const clean = await inOrder();
    await reset();
    await deliver([...bodies(), ...bodies()]);
    await deliver(bodies());
    expect(posted().sort()).toEqual(clean);
  });

  it('given an end before its beginning posts both, in one thread', async () => {
    await deliver(bodies().toReversed());
    expect(posted()).toHaveLength(3);
    expect(posted().filter((text) => text.endsWith('(in a thread)'))).toHaveLength(1);
  });

  it.each([
    ['throttle', throttleOnce],
    ['are slow', slowDown],
    ['fail for long', failForLong],
  ])('comes to the same when services %s', { timeout: 300_000 }, async (_, trouble) => {
    const clean = await inOrder();
    await reset();
    trouble(deployment);
    await deliver(bodies());
    expect(posted().sort()).toEqual(clean);
  });

  it('comes to the same when Slack refuses, is slow, or is gone for a while', async () => {
    const clean = await inOrder();
    await reset();
    const answers = [429, 500, 503];
    slack.trouble = async () => {
      await new Promise((resolve) => setTimeout(resolve, 100));
      return answers.shift() ?? 200;
    };
    await deliver(bodies());
    expect(posted().sort()).toEqual(clean);
  });
});
