import { dynamodbClient, s3Client } from '../../shared/aws/clients.ts';
import { lambdaLog } from '../../shared/aws/log.ts';
import { partStoreFrom } from '../../shared/aws/stores-from-environment.ts';
import { createHandler } from './handler.ts';

export const handler = createHandler({
  parts: partStoreFrom(process.env, { s3: s3Client(), dynamodb: dynamodbClient() }),
  log: lambdaLog('ingest-app-logs'),
});
