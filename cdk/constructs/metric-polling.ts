import { Aws, Duration } from 'aws-cdk-lib';
import { Match, Rule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { Construct } from 'constructs';
import { ENVIRONMENT } from '../../shared/deploy/environment.ts';
import {
  METRIC_POLL_INTERVAL_MINUTES,
  METRIC_POLL_WINDOW_MINUTES,
  METRIC_TICK_MINUTES,
} from '../../shared/deploy/retention.ts';
import type { FreeportSettings } from '../settings.ts';
import { acknowledge } from './acknowledge.ts';
import { every, NEXT_RUN } from './every.ts';
import { FreeportFunction } from './freeport-function.ts';
import type { Stores } from './stores.ts';

export type MetricPollingProps = {
  readonly settings: FreeportSettings;
  readonly stores: Stores;
};

/** Names of the alarms of NAT gateways begin so: one per gateway, kept in step with the inventory. */
export const NAT_ALARM_PREFIX = `${Aws.STACK_NAME}-nat-port-errors-`;

/**
 * CloudWatch's metrics of the NAT gateways and load balancers in the inventory → parts: at leisure, each minute while a
 * finding is open, and on alarm; those of CloudWatch agents only for the hosts of open findings.
 */
export class MetricPolling extends Construct {
  readonly poll: FreeportFunction;

  constructor(scope: Construct, id: string, { settings, stores }: MetricPollingProps) {
    super(scope, id);
    this.poll = new FreeportFunction(this, 'Poll', {
      name: 'poll-metrics',
      description: 'Reads the metrics of NAT gateways into parts',
      memoryMb: 256,
      timeout: Duration.minutes(1),
      logRetentionDays: settings.operations.logRetentionDays,
      deadLetters: { notNeeded: NEXT_RUN },
    });
    stores.grantWriteParts(this.poll);
    stores.grantReadInventory(this.poll);
    stores.grantListFindings(this.poll);
    stores.grantRequestAnalysis(this.poll);
    this.poll.allowPattern(
      ['cloudwatch:GetMetricData', 'cloudwatch:ListMetrics'],
      ['*'],
      'IAM knows no resources for the reading of metrics.',
    );
    this.poll.provide(ENVIRONMENT.pollIntervalMinutes, String(METRIC_POLL_INTERVAL_MINUTES));
    this.poll.provide(ENVIRONMENT.pollWindowMinutes, String(METRIC_POLL_WINDOW_MINUTES));
    every(this, METRIC_TICK_MINUTES, this.poll, 'Polls the metrics of NAT gateways');
    this.#onAlarm();
  }

  /** The alarms have no actions of their own: EventBridge hears of every change of state. */
  #onAlarm(): void {
    const rule = new Rule(this, 'NatAlarm', {
      description: 'A NAT gateway failed to allocate a port',
      eventPattern: {
        source: ['aws.cloudwatch'],
        account: [Aws.ACCOUNT_ID],
        detailType: ['CloudWatch Alarm State Change'],
        detail: { alarmName: Match.prefix(NAT_ALARM_PREFIX), state: { value: ['ALARM'] } },
      },
      targets: [new LambdaFunction(this.poll, { retryAttempts: 2, maxEventAge: Duration.minutes(5) })],
    });
    acknowledge(rule, 'Serverless-EventBusDLQ', 'The metrics behind an alarm are polled by schedule minutes later.');
  }
}
