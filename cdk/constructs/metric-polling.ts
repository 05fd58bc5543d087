import { Duration } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { ENVIRONMENT } from '../../shared/deploy/environment.ts';
import { METRIC_POLL_INTERVAL_MINUTES, METRIC_POLL_WINDOW_MINUTES } from '../../shared/deploy/retention.ts';
import type { FreeportSettings } from '../settings.ts';
import { every } from './every.ts';
import { FreeportFunction } from './freeport-function.ts';
import type { Stores } from './stores.ts';

export type MetricPollingProps = { readonly settings: FreeportSettings; readonly stores: Stores };

/** CloudWatch's metrics of the NAT gateways in the inventory → parts, every few minutes. */
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
    });
    stores.grantWriteParts(this.poll);
    stores.grantReadInventory(this.poll);
    // GetMetricData knows no resources: IAM accepts nothing but `*` for it.
    this.poll.addToRolePolicy(new PolicyStatement({ actions: ['cloudwatch:GetMetricData'], resources: ['*'] }));
    this.poll.provide(ENVIRONMENT.pollWindowMinutes, String(METRIC_POLL_WINDOW_MINUTES));
    every(this, METRIC_POLL_INTERVAL_MINUTES, this.poll, 'Polls the metrics of NAT gateways');
  }
}
