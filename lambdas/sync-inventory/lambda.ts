import { cloudwatchClient, dynamodbClient, ec2Client, s3Client } from '../../shared/aws/clients.ts';
import { createInventorySource } from '../../shared/aws/inventory-source.ts';
import { lambdaLog } from '../../shared/aws/log.ts';
import { createNatAlarms } from '../../shared/aws/nat-alarms.ts';
import { analysisRequestsFrom, inventoryStoreFrom } from '../../shared/aws/stores-from-environment.ts';
import { ENVIRONMENT, requireVariable } from '../../shared/deploy/environment.ts';
import { createHandler } from './handler.ts';

export const handler = createHandler({
  source: createInventorySource(ec2Client()),
  store: inventoryStoreFrom(process.env, { s3: s3Client() }),
  alarms: createNatAlarms({
    cloudwatch: cloudwatchClient(),
    namePrefix: requireVariable(process.env, ENVIRONMENT.natAlarmPrefix),
  }),
  requests: analysisRequestsFrom(process.env, { dynamodb: dynamodbClient() }),
  log: lambdaLog('sync-inventory'),
});
