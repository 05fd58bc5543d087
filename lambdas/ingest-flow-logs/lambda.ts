import { dynamodbClient, s3Client } from '../../shared/aws/clients.ts';
import { lambdaLog } from '../../shared/aws/log.ts';
import { createObjectSource } from '../../shared/aws/object-source.ts';
import { partStoreFrom } from '../../shared/aws/stores-from-environment.ts';
import { createEngineReader } from '../../shared/core/flow-log/engine/engine-reader.ts';
import { createWasmEngine } from '../../shared/core/flow-log/engine/wasm-engine.ts';
import { ENVIRONMENT } from '../../shared/deploy/environment.ts';
import { readFormats } from '../../shared/deploy/flow-log-format.ts';
import { createHandler } from './handler.ts';

const s3 = s3Client();

export const handler = createHandler({
  objects: createObjectSource(s3),
  parts: partStoreFrom(process.env, { s3, dynamodb: dynamodbClient() }),
  createReader: (options) => createEngineReader(createWasmEngine, options),
  log: lambdaLog('ingest-flow-logs'),
  formats: readFormats(process.env[ENVIRONMENT.flowLogFormats]),
});
