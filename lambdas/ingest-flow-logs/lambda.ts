import { dynamodbClient, s3Client } from '../../shared/aws/clients.ts';
import { createPieceReader } from '../../shared/aws/ingest/flow-pieces.ts';
import { lambdaLog } from '../../shared/aws/log.ts';
import { createObjectSource } from '../../shared/aws/ingest/object-source.ts';
import { analysisRequestsFrom, partWriterFrom } from '../../shared/aws/store/stores-from-environment.ts';
import { ENVIRONMENT } from '../../shared/deploy/environment.ts';
import { readFormats } from '../../shared/deploy/flow-log-format.ts';
import { createHandler } from './handler.ts';

const s3 = s3Client();
const dynamodb = dynamodbClient();

export const handler = createHandler({
  objects: createObjectSource(s3),
  parts: partWriterFrom(process.env, { s3, dynamodb }),
  requests: analysisRequestsFrom(process.env, { dynamodb }),
  createReader: (options) => createPieceReader(options),
  log: lambdaLog('ingest-flow-logs'),
  formats: readFormats(process.env[ENVIRONMENT.flowLogFormats]),
});
