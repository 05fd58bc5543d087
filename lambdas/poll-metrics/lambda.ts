import { cloudwatchClient, dynamodbClient, s3Client } from '../../shared/aws/clients.ts';
import { lambdaLog } from '../../shared/aws/log.ts';
import { createMetricSource } from '../../shared/aws/metrics/metric-source.ts';
import { portAlarmsFrom } from '../../shared/aws/metrics/port-alarms-from-environment.ts';
import {
  analysisRequestsFrom,
  findingStoreFrom,
  inventoryStoreFrom,
  partWriterFrom,
} from '../../shared/aws/store/stores-from-environment.ts';
import { systemClock } from '../../shared/aws/system-clock.ts';
import { createHandler } from './handler.ts';

const s3 = s3Client();
const dynamodb = dynamodbClient();
const cloudwatch = cloudwatchClient();

export const handler = createHandler({
  metrics: createMetricSource(cloudwatch),
  ...portAlarmsFrom(process.env, { cloudwatch }),
  inventory: inventoryStoreFrom(process.env, { s3 }),
  findings: findingStoreFrom(process.env, { dynamodb }),
  parts: partWriterFrom(process.env, { s3, dynamodb }),
  requests: analysisRequestsFrom(process.env, { dynamodb }),
  clock: systemClock,
  log: lambdaLog('poll-metrics'),
});
