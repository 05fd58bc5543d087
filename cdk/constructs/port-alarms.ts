import { ArnFormat, Aws, Stack } from 'aws-cdk-lib';
import { ENVIRONMENT } from '../../shared/deploy/environment.ts';
import type { FreeportSettings } from '../settings.ts';
import type { FreeportFunction } from './freeport-function.ts';

/** Names of the alarms of NAT gateways and network load balancers begin so. They are kept in step with the inventory. */
export const PORT_ALARM_PREFIX = `${Aws.STACK_NAME}-port-`;

const alarms = (target: FreeportFunction, resourceName: string): string =>
  Stack.of(target).formatArn({
    service: 'cloudwatch',
    resource: 'alarm',
    resourceName,
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });

/** Lets a function see which are in alarm, and tells it from how many connections on a gateway's rings. */
export function readPortAlarms(target: FreeportFunction, { analysis }: FreeportSettings): void {
  target.allowPattern(
    ['cloudwatch:DescribeAlarms'],
    [alarms(target, '*')],
    'Listing by prefix needs leave for every alarm: IAM does not look at the prefix.',
  );
  target.provide(ENVIRONMENT.portAlarmPrefix, PORT_ALARM_PREFIX);
  target.provide(ENVIRONMENT.analysisSettings, JSON.stringify(analysis.overrides));
}

export function keepPortAlarms(target: FreeportFunction, settings: FreeportSettings): void {
  readPortAlarms(target, settings);
  target.allowPattern(
    ['cloudwatch:PutMetricAlarm', 'cloudwatch:DeleteAlarms'],
    [alarms(target, `${PORT_ALARM_PREFIX}*`)],
    'The alarms whose names begin as those of this stack do: of NAT gateways and load balancers, which come and go.',
  );
}
