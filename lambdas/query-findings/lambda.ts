import { dynamodbClient } from '../../shared/aws/clients.ts';
import { lambdaLog } from '../../shared/aws/log.ts';
import { findingStoreFrom, systemClock } from '../../shared/aws/stores-from-environment.ts';
import { createHandler } from './handler.ts';

export const handler = createHandler({
  findings: findingStoreFrom(process.env, { dynamodb: dynamodbClient() }),
  clock: systemClock,
  log: lambdaLog('query-findings'),
});
