import { Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { Analysis } from './constructs/analysis.ts';
import { AppLogIngest } from './constructs/app-log-ingest.ts';
import { FlowLogIngest } from './constructs/flow-log-ingest.ts';
import { InventorySync } from './constructs/inventory-sync.ts';
import { MetricPolling } from './constructs/metric-polling.ts';
import { Publishing } from './constructs/publishing.ts';
import { QueryApi } from './constructs/query-api.ts';
import { Stores } from './constructs/stores.ts';
import type { FreeportSettings } from './settings.ts';

export type FreeportStackProps = StackProps & { readonly settings: FreeportSettings };

/** The whole pipeline, in the order in which things flow: sources → parts → analysis → people and queries. */
export class FreeportStack extends Stack {
  constructor(scope: Construct, id: string, { settings, ...props }: FreeportStackProps) {
    super(scope, id, { description: 'Freeport: finds port exhaustion before connections fail', ...props });
    const stores = new Stores(this, 'Stores');

    new FlowLogIngest(this, 'FlowLogs', { settings, stores });
    new AppLogIngest(this, 'AppLogs', { settings, stores });
    new MetricPolling(this, 'Metrics', { settings, stores });
    new InventorySync(this, 'Inventory', { settings, stores });

    const publishing = new Publishing(this, 'Publishing', { settings });
    new Analysis(this, 'Analysis', { settings, stores, publishing });

    new QueryApi(this, 'Query', { settings, stores });
  }
}
