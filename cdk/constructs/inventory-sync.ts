import { Duration } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { INVENTORY_TICK_MINUTES } from '../../shared/deploy/retention.ts';
import type { FreeportSettings } from '../settings.ts';
import { every, NEXT_RUN } from './every.ts';
import { FreeportFunction } from './freeport-function.ts';
import { keepPortAlarms } from './port-alarms.ts';
import { StackCleanUp } from './stack-clean-up.ts';
import type { Stores } from './stores.ts';

export type InventorySyncProps = {
  readonly settings: FreeportSettings;
  readonly stores: Stores;
};

/** EC2's answers about gateways, interfaces, subnets and routes → the inventory, and the alarms about them. */
export class InventorySync extends Construct {
  readonly sync: FreeportFunction;

  constructor(scope: Construct, id: string, { settings, stores }: InventorySyncProps) {
    super(scope, id);
    this.sync = new FreeportFunction(this, 'Sync', {
      name: 'sync-inventory',
      description: 'Reads NAT gateways, interfaces, subnets and route tables into the inventory',
      memoryMb: 512,
      timeout: Duration.minutes(2),
      logRetentionDays: settings.operations.logRetentionDays,
      deadLetters: { notNeeded: NEXT_RUN },
    });
    stores.grantWriteInventory(this.sync);
    stores.grantRequestAnalysis(this.sync);
    this.sync.allowPattern(
      ['ec2:DescribeNatGateways', 'ec2:DescribeNetworkInterfaces', 'ec2:DescribeSubnets', 'ec2:DescribeRouteTables'],
      ['*'],
      'IAM knows no resources for the describe calls of EC2.',
    );
    keepPortAlarms(this.sync, settings);
    every(this, INVENTORY_TICK_MINUTES, this.sync, 'Reads the live network configuration');
    new StackCleanUp(this, 'CleanUp', { target: this.sync });
  }
}
