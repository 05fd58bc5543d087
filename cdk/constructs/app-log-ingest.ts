import { Duration, Stack } from 'aws-cdk-lib';
import { ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { CfnSubscriptionFilter } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { LOG_FILTER_PATTERN } from '../../shared/deploy/log-filter.ts';
import type { FreeportSettings } from '../settings.ts';
import { FreeportFunction } from './freeport-function.ts';
import type { Stores } from './stores.ts';

export type AppLogIngestProps = { readonly settings: FreeportSettings; readonly stores: Stores };

/** Candidate lines of application logs → parts. The filter costs nothing and lets a healthy group stay silent. */
export class AppLogIngest extends Construct {
  readonly ingest: FreeportFunction;

  constructor(scope: Construct, id: string, { settings, stores }: AppLogIngestProps) {
    super(scope, id);
    this.ingest = new FreeportFunction(this, 'Ingest', {
      name: 'ingest-app-logs',
      description: 'Reads connection errors of application logs into parts',
      memoryMb: 256,
      timeout: Duration.minutes(1),
      logRetentionDays: settings.operations.logRetentionDays,
    });
    stores.grantWriteParts(this.ingest);
    const { account } = Stack.of(this);
    this.ingest.addPermission('CloudWatchLogs', {
      principal: new ServicePrincipal('logs.amazonaws.com'),
      sourceAccount: account,
    });
    for (const logGroupName of settings.appLogs.logGroupNames) {
      const filter = new CfnSubscriptionFilter(this, `Filter${logGroupName}`, {
        logGroupName,
        filterPattern: LOG_FILTER_PATTERN,
        destinationArn: this.ingest.functionArn,
      });
      filter.node.addDependency(this.ingest);
    }
  }
}
