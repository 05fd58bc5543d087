import { ArnFormat, Aws, Duration, Lazy, Names, Stack } from 'aws-cdk-lib';
import { MathExpression } from 'aws-cdk-lib/aws-cloudwatch';
import { ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import { CfnAccountPolicy } from 'aws-cdk-lib/aws-logs';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { ENVIRONMENT } from '../../shared/deploy/environment.ts';
import { LOG_FILTER_PATTERN } from '../../shared/deploy/log-filter.ts';
import type { LogGroupChoice } from '../../shared/deploy/log-groups.ts';
import { LOG_GROUPS_INTERVAL_MINUTES } from '../../shared/deploy/retention.ts';
import type { AppLogSettings, FreeportSettings } from '../settings.ts';
import { acknowledge } from './acknowledge.ts';
import type { Alarms } from './alarms.ts';
import { every, NEXT_RUN } from './every.ts';
import { QUEUE_HAS_DEAD_LETTERS } from './flow-log-ingest.ts';
import { FreeportFunction } from './freeport-function.ts';
import { deadLetterQueueOf, queueOf } from './queue-of.ts';
import { StackCleanUp } from './stack-clean-up.ts';
import type { Stores } from './stores.ts';

export type AppLogIngestProps = {
  readonly settings: FreeportSettings;
  readonly stores: Stores;
  readonly alarms: Alarms;
};

const FUNCTION_TIMEOUT = Duration.minutes(1);
/** AWS asks for six times the function's timeout, so that a message is not seen twice while it is worked on. */
const VISIBILITY_TIMEOUTS = 6;
const RETRIES_BEFORE_DEAD = 5;
const FILTER_NAME = `${Aws.STACK_NAME}-freeport`;

/** Candidate lines of application logs → parts. The filter costs nothing and lets a healthy group stay silent. */
export class AppLogIngest extends Construct {
  readonly ingest: FreeportFunction;
  readonly deadLetters: Queue;
  /** The function that keeps groups subscribed, where that is how logs come. */
  readonly subscribers: FreeportFunction[] = [];
  readonly #settings: FreeportSettings;
  readonly #alarms: Alarms;

  constructor(scope: Construct, id: string, { settings, stores, alarms }: AppLogIngestProps) {
    super(scope, id);
    this.#settings = settings;
    this.#alarms = alarms;
    this.deadLetters = deadLetterQueueOf(this, 'DeadLetters', { retentionPeriod: Duration.days(14) });
    const retries = this.#retryQueue();
    this.ingest = new FreeportFunction(this, 'Ingest', {
      name: 'ingest-app-logs',
      description: 'Reads connection errors of application logs into parts',
      memoryMb: 256,
      timeout: FUNCTION_TIMEOUT,
      logRetentionDays: settings.operations.logRetentionDays,
      deadLetters: retries,
    });
    this.ingest.addEventSource(
      new SqsEventSource(retries, { batchSize: 1, maxConcurrency: 2, reportBatchItemFailures: true }),
    );
    acknowledge(this.ingest, 'Serverless-LambdaEventSourceMappingDestination', QUEUE_HAS_DEAD_LETTERS);
    stores.grantWriteParts(this.ingest);
    stores.grantRequestAnalysis(this.ingest);
    this.ingest.addPermission('CloudWatchLogs', {
      principal: new ServicePrincipal('logs.amazonaws.com'),
      sourceAccount: Stack.of(this).account,
    });
    if (settings.appLogs.kind === 'subscriptions') this.#keepSubscribed(settings.appLogs.groups, stores);
    else this.#subscribeAccount(settings.appLogs);
  }

  /** CloudWatch Logs delivers once and Lambda tries three times: what failed then is tried again, later and slowly. */
  #retryQueue(): Queue {
    return queueOf(this, 'Retries', {
      visibilityTimeout: Duration.seconds(FUNCTION_TIMEOUT.toSeconds() * VISIBILITY_TIMEOUTS),
      deliveryDelay: Duration.minutes(1),
      deadLetterQueue: { queue: this.deadLetters, maxReceiveCount: RETRIES_BEFORE_DEAD },
    });
  }

  #keepSubscribed(choice: LogGroupChoice, stores: Stores): void {
    if (choice.prefixes.length === 0 && choice.tag === null) return;
    const subscribe = new FreeportFunction(this, 'Subscribe', {
      name: 'subscribe-log-groups',
      description: 'Keeps a subscription filter on the chosen log groups',
      memoryMb: 256,
      timeout: Duration.minutes(5),
      logRetentionDays: this.#settings.operations.logRetentionDays,
      deadLetters: { notNeeded: NEXT_RUN },
    });
    this.subscribers.push(subscribe);
    stores.grantLogGroups(subscribe);
    subscribe.allowPattern(
      ['logs:DescribeLogGroups', ...(choice.tag === null ? [] : ['logs:ListTagsForResource'])],
      [logGroups(this, '*')],
      'Listing log groups needs leave for all of them, and a tag may stand on any.',
    );
    subscribe.allowPattern(
      ['logs:DescribeSubscriptionFilters', 'logs:DeleteSubscriptionFilter'],
      [logGroups(this, '*')],
      'A group that was chosen once and is no more, by whatever setting, still has the filter to take away.',
    );
    subscribe.allowPattern(
      ['logs:PutSubscriptionFilter'],
      choice.tag === null ? choice.prefixes.map((prefix) => logGroups(this, `${prefix}*`)) : [logGroups(this, '*')],
      'The log groups that the deployment chose; new ones come at any time.',
    );
    subscribe.allowPattern(['cloudwatch:GetMetricData'], ['*'], 'IAM knows no resources for GetMetricData.');
    subscribe.provide(ENVIRONMENT.logGroupChoice, JSON.stringify(choice));
    subscribe.provide(ENVIRONMENT.ownLogPrefixes, `${Aws.STACK_NAME}-,/aws/lambda/${Aws.STACK_NAME}-`);
    subscribe.provide(ENVIRONMENT.logFilterName, FILTER_NAME);
    subscribe.provide(ENVIRONMENT.logDestination, this.ingest.functionArn);
    every(this, LOG_GROUPS_INTERVAL_MINUTES, subscribe, 'Keeps log groups subscribed');
    this.#watchDeliveries();
    new StackCleanUp(this, 'CleanUp', { target: subscribe });
  }

  /**
   * A group is healthy when its filter is there and nothing it delivers is refused: arrivals say nothing, since a healthy
   * group has no candidate lines. One query looks at every group that has the filter, future ones included.
   */
  #watchDeliveries(): void {
    this.#alarms.add({
      metric: new MathExpression({
        expression:
          'SELECT SUM(DeliveryErrors) FROM SCHEMA("AWS/Logs", DestinationType, FilterName, LogGroupName) ' +
          `WHERE FilterName = '${FILTER_NAME}'`,
        usingMetrics: {},
        period: Duration.minutes(5),
        label: 'Delivery errors',
      }),
      threshold: 0,
      evaluationPeriods: 3,
      impact: 'CloudWatch Logs cannot deliver what log groups let through: errors in them stay unseen.',
      runbook: 'log-deliveries-fail',
    });
  }

  /** The account's one policy, which has no room for connect timeouts. Groups that would feed themselves are named one by one, as the policy knows no prefix. */
  #subscribeAccount(choice: Extract<AppLogSettings, { kind: 'account-policy' }>): void {
    const policy = new CfnAccountPolicy(this, 'AccountPolicy', {
      policyName: Names.uniqueResourceName(this, { maxLength: 60 }),
      policyType: 'SUBSCRIPTION_FILTER_POLICY',
      scope: 'ALL',
      policyDocument: Stack.of(this).toJsonString({
        DestinationArn: this.ingest.functionArn,
        FilterPattern: LOG_FILTER_PATTERN,
        Distribution: 'Random',
      }),
      selectionCriteria: Lazy.string({
        produce: () => `LogGroupName NOT IN ${JSON.stringify([...ownGroupNames(this), ...choice.excludedGroupNames])}`,
      }),
    });
    policy.node.addDependency(this.ingest);
  }
}

const logGroups = (scope: Construct, resourceName: string): string =>
  Stack.of(scope).formatArn({
    service: 'logs',
    resource: 'log-group',
    resourceName,
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });

/** Every log group of this stack, whichever construct made it. */
function ownGroupNames(scope: Construct): string[] {
  return Stack.of(scope)
    .node.findAll()
    .flatMap((construct) => ('logGroupName' in construct ? [String(construct.logGroupName)] : []));
}
