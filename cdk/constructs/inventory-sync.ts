import { Duration } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { INVENTORY_INTERVAL_MINUTES } from '../../shared/deploy/retention.ts';
import type { FreeportSettings } from '../settings.ts';
import { every } from './every.ts';
import { FreeportFunction } from './freeport-function.ts';
import type { Stores } from './stores.ts';

export type InventorySyncProps = { readonly settings: FreeportSettings; readonly stores: Stores };

/** EC2's answers about gateways, interfaces, subnets and routes → the inventory. The only function that carries the EC2 client. */
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
    });
    stores.grantWriteInventory(this.sync);
    // EC2's describe calls know no resources: IAM accepts nothing but `*` for them.
    this.sync.addToRolePolicy(
      new PolicyStatement({
        actions: [
          'ec2:DescribeNatGateways',
          'ec2:DescribeNetworkInterfaces',
          'ec2:DescribeSubnets',
          'ec2:DescribeRouteTables',
        ],
        resources: ['*'],
      }),
    );
    every(this, INVENTORY_INTERVAL_MINUTES, this.sync, 'Reads the live network configuration');
  }
}
