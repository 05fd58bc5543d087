import { ArnFormat, Duration, Stack } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { ENVIRONMENT } from '../../shared/deploy/environment.ts';
import { INVENTORY_INTERVAL_MINUTES } from '../../shared/deploy/retention.ts';
import type { FreeportSettings } from '../settings.ts';
import { every, NEXT_RUN } from './every.ts';
import { FreeportFunction } from './freeport-function.ts';
import { NAT_ALARM_PREFIX } from './metric-polling.ts';
import { StackCleanUp } from './stack-clean-up.ts';
import type { Stores } from './stores.ts';

export type InventorySyncProps = {
  readonly settings: FreeportSettings;
  readonly stores: Stores;
};

/** EC2's answers about gateways, interfaces, subnets and routes → the inventory, and an alarm per gateway. */
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
    this.#keepAlarms();
    every(this, INVENTORY_INTERVAL_MINUTES, this.sync, 'Reads the live network configuration');
    new StackCleanUp(this, 'CleanUp', { target: this.sync });
  }

  #keepAlarms(): void {
    const alarms = (resourceName: string): string =>
      Stack.of(this).formatArn({
        service: 'cloudwatch',
        resource: 'alarm',
        resourceName,
        arnFormat: ArnFormat.COLON_RESOURCE_NAME,
      });
    this.sync.allowPattern(
      ['cloudwatch:PutMetricAlarm', 'cloudwatch:DeleteAlarms'],
      [alarms(`${NAT_ALARM_PREFIX}*`)],
      'The alarms whose names begin as those of this stack do: one per NAT gateway, which come and go.',
    );
    this.sync.allowPattern(
      ['cloudwatch:DescribeAlarms'],
      [alarms('*')],
      'Listing by prefix needs leave for every alarm: IAM does not look at the prefix.',
    );
    this.sync.provide(ENVIRONMENT.natAlarmPrefix, NAT_ALARM_PREFIX);
  }
}
