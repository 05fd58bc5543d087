import { CreateLogGroupCommand, CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { CreateTableCommand, DynamoDBClient, type CreateTableCommandInput } from '@aws-sdk/client-dynamodb';
import { CreateBucketCommand, PutBucketNotificationConfigurationCommand, S3Client } from '@aws-sdk/client-s3';
import { EC2Client } from '@aws-sdk/client-ec2';
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { CreateTopicCommand, SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import { CreateQueueCommand, SQSClient } from '@aws-sdk/client-sqs';
import { stubFunctions } from './lambda-stub.ts';
import { REGION, resolve, resourcesOf, type Physical, type Template } from './template.ts';

export type Endpoints = { readonly moto: string; readonly dynamodb: string };

const credentials = { accessKeyId: 'system', secretAccessKey: 'test' };

/** Clients of the test itself, which go past the gateway that functions are checked at. */
export function clientsFor({ moto, dynamodb }: Endpoints) {
  const options = { region: REGION, credentials, endpoint: moto };
  return {
    s3: new S3Client({ ...options, forcePathStyle: true }),
    sqs: new SQSClient({ ...options, useQueueUrlAsEndpoint: false }),
    sns: new SNSClient(options),
    logs: new CloudWatchLogsClient(options),
    ec2: new EC2Client(options),
    cloudwatch: new CloudWatchClient(options),
    events: new EventBridgeClient(options),
    secrets: new SecretsManagerClient(options),
    queueHost: moto,
    dynamodb: new DynamoDBClient({ ...options, endpoint: dynamodb }),
  };
}

export type Clients = ReturnType<typeof clientsFor>;

/** Creates in the emulators what functions call by name: buckets with their notifications, queues, topics, tables, log groups. */
export async function provision(template: Template, physical: ReadonlyMap<string, Physical>, clients: Clients) {
  const each = async (
    type: string,
    create: (name: string, properties: Record<string, unknown>) => Promise<unknown>,
  ) => {
    for (const [id, resource] of resourcesOf(template, type)) {
      const properties = resolve(resource.Properties ?? {}, physical) as Record<string, unknown>;
      await create(id.toLowerCase(), properties);
    }
  };
  const functions = resourcesOf(template, 'AWS::Lambda::Function').map(([id]) => id.toLowerCase());
  await stubFunctions(clients.queueHost, functions);
  await each('AWS::Logs::LogGroup', (logGroupName) => clients.logs.send(new CreateLogGroupCommand({ logGroupName })));
  await each('AWS::SNS::Topic', (Name) => clients.sns.send(new CreateTopicCommand({ Name })));
  // Dead-letter queues have no redrive policy and come first.
  for (const dead of [true, false])
    await each('AWS::SQS::Queue', async (QueueName, properties) => {
      if ('RedrivePolicy' in properties === dead) return;
      await clients.sqs.send(new CreateQueueCommand({ QueueName, Attributes: queueAttributes(properties) }));
    });
  await each('AWS::SNS::Subscription', (_, properties) => clients.sns.send(subscribe(properties)));
  await each('AWS::DynamoDB::Table', (TableName, properties) =>
    clients.dynamodb.send(new CreateTableCommand({ ...tableInput(properties), TableName })),
  );
  await each('AWS::S3::Bucket', (Bucket, properties) => createBucket(clients.s3, Bucket, properties));
}

function queueAttributes(properties: Record<string, unknown>): Record<string, string> {
  const redrive = properties['RedrivePolicy'];
  return {
    VisibilityTimeout: String(properties['VisibilityTimeout'] ?? 30),
    ...(redrive === undefined ? {} : { RedrivePolicy: JSON.stringify(redrive) }),
  };
}

function tableInput(properties: Record<string, unknown>): CreateTableCommandInput {
  const { KeySchema, AttributeDefinitions, GlobalSecondaryIndexes, BillingMode } = properties;
  const stream = properties['StreamSpecification'] as { StreamViewType: 'KEYS_ONLY' } | undefined;
  const StreamSpecification = stream && { StreamEnabled: true, ...stream };
  return {
    KeySchema,
    AttributeDefinitions,
    GlobalSecondaryIndexes,
    BillingMode,
    StreamSpecification,
  } as CreateTableCommandInput;
}

function subscribe(properties: Record<string, unknown>): SubscribeCommand {
  const { TopicArn, Protocol, Endpoint, RawMessageDelivery } = properties as Record<string, string | undefined>;
  const Attributes = RawMessageDelivery === undefined ? undefined : { RawMessageDelivery: String(RawMessageDelivery) };
  return new SubscribeCommand({ TopicArn, Protocol, Endpoint, Attributes });
}

async function createBucket(s3: S3Client, Bucket: string, properties: Record<string, unknown>): Promise<void> {
  await s3.send(new CreateBucketCommand({ Bucket }));
  const notifications = properties['NotificationConfiguration'] as
    | { QueueConfigurations?: { Event: string; Queue: string }[] }
    | undefined;
  const queues = notifications?.QueueConfigurations ?? [];
  if (queues.length === 0) return;
  const QueueConfigurations = queues.map(({ Event, Queue }) => ({
    Events: [Event as 's3:ObjectCreated:*'],
    QueueArn: Queue,
  }));
  await s3.send(
    new PutBucketNotificationConfigurationCommand({ Bucket, NotificationConfiguration: { QueueConfigurations } }),
  );
}
