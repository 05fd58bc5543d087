import { Duration } from 'aws-cdk-lib';
import { CfnSlackChannelConfiguration } from 'aws-cdk-lib/aws-chatbot';
import { EventBus } from 'aws-cdk-lib/aws-events';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Alias } from 'aws-cdk-lib/aws-kms';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { SqsSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { ENVIRONMENT, type EnvironmentName } from '../../shared/deploy/environment.ts';
import { PUBLISH_INTERVAL_MINUTES } from '../../shared/deploy/retention.ts';
import type { ChatSettings, FreeportSettings } from '../settings.ts';
import { acknowledge } from './acknowledge.ts';
import { every, NEXT_RUN } from './every.ts';
import { QUEUE_HAS_DEAD_LETTERS } from './flow-log-ingest.ts';
import { FreeportFunction } from './freeport-function.ts';
import { deadLetterQueueOf, queueOf } from './queue-of.ts';
import type { Stores } from './stores.ts';
import { subscribeEmail } from './subscribe-email.ts';

export type PublishingProps = {
  readonly settings: FreeportSettings;
  readonly stores: Stores;
};

type SlackSettings = Extract<ChatSettings, { kind: 'slack' }>;
type AmazonQSettings = Extract<ChatSettings, { kind: 'amazon-q' }>;

const SLACK_TIMEOUT = Duration.seconds(60);
const VISIBILITY_TIMEOUTS = 6;
const SLACK_ATTEMPTS = 5;
const SLACK_API = 'https://slack.com/api';

/** The outbox → people and programs. Started by the table's stream, and by a schedule for what a failure left. */
export class Publishing extends Construct {
  readonly publish: FreeportFunction;
  readonly deadLetters: Queue[] = [];
  readonly #settings: FreeportSettings;

  constructor(scope: Construct, id: string, { settings, stores }: PublishingProps) {
    super(scope, id);
    this.#settings = settings;
    this.publish = new FreeportFunction(this, 'Publish', {
      name: 'publish-findings',
      description: 'Tells people and programs what is owed to them',
      memoryMb: 256,
      timeout: Duration.minutes(1),
      logRetentionDays: settings.operations.logRetentionDays,
      deadLetters: { notNeeded: NEXT_RUN },
    });
    stores.grantDeliver(this.publish);
    stores.onOwed(this.publish);
    every(this, PUBLISH_INTERVAL_MINUTES, this.publish, 'Publishes what a failure left');

    const email = this.#topic('Email', ENVIRONMENT.emailTopic, 'Freeport');
    for (const address of settings.notifications.emails) subscribeEmail(email, address);
    this.#topic('Machine', ENVIRONMENT.machineTopic, 'Freeport findings as JSON');
    this.#bus();
    this.#chat(stores);
  }

  /** Topics use the account's own SNS key, which costs nothing; alarms, which may not use it, have a topic elsewhere. */
  #topic(id: string, name: EnvironmentName, displayName: string): Topic {
    const masterKey = Alias.fromAliasName(this, `${id}Key`, 'alias/aws/sns');
    const topic = new Topic(this, id, { displayName, enforceSSL: true, masterKey });
    this.publish.allow(['sns:Publish'], [topic.topicArn]);
    this.publish.provide(name, topic.topicArn);
    return topic;
  }

  #bus(): void {
    const { eventBusName } = this.#settings.notifications;
    const bus = EventBus.fromEventBusName(this, 'Bus', eventBusName);
    this.publish.allow(['events:PutEvents'], [bus.eventBusArn]);
    this.publish.provide(ENVIRONMENT.eventBus, eventBusName);
  }

  #chat(stores: Stores): void {
    const { chat } = this.#settings.notifications;
    switch (chat.kind) {
      case 'none':
        return;
      case 'amazon-q':
        return this.#amazonQ(chat);
      case 'slack':
        return this.#slack(chat, stores);
    }
  }

  #amazonQ({ slackWorkspaceId, slackChannelId }: AmazonQSettings): void {
    const topic = this.#topic('AmazonQ', ENVIRONMENT.amazonQTopic, 'Freeport for Amazon Q');
    // The channel only shows what arrives: its role may do nothing, and a guardrail says so again.
    const role = new Role(this, 'AmazonQRole', { assumedBy: new ServicePrincipal('chatbot.amazonaws.com') });
    new CfnSlackChannelConfiguration(this, 'AmazonQChannel', {
      configurationName: `freeport-${slackChannelId}`,
      iamRoleArn: role.roleArn,
      slackWorkspaceId,
      slackChannelId,
      snsTopicArns: [topic.topicArn],
      guardrailPolicies: ['arn:aws:iam::aws:policy/AWSDenyAll'],
    });
  }

  #slack({ secretArn, channel, apiUrl }: SlackSettings, stores: Stores): void {
    const topic = this.#topic('Slack', ENVIRONMENT.slackTopic, 'Freeport for Slack');
    const deadLetters = deadLetterQueueOf(this, 'SlackDeadLetters', { retentionPeriod: Duration.days(14) });
    const queue = queueOf(this, 'SlackQueue', {
      visibilityTimeout: Duration.seconds(SLACK_TIMEOUT.toSeconds() * VISIBILITY_TIMEOUTS),
      deadLetterQueue: { queue: deadLetters, maxReceiveCount: SLACK_ATTEMPTS },
    });
    topic.addSubscription(new SqsSubscription(queue, { rawMessageDelivery: true, deadLetterQueue: deadLetters }));
    const notify = new FreeportFunction(this, 'NotifySlack', {
      name: 'notify-slack',
      description: 'Posts findings into a Slack channel, a thread each',
      memoryMb: 256,
      timeout: SLACK_TIMEOUT,
      logRetentionDays: this.#settings.operations.logRetentionDays,
      deadLetters: { notNeeded: QUEUE_HAS_DEAD_LETTERS },
    });
    acknowledge(notify, 'Serverless-LambdaEventSourceMappingDestination', QUEUE_HAS_DEAD_LETTERS);
    // The window lets a storm arrive as one batch, which becomes one message.
    notify.addEventSource(
      new SqsEventSource(queue, {
        batchSize: 10,
        maxBatchingWindow: Duration.seconds(5),
        maxConcurrency: 2,
        reportBatchItemFailures: true,
      }),
    );
    stores.grantThreads(notify);
    notify.allow(['secretsmanager:GetSecretValue'], [secretArn]);
    notify.provide(ENVIRONMENT.slackSecret, secretArn);
    notify.provide(ENVIRONMENT.slackChannel, channel);
    notify.provide(ENVIRONMENT.slackApi, apiUrl ?? SLACK_API);
    this.deadLetters.push(deadLetters);
  }
}
