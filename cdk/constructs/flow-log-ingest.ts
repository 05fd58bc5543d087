import { Aws, CfnResource, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Rule } from 'aws-cdk-lib/aws-events';
import { SqsQueue } from 'aws-cdk-lib/aws-events-targets';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import { CfnSubscriptionFilter, LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import {
  BlockPublicAccess,
  Bucket,
  BucketEncryption,
  EventType,
  type CfnBucket,
  type IBucket,
} from 'aws-cdk-lib/aws-s3';
import { SqsDestination } from 'aws-cdk-lib/aws-s3-notifications';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { SqsSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { ENVIRONMENT } from '../../shared/deploy/environment.ts';
import type { FlowLogGroup, FreeportSettings } from '../settings.ts';
import { FlowLogs } from './flow-logs.ts';
import { acknowledge, acknowledgeManagedPolicy } from './acknowledge.ts';
import { FIVE_MINUTES, type Alarms } from './alarms.ts';
import { FreeportFunction } from './freeport-function.ts';
import { deadLetterQueueOf, queueOf } from './queue-of.ts';
import { NO_ACCESS_LOG, type Stores } from './stores.ts';

export type FlowLogIngestProps = {
  readonly settings: FreeportSettings;
  readonly stores: Stores;
  readonly alarms: Alarms;
};

/** Said of every function that a queue feeds. */
export const QUEUE_HAS_DEAD_LETTERS =
  'Messages that fail every attempt go to the dead-letter queue of the queue they came from.';

const FUNCTION_TIMEOUT = Duration.minutes(2);
/** AWS asks for six times the function's timeout, so that a message is not seen twice while it is worked on. */
const VISIBILITY_TIMEOUTS = 6;
const ATTEMPTS_BEFORE_DEAD = 5;
const OBJECTS_PER_INVOCATION = 5;
const CONCURRENCY_LIMIT = 10;
/** Twice the function's time and a retry. */
const LATE_SECONDS = 900;

/** Flow log objects → queue → parts. What five attempts could not read waits in the dead-letter queue. */
export class FlowLogIngest extends Construct {
  readonly deadLetters: Queue;
  readonly queue: Queue;
  readonly ingest: FreeportFunction;

  constructor(scope: Construct, id: string, { settings, stores, alarms }: FlowLogIngestProps) {
    super(scope, id);
    const { logRetentionDays } = settings.operations;
    this.deadLetters = deadLetterQueueOf(this, 'DeadLetters', { retentionPeriod: Duration.days(14) });
    this.queue = queueOf(this, 'Queue', {
      visibilityTimeout: Duration.seconds(FUNCTION_TIMEOUT.toSeconds() * VISIBILITY_TIMEOUTS),
      deadLetterQueue: { queue: this.deadLetters, maxReceiveCount: ATTEMPTS_BEFORE_DEAD },
    });
    this.ingest = new FreeportFunction(this, 'Ingest', {
      name: 'ingest-flow-logs',
      description: 'Reads VPC flow log objects into parts',
      memoryMb: 512,
      timeout: FUNCTION_TIMEOUT,
      logRetentionDays,
      // A subscription invokes it without a queue between.
      deadLetters: settings.flowLogs.logGroups.length > 0 ? this.deadLetters : { notNeeded: QUEUE_HAS_DEAD_LETTERS },
    });
    acknowledge(this.ingest, 'Serverless-LambdaEventSourceMappingDestination', QUEUE_HAS_DEAD_LETTERS);
    this.ingest.addEventSource(
      new SqsEventSource(this.queue, {
        batchSize: OBJECTS_PER_INVOCATION,
        reportBatchItemFailures: true,
        maxConcurrency: CONCURRENCY_LIMIT,
      }),
    );
    stores.grantWriteParts(this.ingest);
    stores.grantRequestAnalysis(this.ingest);
    const bucket = this.#bucket(settings);
    allowReading(this.ingest, bucket);
    new FlowLogs(this, 'FlowLogs', { targets: settings.flowLogs.create, bucket });
    this.#subscribe(settings.flowLogs.logGroups);
    this.#addAlarms(alarms);
  }

  #addAlarms(alarms: Alarms): void {
    alarms.add({
      metric: this.queue.metricApproximateAgeOfOldestMessage({ ...FIVE_MINUTES, statistic: 'Maximum' }),
      threshold: LATE_SECONDS,
      evaluationPeriods: 3,
      impact: 'Flow logs are read later than they arrive: findings name destinations and sources late.',
      runbook: 'flow-logs-late',
    });
  }

  /** Flow logs in CloudWatch Logs come without a header: the function is told the fields of each group. */
  #subscribe(groups: readonly FlowLogGroup[]): void {
    if (groups.length === 0) return;
    const formats = Object.fromEntries(groups.map(({ logGroupName, fields }) => [logGroupName, fields]));
    this.ingest.provide(ENVIRONMENT.flowLogFormats, JSON.stringify(formats));
    const { account } = Stack.of(this);
    this.ingest.addPermission('CloudWatchLogs', {
      principal: new ServicePrincipal('logs.amazonaws.com'),
      sourceAccount: account,
    });
    for (const { logGroupName } of groups) {
      const filter = new CfnSubscriptionFilter(this, `Filter${logGroupName}`, {
        logGroupName,
        filterPattern: '',
        destinationArn: this.ingest.functionArn,
      });
      filter.node.addDependency(this.ingest);
    }
  }

  #bucket(settings: FreeportSettings): IBucket {
    const choice = settings.flowLogs.bucket;
    if (choice.kind === 'create') return this.#ownBucket(settings.flowLogs.retentionDays);
    const bucket = Bucket.fromBucketAttributes(this, 'ImportedBucket', {
      bucketName: choice.name,
      ...(choice.keyArn ? { encryptionKey: Key.fromKeyArn(this, 'ImportedKey', choice.keyArn) } : {}),
    });
    switch (choice.notification.kind) {
      case 's3':
        bucket.addEventNotification(EventType.OBJECT_CREATED, new SqsDestination(this.queue));
        keepInOrder(this, settings.operations.logRetentionDays);
        break;
      case 'eventbridge':
        this.#listenOnBus(choice.name);
        break;
      case 'sns': {
        const topic = Topic.fromTopicArn(this, 'ImportedTopic', choice.notification.topicArn);
        topic.addSubscription(new SqsSubscription(this.queue, { deadLetterQueue: this.deadLetters }));
      }
    }
    return bucket;
  }

  /** The notification is the bucket's own property: no custom resource, and nothing that runs at deployment. */
  #ownBucket(retentionDays: number): IBucket {
    const bucket = new Bucket(this, 'Bucket', {
      encryption: BucketEncryption.S3_MANAGED,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      enforceSSL: true,
      removalPolicy: RemovalPolicy.RETAIN,
      lifecycleRules: [
        { expiration: Duration.days(retentionDays) },
        { abortIncompleteMultipartUploadAfter: Duration.days(1) },
      ],
    });
    acknowledge(bucket, 'AwsSolutions-S1', NO_ACCESS_LOG);
    const resource = bucket.node.defaultChild as CfnBucket;
    resource.notificationConfiguration = {
      queueConfigurations: [{ event: 's3:ObjectCreated:*', queue: this.queue.queueArn }],
    };
    // The bucket's name would make a circle of bucket and policy; the account is as exact as can be said before both exist.
    const policy = this.queue.addToResourcePolicy(
      new PolicyStatement({
        principals: [new ServicePrincipal('s3.amazonaws.com')],
        actions: ['sqs:SendMessage'],
        resources: [this.queue.queueArn],
        conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } },
      }),
    );
    if (policy.policyDependable) resource.node.addDependency(policy.policyDependable);
    return bucket;
  }

  #listenOnBus(bucketName: string): void {
    new Rule(this, 'ObjectCreated', {
      eventPattern: {
        source: ['aws.s3'],
        account: [Aws.ACCOUNT_ID],
        detailType: ['Object Created'],
        detail: { bucket: { name: [bucketName] } },
      },
      targets: [new SqsQueue(this.queue, { deadLetterQueue: this.deadLetters })],
    });
  }
}

