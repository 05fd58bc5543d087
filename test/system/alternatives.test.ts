import { gunzipSync, gzipSync } from 'node:zlib';
import { CreateBucketCommand, PutBucketNotificationConfigurationCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { CreateTopicCommand } from '@aws-sdk/client-sns';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { settings as defaults } from '../../cdk/settings.ts';
import type { Analysis, Finding } from '../../shared/core/finding/schema.ts';
import { deploy, startServices, type Deployment } from './deployment.ts';
import { emptyBucket, emptyTable } from './empty-stores.ts';
import { httpAnswer, httpEvent } from './http-request.ts';
import { unusedPermissions } from './iam.ts';
import { openInbox, type Inbox } from './inbox.ts';
import {
  analyseOnOneMachine,
  analysisTime,
  CLIENTS,
  FLOW_LOG_KEY,
  logBatches,
  recordedFile,
  recordedSettings,
} from './recorded.ts';
import { synthesise, type Assembly } from './synthesise.ts';
import { ACCOUNT, REGION, resolve, resourcesOf } from './template.ts';

/** What can be chosen instead: an imported bucket that tells by SNS, flow logs in CloudWatch Logs, and Amazon Q as the chat. */
const BUCKET = 'central-flow-logs';
const TOPIC = 'central-flow-log-objects';
const LOG_GROUP = '/vpc/flow';
const RECORDS = gunzipSync(recordedFile('flow-logs.v5.log.gz')).toString().trimEnd().split('\n');
const FIELDS = (RECORDS[0] ?? '').split(' ');
const RECORDS_PER_BATCH = 1_000;

let assembly: Assembly;
let deployment: Deployment;
let expected: Analysis;
let amazonQ: Inbox;
let email: Inbox;

beforeAll(async () => {
  expected = analyseOnOneMachine();
  const services = await startServices();
  await services.clients.s3.send(new CreateBucketCommand({ Bucket: BUCKET }));
  await services.clients.sns.send(new CreateTopicCommand({ Name: TOPIC }));
  const topicArn = `arn:aws:sns:${REGION}:${ACCOUNT}:${TOPIC}`;
  const keyArn = `arn:aws:kms:${REGION}:${ACCOUNT}:key/0a1b2c3d`;
  const chat = { kind: 'amazon-q', slackWorkspaceId: 'T0123456789', slackChannelId: 'C0123456789' } as const;
  assembly = await synthesise({
    ...defaults,
    flowLogs: {
      ...defaults.flowLogs,
      bucket: { kind: 'import', name: BUCKET, notification: { kind: 'sns', topicArn }, keyArn },
      logGroups: [{ logGroupName: LOG_GROUP, fields: FIELDS }],
    },
    appLogs: { kind: 'account-policy', excludedGroupNames: ['/noisy'] },
    notifications: { ...defaults.notifications, chat },
    analysis: { ...defaults.analysis, overrides: recordedSettings() },
  });
  deployment = await deploy(assembly, services);
  // The bucket and its topic are somebody else's: that one tells the other is not in the template.
  const TopicConfigurations = [{ TopicArn: topicArn, Events: ['s3:ObjectCreated:*' as const] }];
  const NotificationConfiguration = { TopicConfigurations };
  await services.clients.s3.send(
    new PutBucketNotificationConfigurationCommand({ Bucket: BUCKET, NotificationConfiguration }),
  );
  amazonQ = await openInbox(deployment, 'Publishing/AmazonQ');
  email = await openInbox(deployment, 'Publishing/Email');
});

afterAll(() => deployment?.stop());

const run = async (functionId: string, event: unknown): Promise<void> => {
  const outcome = await deployment.invoke(functionId, event);
  if (outcome.kind !== 'returned') throw new Error(JSON.stringify(outcome));
};

async function findings(): Promise<readonly Finding[]> {
  await run(deployment.functionOf('Analysis/Analyze'), { scheduledTime: analysisTime(expected) });
  const event = httpEvent(deployment.routes, 'GET', '/findings');
  const answer = httpAnswer(await deployment.invoke(deployment.functionOf('Query/Query'), event));
  return (answer.body as { findings: Finding[] }).findings;
}

async function ingestAppLogs(): Promise<void> {
  for (const client of CLIENTS)
    for (const data of logBatches(client, 10_000))
      await run(deployment.functionOf('AppLogs/Ingest'), { awslogs: { data } });
}

/** The function that a subscription filter or an account policy of the template leads to. */
const destinationOf = (arn: unknown): string => {
  const found = resourcesOf(assembly.template, 'AWS::Lambda::Function').find(
    ([id]) => deployment.physical(id).attributes['Arn'] === arn,
  );
  if (found === undefined) throw new Error(`${String(arn)} is no function of the template`);
  return found[0];
};

const resolved = (value: unknown): unknown =>
  resolve(value, new Map(Object.keys(assembly.template.Resources).map((id) => [id, deployment.physical(id)])));

async function startAnew(): Promise<void> {
  for (const path of ['Stores/PartIndex', 'Stores/Findings'])
    await emptyTable(deployment.clients, deployment.physical(deployment.idOf('AWS::DynamoDB::Table', path)).ref);
  await emptyBucket(deployment.clients, deployment.physical(deployment.idOf('AWS::S3::Bucket', 'Stores')).ref);
}

describe('flow logs in an imported bucket whose objects are told of by SNS', () => {
  it('give the findings of the same files on one machine', async () => {
    const Body = recordedFile('flow-logs.v5.log.gz');
    await deployment.clients.s3.send(new PutObjectCommand({ Bucket: BUCKET, Key: FLOW_LOG_KEY, Body }));
    await deployment.settle();
    await ingestAppLogs();
    expect(await findings()).toEqual(expected.findings);
  });

  it('are told by e-mail, and in the schema that Amazon Q shows', async () => {
    await deployment.settle();
    expect(await email()).toHaveLength(1);
    const [message, ...more] = await amazonQ();
    expect(more).toEqual([]);
    const parsed = JSON.parse(message?.text ?? '') as { metadata: { threadId: string } };
    expect(parsed.metadata.threadId).toBe(expected.findings[0]?.id);
    await expect(`${JSON.stringify(parsed, null, 2)}\n`).toMatchFileSnapshot('../golden/system/amazon-q.json');
    const [[, channel] = []] = resourcesOf(assembly.template, 'AWS::Chatbot::SlackChannelConfiguration');
    const topic = deployment.physical(deployment.idOf('AWS::SNS::Topic', 'Publishing/AmazonQ')).ref;
    expect(resolved(channel?.Properties['SnsTopicArns'])).toEqual([topic]);
  });
});

describe('flow logs in CloudWatch Logs', () => {
  it('come by subscription without a header, and give the same findings', async () => {
    await startAnew();
    const [[, filter] = []] = resourcesOf(assembly.template, 'AWS::Logs::SubscriptionFilter');
    expect(filter?.Properties).toMatchObject({ LogGroupName: LOG_GROUP, FilterPattern: '' });
    const functionId = destinationOf(resolved(filter?.Properties['DestinationArn']));
    for (let at = 1; at < RECORDS.length; at += RECORDS_PER_BATCH) {
      const logEvents = RECORDS.slice(at, at + RECORDS_PER_BATCH).map((message, index) => ({
        id: String(at + index),
        timestamp: 1_767_261_600_000,
        message,
      }));
      const payload = { messageType: 'DATA_MESSAGE', logGroup: LOG_GROUP, logStream: 'eni-1-all', logEvents };
      await run(functionId, { awslogs: { data: gzipSync(JSON.stringify(payload)).toString('base64') } });
    }
    await ingestAppLogs();
    expect(await findings()).toEqual(expected.findings);
  });
});

describe('the account policy', () => {
  it('leads to the function that reads application logs, and leaves out every group of the stack', () => {
    const [[, policy] = []] = resourcesOf(assembly.template, 'AWS::Logs::AccountPolicy');
    const { DestinationArn } = JSON.parse(String(resolved(policy?.Properties['PolicyDocument']))) as {
      DestinationArn: string;
    };
    expect(destinationOf(DestinationArn)).toBe(deployment.functionOf('AppLogs/Ingest'));
    const criteria = String(resolved(policy?.Properties['SelectionCriteria']));
    const left = JSON.parse(criteria.replace('LogGroupName NOT IN ', '')) as string[];
    const own = resourcesOf(assembly.template, 'AWS::Logs::LogGroup').map(([id]) => deployment.physical(id).ref);
    expect(left).toEqual(expect.arrayContaining([...own, '/noisy']));
  });
});

describe('permissions', () => {
  it('allow every call that was made', () => {
    expect(deployment.gateway.denied).toEqual([]);
  });

  it('of what was chosen here were used, but for the key, which S3 uses in the name of its caller', () => {
    const chosen = ['FlowLogs/Ingest', 'AppLogs/Ingest', 'Publishing/Publish'].map((path) =>
      deployment.functionOf(path),
    );
    const policies = new Map(chosen.map((id) => [id, deployment.policies.get(id) ?? []]));
    const unused = unusedPermissions(policies, deployment.gateway.calls).map((text) => text.split(': ')[1]);
    const ours = unused.filter(
      (action) => !/^(?:logs|sqs|dynamodb:(?:\w*Stream\w*|GetRecords|GetShardIterator))/.test(`${action}`),
    );
    expect([...new Set(ours)]).toEqual(['kms:Decrypt', 's3:ListBucket']);
  });
});
