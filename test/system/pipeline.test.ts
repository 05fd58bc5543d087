import { spawnSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { SubscribeCommand } from '@aws-sdk/client-sns';
import { CreateQueueCommand, ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { settings as defaults } from '../../cdk/settings.ts';
import type { Analysis, Finding } from '../../shared/core/finding/schema.ts';
import { deploy, type Deployment } from './deployment.ts';
import { httpAnswer, httpEvent } from './http-request.ts';
import { logBatches, recordedFile, recordedSettings } from './recorded.ts';
import { synthesise } from './synthesise.ts';
import { ACCOUNT } from './template.ts';

const FLOW_LOG_KEY =
  'AWSLogs/123456789012/vpcflowlogs/us-east-1/2026/01/01/123456789012_vpcflowlogs_us-east-1_fl-0a_20260101T1000Z_5f.log.gz';
const LATENESS_MS = 20 * 60_000;
const FINDINGS_FOUND = 1;

let deployment: Deployment;
let expected: Analysis;

beforeAll(async () => {
  expected = analyseOnOneMachine();
  deployment = await deploy(
    await synthesise({ ...defaults, analysis: { ...defaults.analysis, overrides: recordedSettings() } }),
  );
});
afterAll(() => deployment?.stop());

/** `freeport analyze` over the very bytes that the functions are given. */
function analyseOnOneMachine(): Analysis {
  const folder = mkdtempSync(join(tmpdir(), 'freeport-files-'));
  writeFileSync(join(folder, 'flow.log.gz'), recordedFile('flow-logs.v5.log.gz'));
  for (const client of ['c1', 'c2', 'c3'] as const)
    for (const [index, payload] of logBatches(client).entries())
      writeFileSync(join(folder, `${client}-${index}`), payload);
  const config = join(mkdtempSync(join(tmpdir(), 'freeport-config-')), 'freeport.json');
  writeFileSync(config, JSON.stringify(recordedSettings()));
  const cli = new URL('../../cli/freeport.ts', import.meta.url).pathname;
  const parameters = [cli, 'analyze', folder, '--config', config, '--format', 'json', '--quiet'];
  const { status, stdout, stderr } = spawnSync(process.execPath, parameters, {
    encoding: 'utf8',
    maxBuffer: 64 * 1024 ** 2,
  });
  if (status !== FINDINGS_FOUND) throw new Error(`freeport analyze ended with ${status}: ${stderr}`);
  return JSON.parse(stdout) as Analysis;
}

const functionId = (path: string): string => deployment.idOf('AWS::Lambda::Function', path);
const returned = (value: unknown = expect.anything()) => ({ kind: 'returned', value });

describe('the deployed pipeline', () => {
  it('takes the recorded flow log object by way of the bucket and the queue', async () => {
    const bucket = deployment.physical(deployment.idOf('AWS::S3::Bucket', 'FlowLogs')).ref;
    await deployment.clients.s3.send(
      new PutObjectCommand({ Bucket: bucket, Key: FLOW_LOG_KEY, Body: recordedFile('flow-logs.v5.log.gz') }),
    );
    await deployment.settle();
    expect(deployment.gateway.calls.map(({ operation }) => operation)).toContain('s3:GetObject');
    expect(deployment.gateway.calls.map(({ operation }) => operation)).toContain('s3:PutObject');
  });

  it('takes the recorded log batches by subscription', async () => {
    for (const client of ['c1', 'c2', 'c3'] as const)
      for (const payload of logBatches(client)) {
        const outcome = await deployment.invoke(functionId('AppLogs'), { awslogs: { data: payload } });
        expect(outcome).toMatchObject({ kind: 'returned' });
      }
  });

  it('finds what `freeport analyze` finds on the same files, and tells by SNS', async () => {
    const inbox = await subscribeQueue('Publishing/Email');
    const to = Date.parse(expected.window?.to ?? '');
    const outcome = await deployment.invoke(functionId('Analysis/Analyze'), {
      scheduledTime: new Date(to + LATENESS_MS).toISOString(),
    });
    expect(outcome).toEqual(returned(expect.objectContaining({ findings: expected.findings.length })));
    await deployment.settle();
    const messages = await inbox();
    expect(messages).toHaveLength(expected.findings.length);
    expect(messages[0]).toMatchObject({ Subject: expect.stringContaining('[Freeport]') });
    expect(String(messages[0]?.['Message'])).toContain('203.0.113.10:443/tcp');
  });

  it('answers GET /findings with the same findings', async () => {
    const answer = httpAnswer(await deployment.invoke(functionId('Query/Query'), httpEvent('GET', '/findings')));
    expect(answer.status).toBe(200);
    const { findings } = answer.body as { findings: Finding[] };
    const byId = (list: readonly Finding[]) => [...list].sort((a, b) => (a.id < b.id ? -1 : 1));
    expect(byId(findings)).toEqual(byId(expected.findings));
  });

  it('comes to the same when run again, and tells nobody twice', async () => {
    const inbox = await subscribeQueue('Publishing/Email');
    const scheduledTime = new Date(Date.parse(expected.window?.to ?? '') + LATENESS_MS).toISOString();
    await deployment.invoke(functionId('Analysis/Analyze'), { scheduledTime });
    expect(await inbox()).toEqual([]);
  });

  it('called nothing that its roles do not allow', () => {
    expect(deployment.gateway.denied).toEqual([]);
  });
});

let queues = 0;

/** A queue subscribed to a topic; the returned function gives what has arrived since. */
async function subscribeQueue(topicPath: string): Promise<() => Promise<Record<string, unknown>[]>> {
  const { sqs, sns } = deployment.clients;
  queues += 1;
  const name = `inbox-${queues}`;
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: name }));
  const TopicArn = deployment.physical(deployment.idOf('AWS::SNS::Topic', topicPath)).ref;
  const Endpoint = `arn:aws:sqs:us-east-1:${ACCOUNT}:${name}`;
  await sns.send(new SubscribeCommand({ TopicArn, Protocol: 'sqs', Endpoint }));
  return async () => {
    const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }));
    return Messages.map(({ Body }) => JSON.parse(Body ?? '{}') as Record<string, unknown>);
  };
}
