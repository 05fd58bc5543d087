import { dynamodbClient, s3Client, snsClient } from '../../shared/aws/clients.ts';
import { lambdaLog } from '../../shared/aws/log.ts';
import { createPublisher } from '../../shared/aws/publisher.ts';
import {
  findingStoreFrom,
  inventoryStoreFrom,
  partStoreFrom,
  systemClock,
} from '../../shared/aws/stores-from-environment.ts';
import { settingsSchema } from '../../shared/core/model/settings.ts';
import { ENVIRONMENT, requireCount, requireVariable } from '../../shared/deploy/environment.ts';
import { createHandler } from './handler.ts';

const s3 = s3Client();
const dynamodb = dynamodbClient();

export const handler = createHandler({
  parts: partStoreFrom(process.env, { s3, dynamodb }),
  findings: findingStoreFrom(process.env, { dynamodb }),
  inventory: inventoryStoreFrom(process.env, { s3 }),
  publisher: createPublisher({
    sns: snsClient(),
    emailTopicArn: requireVariable(process.env, ENVIRONMENT.emailTopic),
  }),
  clock: systemClock,
  settings: settingsSchema.parse(JSON.parse(requireVariable(process.env, ENVIRONMENT.analysisSettings))),
  horizonMinutes: requireCount(process.env, ENVIRONMENT.horizonMinutes),
  log: lambdaLog('analyze'),
});
