import { Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { Alarms } from './constructs/alarms.ts';
import { Analysis } from './constructs/analysis.ts';
import { AppLogIngest } from './constructs/app-log-ingest.ts';
import { FlowLogIngest } from './constructs/flow-log-ingest.ts';
import { InventorySync } from './constructs/inventory-sync.ts';
import { MetricPolling } from './constructs/metric-polling.ts';
import { Operations } from './constructs/operations.ts';
import { Publishing } from './constructs/publishing.ts';
import { QueryApi } from './constructs/query-api.ts';
import { Stores } from './constructs/stores.ts';
import type { FreeportSettings } from './settings.ts';

export type FreeportStackProps = StackProps & { readonly settings: FreeportSettings };

/** The whole pipeline, in the order in which things flow: sources → parts → analysis → people and queries. */
export class FreeportStack extends Stack {
  constructor(scope: Construct, id: string, { settings, ...props }: FreeportStackProps) {
    super(scope, id, { description: 'Freeport: finds port exhaustion before connections fail', ...props });
    const alarms = new Alarms(this, 'Alarms', { settings });
    const stores = new Stores(this, 'Stores');

    const flowLogs = new FlowLogIngest(this, 'FlowLogs', { settings, stores, alarms });
    const appLogs = new AppLogIngest(this, 'AppLogs', { settings, stores, alarms });
    const metrics = new MetricPolling(this, 'Metrics', { settings, stores });
    const inventory = new InventorySync(this, 'Inventory', { settings, stores });

    const { analyze } = new Analysis(this, 'Analysis', { settings, stores });
    const publishing = new Publishing(this, 'Publishing', { settings, stores });
    new QueryApi(this, 'Query', { settings, stores, alarms });

    const functions = {
      ingest: [flowLogs.ingest, appLogs.ingest],
      polls: [metrics.poll, inventory.sync, ...appLogs.subscribers],
      analyze,
      publish: publishing.publish,
    };
    const deadLetters = [flowLogs.deadLetters, appLogs.deadLetters, ...publishing.deadLetters];
    new Operations(this, 'Operations', { settings, alarms, functions, deadLetters });
  }
}
