import { cloudwatchClient, dynamodbClient, s3Client } from '../../shared/aws/clients.ts';
import { lambdaLog } from '../../shared/aws/log.ts';
import { createMetricSource } from '../../shared/aws/metric-source.ts';
import { inventoryStoreFrom, partStoreFrom, systemClock } from '../../shared/aws/stores-from-environment.ts';
import { ENVIRONMENT, requireCount } from '../../shared/deploy/environment.ts';
import { createHandler } from './handler.ts';

const s3 = s3Client();

export const handler = createHandler({
  metrics: createMetricSource(cloudwatchClient()),
  inventory: inventoryStoreFrom(process.env, { s3 }),
  parts: partStoreFrom(process.env, { s3, dynamodb: dynamodbClient() }),
  log: lambdaLog('poll-metrics'),
  windowMinutes: requireCount(process.env, ENVIRONMENT.pollWindowMinutes),
  nowMs: () => systemClock.nowMs(),
});
