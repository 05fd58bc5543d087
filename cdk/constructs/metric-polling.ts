import { Aws, Duration } from 'aws-cdk-lib';
import { Match, Rule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { Construct } from 'constructs';
import { METRIC_TICK_MINUTES } from '../../shared/deploy/retention.ts';
import type { FreeportSettings } from '../settings.ts';
import { acknowledge } from './acknowledge.ts';
import { every, NEXT_RUN } from './every.ts';
import { FreeportFunction } from './freeport-function.ts';
import { PORT_ALARM_PREFIX, readPortAlarms } from './port-alarms.ts';
import type { Stores } from './stores.ts';

export type MetricPollingProps = {
  readonly settings: FreeportSettings;
  readonly stores: Stores;
};

/**
 * CloudWatch's metrics of the NAT gateways and load balancers in the inventory → parts: at leisure, each minute of what is
 * in alarm or has an open finding, and on alarm; those of CloudWatch agents only for the hosts of open findings.
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
    readPortAlarms(this.poll, settings);
    every(this, METRIC_TICK_MINUTES, this.poll, 'Polls the metrics of NAT gateways');
    this.#onAlarm();
  }

  /** The alarms have no actions of their own: EventBridge hears of every change of state. */
  #onAlarm(): void {
    const rule = new Rule(this, 'PortAlarm', {
      description: 'A port could not be allocated, or a NAT gateway has many connections',
      eventPattern: {
        source: ['aws.cloudwatch'],
        account: [Aws.ACCOUNT_ID],
        detailType: ['CloudWatch Alarm State Change'],
        detail: { alarmName: Match.prefix(PORT_ALARM_PREFIX), state: { value: ['ALARM'] } },
      },
      targets: [new LambdaFunction(this.poll, { retryAttempts: 2, maxEventAge: Duration.minutes(5) })],
    });
    acknowledge(rule, 'Serverless-EventBusDLQ', 'The metrics behind an alarm are polled by schedule minutes later.');
  }
}
