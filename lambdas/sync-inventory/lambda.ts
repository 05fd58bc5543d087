import { cloudwatchClient, dynamodbClient, ec2Client, s3Client } from '../../shared/aws/clients.ts';
import { createInventorySource } from '../../shared/aws/inventory/inventory-source.ts';
import { lambdaLog } from '../../shared/aws/log.ts';
import { portAlarmsFrom } from '../../shared/aws/metrics/port-alarms-from-environment.ts';
import { analysisRequestsFrom, inventoryStoreFrom } from '../../shared/aws/store/stores-from-environment.ts';
import { createHandler } from './handler.ts';

export const handler = createHandler({
  source: createInventorySource(ec2Client()),
  store: inventoryStoreFrom(process.env, { s3: s3Client() }),
  alarms: portAlarmsFrom(process.env, { cloudwatch: cloudwatchClient() }).alarms,
  requests: analysisRequestsFrom(process.env, { dynamodb: dynamodbClient() }),
  log: lambdaLog('sync-inventory'),
});
