import { dynamodbClient, s3Client } from '../../shared/aws/clients.ts';
import { lambdaLog } from '../../shared/aws/log.ts';
import {
  findingStoreFrom,
  logGroupStoreFrom,
  summaryStoreFrom,
} from '../../shared/aws/store/stores-from-environment.ts';
import { systemClock } from '../../shared/aws/system-clock.ts';
import { createHandler } from './handler.ts';

const s3 = s3Client();

export const handler = createHandler({
  findings: findingStoreFrom(process.env, { dynamodb: dynamodbClient() }),
  summaries: summaryStoreFrom(process.env, { s3 }),
  logGroups: logGroupStoreFrom(process.env, { s3 }),
  clock: systemClock,
  log: lambdaLog('query-findings'),
});