/** What CDK adds to the stack to change a bucket that is not of it: a function, once, whose log would stay for ever. */
function keepInOrder(scope: Construct, retention: RetentionDays): void {
  const handler = Stack.of(scope).node.children.find(({ node }) => node.id.startsWith('BucketNotificationsHandler'));
  if (handler === undefined) throw new Error('CDK makes bucket notifications in another way than it did');
  const log = new LogGroup(scope, 'NotificationsLog', { retention, removalPolicy: RemovalPolicy.DESTROY });
  const resource = handler.node.children.find((child) => child instanceof CfnResource);
  resource?.addPropertyOverride('LoggingConfig.LogGroup', log.logGroupName);
  acknowledgeManagedPolicy(
    handler.node.findChild('Role'),
    'service-role/AWSLambdaBasicExecutionRole',
    'CDK’s own function, which runs at deployment alone: the policy lets it write its log.',
  );
}

/** Without leave to list, S3 answers 403 for an object that expired, and the message could never be acknowledged. */
function allowReading(ingest: FreeportFunction, bucket: IBucket): void {
  const reason = 'Every object of the bucket that flow logs arrive in; their names carry times and hashes.';
  ingest.allowPattern(['s3:GetObject'], [bucket.arnForObjects('*')], reason);
  ingest.allow(['s3:ListBucket'], [bucket.bucketArn]);
  bucket.encryptionKey?.grantDecrypt(ingest);
}
