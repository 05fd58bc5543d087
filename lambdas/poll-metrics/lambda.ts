import { cloudwatchClient, dynamodbClient, s3Client } from '../../shared/aws/clients.ts';
import { lambdaLog } from '../../shared/aws/log.ts';
import { createMetricSource } from '../../shared/aws/metric-source.ts';
import {
  analysisRequestsFrom,
  findingStoreFrom,
  inventoryStoreFrom,
  partWriterFrom,
} from '../../shared/aws/stores-from-environment.ts';
import { systemClock } from '../../shared/aws/system-clock.ts';
import { ENVIRONMENT, requireCount } from '../../shared/deploy/environment.ts';
import { createHandler } from './handler.ts';

const s3 = s3Client();
const dynamodb = dynamodbClient();

export const handler = createHandler({
  metrics: createMetricSource(cloudwatchClient()),
  inventory: inventoryStoreFrom(process.env, { s3 }),
  findings: findingStoreFrom(process.env, { dynamodb }),
  parts: partWriterFrom(process.env, { s3, dynamodb }),
  requests: analysisRequestsFrom(process.env, { dynamodb }),
  clock: systemClock,
  log: lambdaLog('poll-metrics'),
  intervalMinutes: requireCount(process.env, ENVIRONMENT.pollIntervalMinutes),
  windowMinutes: requireCount(process.env, ENVIRONMENT.pollWindowMinutes),
});
