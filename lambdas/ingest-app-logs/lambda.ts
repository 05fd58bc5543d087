import { dynamodbClient, s3Client } from '../../shared/aws/clients.ts';
import { lambdaLog } from '../../shared/aws/log.ts';
import { analysisRequestsFrom, partWriterFrom } from '../../shared/aws/store/stores-from-environment.ts';
import { createHandler } from './handler.ts';

const dynamodb = dynamodbClient();

export const handler = createHandler({
  parts: partWriterFrom(process.env, { s3: s3Client(), dynamodb }),
  requests: analysisRequestsFrom(process.env, { dynamodb }),
  log: lambdaLog('ingest-app-logs'),
});
