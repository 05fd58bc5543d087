import { readFileSync } from 'node:fs';
import { Match, type Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { RUNBOOK_SECTIONS } from '../../cdk/constructs/alarms.ts';
import { settings as defaults, type FreeportSettings } from '../../cdk/settings.ts';
import { OPERATIONS } from '../../shared/api/operations.ts';
import { MEMORY_MB } from '../../bench/aws/prices.ts';
import {
  ANALYSIS_INTERVAL_MINUTES,
  INVENTORY_INTERVAL_MINUTES,
  INVENTORY_TICK_MINUTES,
  METRIC_LEISURE_INTERVAL_MINUTES,
  METRIC_POLL_INTERVAL_MINUTES,
  METRIC_TICK_MINUTES,
} from '../../shared/deploy/retention.ts';
import { FLOW_LOG_FIELDS } from '../../shared/deploy/flow-log-format.ts';
import { EVERYTHING, templateOf } from './synth.ts';

const plain = templateOf();
const everything = templateOf(EVERYTHING);

type Properties = Record<string, unknown>;
const propertiesOf = (template: Template, type: string): Properties[] =>
  Object.values(template.findResources(type)).map((resource) => resource['Properties'] as Properties);

const withBucket = (bucket: FreeportSettings['flowLogs']['bucket']): Template =>
  templateOf({ ...defaults, flowLogs: { ...defaults.flowLogs, bucket } });

describe('the stack', () => {
  it('is one snapshot, asset digests and this folder aside', async () => {
    const root = new URL('../..', import.meta.url).pathname;
    const text = JSON.stringify(plain.toJSON(), null, 2)
      .replaceAll(/[0-9a-f]{64}/g, '<digest>')
      .replaceAll(root, '');
    await expect(`${text}\n`).toMatchFileSnapshot('../golden/cdk/freeport.template.json');
  });

  it('names nothing literally', () => {
    const names = ['BucketName', 'TableName', 'QueueName', 'TopicName', 'FunctionName', 'RoleName', 'AlarmName'];
    const resources = Object.entries((everything.toJSON() as { Resources: Record<string, Properties> }).Resources);
    const named = resources.flatMap(([id, { Properties = {} }]) =>
      names.filter((name) => typeof (Properties as Properties)[name] === 'string').map((name) => `${id}.${name}`),
    );
    expect(named).toEqual([]);
  });

  it('runs every function on arm64 and Node 24, from one module, with a log group of its own', () => {
    for (const template of [plain, everything])
      for (const properties of propertiesOf(template, 'AWS::Lambda::Function')) {
        expect(properties).toMatchObject({ Runtime: 'nodejs24.x', Architectures: ['arm64'], Handler: 'index.handler' });
        expect(properties['LoggingConfig']).toHaveProperty('LogGroup');
      }
    expect(propertiesOf(plain, 'AWS::Lambda::Function')).toHaveLength(7);
    expect(propertiesOf(everything, 'AWS::Lambda::Function')).toHaveLength(9);
  });

  it('runs on the schedules that the eval reckons with', () => {
    const rates = Object.entries(plain.findResources('AWS::Scheduler::Schedule')).map(([id, { Properties }]) => [
      id.replace(/Schedule[0-9A-F]{8}$/, ''),
      (Properties as Properties)['ScheduleExpression'],
    ]);
    const every = (minutes: number): string => `rate(${minutes} minute${minutes === 1 ? '' : 's'})`;
    expect(Object.fromEntries(rates)).toMatchObject({
      Analysis: every(ANALYSIS_INTERVAL_MINUTES),
      Metrics: every(METRIC_TICK_MINUTES),
      Inventory: every(INVENTORY_TICK_MINUTES),
    });
    // What runs by the minute decides by itself which minutes are its intervals.
    for (const interval of [METRIC_POLL_INTERVAL_MINUTES, METRIC_LEISURE_INTERVAL_MINUTES, INVENTORY_INTERVAL_MINUTES])
      expect(interval % METRIC_TICK_MINUTES).toBe(0);
    expect(METRIC_LEISURE_INTERVAL_MINUTES % METRIC_POLL_INTERVAL_MINUTES).toBe(0);
  });

  it('has the memory that the bench reckons with', () => {
    const memory = Object.values(everything.findResources('AWS::Lambda::Function')).map(({ Metadata, Properties }) => {
      const path = String((Metadata as Properties)['aws:asset:path']);
      return [path.split('/').at(-1), (Properties as Properties)['MemorySize']];
    });
    expect(Object.fromEntries(memory)).toMatchObject(MEMORY_MB);
  });

  it('gives `*` only to what IAM knows no resources for', () => {
    const actions = propertiesOf(everything, 'AWS::IAM::Policy')
      .flatMap(({ PolicyDocument }) => (PolicyDocument as { Statement: Properties[] }).Statement)
      .filter(({ Resource }) => Resource === '*')
      .flatMap(({ Action }) => Action as string | string[]);
    expect([...new Set(actions)].sort()).toEqual([
      'cloudwatch:GetMetricData',
      'cloudwatch:ListMetrics',
      'dynamodb:ListStreams',
      'ec2:DescribeNatGateways',
      'ec2:DescribeNetworkInterfaces',
      'ec2:DescribeRouteTables',
      'ec2:DescribeSubnets',
    ]);
  });

  it('lets nobody scan', () => {
    expect(JSON.stringify(everything.toJSON())).not.toMatch(/dynamodb:(?:Scan|\*)/);
  });
});

describe('flow log ingest', () => {
  it('lets the bucket tell the queue, whose failures go to the dead-letter queue', () => {
    plain.hasResourceProperties('AWS::S3::Bucket', {
      NotificationConfiguration: { QueueConfigurations: [{ Event: 's3:ObjectCreated:*' }] },
    });
    plain.hasResourceProperties('AWS::SQS::Queue', { RedrivePolicy: { maxReceiveCount: 5 } });
    plain.hasResourceProperties('AWS::Lambda::EventSourceMapping', {
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      ScalingConfig: { MaximumConcurrency: 10 },
    });
  });

  it('keeps a message hidden for longer than the function can take', () => {
    for (const properties of propertiesOf(everything, 'AWS::SQS::Queue'))
      if ('VisibilityTimeout' in properties) expect(properties['VisibilityTimeout']).toBeGreaterThanOrEqual(360);
  });

  it('creates flow logs of one minute in the fields that rows are made of', () => {
    const flowLogs = propertiesOf(everything, 'AWS::EC2::FlowLog');
    expect(flowLogs.map(({ ResourceType }) => ResourceType)).toEqual(['NetworkInterface', 'VPC', 'RegionalNatGateway']);
    for (const properties of flowLogs) {
      expect(properties).toMatchObject({ MaxAggregationInterval: 60, TrafficType: 'ALL', LogDestinationType: 's3' });
      for (const field of FLOW_LOG_FIELDS) expect(properties['LogFormat']).toContain(`\${${field}}`);
    }
    expect(flowLogs[2]?.['LogFormat']).toContain('${resource-id}');
    expect(propertiesOf(plain, 'AWS::EC2::FlowLog')).toEqual([]);
  });

  it('imports a bucket that tells by EventBridge, by SNS, or by itself', () => {
    const name = 'central-flow-logs';
    withBucket({ kind: 'import', name, notification: { kind: 'eventbridge' } }).hasResourceProperties(
      'AWS::Events::Rule',
      {
        EventPattern: { source: ['aws.s3'], 'detail-type': ['Object Created'], detail: { bucket: { name: [name] } } },
      },
    );
    const topicArn = 'arn:aws:sns:us-east-1:123456789012:flow-logs';
    withBucket({ kind: 'import', name, notification: { kind: 'sns', topicArn } }).hasResourceProperties(
      'AWS::SNS::Subscription',
      { Protocol: 'sqs', TopicArn: topicArn, RedrivePolicy: Match.anyValue() },
    );
    const byS3 = withBucket({ kind: 'import', name, notification: { kind: 's3' } });
    byS3.hasResourceProperties('Custom::S3BucketNotifications', { BucketName: name });
    // The function that CDK adds for it keeps no log for ever either.
    byS3.hasResourceProperties('AWS::Lambda::Function', {
      Description: Match.stringLikeRegexp('S3BucketNotifications'),
      LoggingConfig: { LogGroup: Match.anyValue() },
    });
  });

  it('may decrypt what a customer key encrypts', () => {
    const keyArn = 'arn:aws:kms:us-east-1:123456789012:key/0a1b2c3d';
    const template = withBucket({ kind: 'import', name: 'central', notification: { kind: 'eventbridge' }, keyArn });
    template.hasResourceProperties('AWS::IAM::Policy', {
      PolicyDocument: { Statement: Match.arrayWith([Match.objectLike({ Action: 'kms:Decrypt', Resource: keyArn })]) },
    });
  });

  it('subscribes flow logs in CloudWatch Logs and tells the function their fields', () => {
    everything.hasResourceProperties('AWS::Logs::SubscriptionFilter', { LogGroupName: '/vpc/flow', FilterPattern: '' });
    everything.hasResourceProperties('AWS::Lambda::Function', {
      Environment: { Variables: { FREEPORT_FLOW_LOG_FORMATS: Match.stringLikeRegexp('srcaddr') } },
    });
  });
});

describe('application log ingest', () => {
  it('tries again what failed three times, and only then gives it to people', () => {
    plain.hasResourceProperties('AWS::Lambda::Function', {
      Description: 'Reads connection errors of application logs into parts',
      DeadLetterConfig: { TargetArn: Match.anyValue() },
    });
    plain.hasResourceProperties('AWS::SQS::Queue', { DelaySeconds: 60, RedrivePolicy: { maxReceiveCount: 5 } });
  });

  it('keeps groups subscribed only where some are chosen, and cleans up after itself', () => {
    plain.resourceCountIs('AWS::CloudFormation::CustomResource', 1);
    everything.resourceCountIs('AWS::CloudFormation::CustomResource', 2);
    everything.hasResourceProperties('AWS::Lambda::Function', {
      Environment: {
        Variables: { FREEPORT_LOG_GROUPS: Match.serializedJson(Match.objectLike({ prefixes: ['/ecs/'] })) },
      },
    });
  });

  it('may put filters on chosen groups alone when no tag chooses, and take its own from those of before', () => {
    const groups = { prefixes: ['/ecs/'], tag: null, exclude: [], withTimeouts: [] };
    const template = templateOf({ ...defaults, appLogs: { kind: 'subscriptions', groups } });
    const statements = propertiesOf(template, 'AWS::IAM::Policy').flatMap(
      ({ PolicyDocument }) => (PolicyDocument as { Statement: Properties[] }).Statement,
    );
    const resourcesOf = (action: string) =>
      statements
        .filter(({ Action }) => [Action].flat().includes(action))
        .map(({ Resource }) => JSON.stringify(Resource).match(/log-group:[^"]*/)?.[0]);
    expect(resourcesOf('logs:PutSubscriptionFilter')).toEqual(['log-group:/ecs/*']);
    expect(resourcesOf('logs:DeleteSubscriptionFilter')).toEqual(['log-group:*']);
    expect(resourcesOf('logs:ListTagsForResource')).toEqual([]);
  });

  it('can subscribe the whole account instead, without its own groups', () => {
    const appLogs = { kind: 'account-policy', excludedGroupNames: ['/noisy'] } as const;
    const template = templateOf({ ...defaults, appLogs });
    template.hasResourceProperties('AWS::Logs::AccountPolicy', {
      PolicyType: 'SUBSCRIPTION_FILTER_POLICY',
      Scope: 'ALL',
    });
    const [policy = {}] = propertiesOf(template, 'AWS::Logs::AccountPolicy');
    const criteria = JSON.stringify(policy['SelectionCriteria']);
    expect(criteria).toContain('NOT IN');
    expect(criteria).toContain('/noisy');
    for (const id of Object.keys(template.findResources('AWS::Logs::LogGroup'))) expect(criteria).toContain(id);
  });
});

describe('stores', () => {
  it('encrypt, refuse plain connections, and can go back in time where it matters', () => {
    for (const properties of propertiesOf(plain, 'AWS::S3::Bucket'))
      expect(properties).toMatchObject({
        PublicAccessBlockConfiguration: { BlockPublicAcls: true, RestrictPublicBuckets: true },
      });
    plain.hasResourceProperties('AWS::DynamoDB::Table', {
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      BillingMode: 'PAY_PER_REQUEST',
      GlobalSecondaryIndexes: [
        Match.objectLike({ IndexName: 'by-status' }),
        Match.objectLike({ IndexName: 'by-subject' }),
      ],
    });
  });

  it('keep what people would miss when the stack goes', () => {
    const tables = Object.values(plain.findResources('AWS::DynamoDB::Table'));
    expect(tables.map((table) => table['DeletionPolicy']).sort()).toEqual(['Delete', 'Retain']);
  });
});

describe('analysis', () => {
  it('holds the lease for longer than its function can run', () => {
    const [analyze = {}] = propertiesOf(plain, 'AWS::Lambda::Function').filter(
      ({ Environment }) => 'FREEPORT_LEASE_SECONDS' in (Environment as { Variables: object }).Variables,
    );
    const { Variables } = analyze['Environment'] as { Variables: Record<string, string> };
    expect(Number(Variables['FREEPORT_LEASE_SECONDS'])).toBeGreaterThan(Number(analyze['Timeout']));
  });

  it('is started by requests, those of a quarter minute at once', () => {
    plain.hasResourceProperties('AWS::Lambda::EventSourceMapping', {
      MaximumBatchingWindowInSeconds: 15,
      FilterCriteria: {
        Filters: [
          { Pattern: JSON.stringify({ eventName: ['INSERT'], dynamodb: { Keys: { pk: { S: ['urgent'] } } } }) },
        ],
      },
    });
  });

  it('is started by the alarm of a NAT gateway, by way of its metrics', () => {
    plain.hasResourceProperties('AWS::Events::Rule', {
      EventPattern: { 'detail-type': ['CloudWatch Alarm State Change'], detail: { state: { value: ['ALARM'] } } },
    });
  });
});

describe('publishing', () => {
  it('starts when something is put into the outbox', () => {
    plain.hasResourceProperties('AWS::Lambda::EventSourceMapping', {
      FilterCriteria: {
        Filters: [
          { Pattern: JSON.stringify({ eventName: ['INSERT'], dynamodb: { Keys: { pk: { S: ['outbox'] } } } }) },
        ],
      },
    });
  });

  it('encrypts the topics of findings and takes no plain connection', () => {
    const topics = propertiesOf(everything, 'AWS::SNS::Topic');
    expect(topics.filter(({ KmsMasterKeyId }) => KmsMasterKeyId !== undefined)).toHaveLength(3);
    expect(topics).toHaveLength(4);
  });

  it('gives the Slack function the one secret it needs', () => {
    everything.hasResourceProperties('AWS::IAM::Policy', {
      PolicyDocument: {
        Statement: Match.arrayWith([
          Match.objectLike({
            Action: 'secretsmanager:GetSecretValue',
            Resource: 'arn:aws:secretsmanager:us-east-1:123456789012:secret:freeport/slack-AbCdEf',
          }),
        ]),
      },
    });
  });

  it('can use Amazon Q instead, in a channel that may do nothing', () => {
    const chat = { kind: 'amazon-q', slackWorkspaceId: 'T0123456789', slackChannelId: 'C0123456789' } as const;
    const template = templateOf({ ...defaults, notifications: { ...defaults.notifications, chat } });
    template.hasResourceProperties('AWS::Chatbot::SlackChannelConfiguration', {
      GuardrailPolicies: ['arn:aws:iam::aws:policy/AWSDenyAll'],
    });
  });
});

describe('the query API', () => {
  it('has a route for every operation, and for nothing else', () => {
    const routes = propertiesOf(plain, 'AWS::ApiGatewayV2::Route').map(({ RouteKey }) => RouteKey);
    const operations = OPERATIONS.map(({ method, path }) => `${method.toUpperCase()} ${path}`);
    expect([...routes].sort()).toEqual([...operations].sort());
  });

  it('asks for a signature on every route, throttles, and logs who asked', () => {
    const routes = propertiesOf(plain, 'AWS::ApiGatewayV2::Route');
    expect(routes.length).toBeGreaterThan(0);
    for (const { AuthorizationType } of routes) expect(AuthorizationType).toBe('AWS_IAM');
    plain.hasResourceProperties('AWS::ApiGatewayV2::Stage', {
      DefaultRouteSettings: { ThrottlingRateLimit: 20, ThrottlingBurstLimit: 40 },
      AccessLogSettings: { Format: Match.not(Match.stringLikeRegexp('querystring')) },
    });
  });
});

describe('operations', () => {
  it('has at most twelve alarms, each with an impact and a section of the runbook', () => {
    const alarms = propertiesOf(everything, 'AWS::CloudWatch::Alarm');
    expect(alarms.length).toBeLessThanOrEqual(12);
    const sections = alarms.map(({ AlarmDescription }) => String(AlarmDescription).split('#').at(-1));
    expect([...sections].sort()).toEqual([...RUNBOOK_SECTIONS].sort());
    const runbook = readFileSync(new URL('../../docs/runbook/operations.md', import.meta.url), 'utf8');
    for (const section of RUNBOOK_SECTIONS) expect(runbook).toContain(`\n## ${section}\n`);
    for (const { AlarmDescription } of alarms)
      expect(String(AlarmDescription).split('\n')[0]?.length).toBeGreaterThan(40);
  });

  it('shows a dashboard only where one is wanted', () => {
    plain.resourceCountIs('AWS::CloudWatch::Dashboard', 0);
    everything.resourceCountIs('AWS::CloudWatch::Dashboard', 1);
  });

  it('keeps no log for ever', () => {
    for (const { RetentionInDays } of propertiesOf(everything, 'AWS::Logs::LogGroup')) expect(RetentionInDays).toBe(30);
  });
});
