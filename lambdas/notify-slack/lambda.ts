import { dynamodbClient, secretsClient } from '../../shared/aws/clients.ts';
import { lambdaLog } from '../../shared/aws/log.ts';
import { createSlackClient } from '../../shared/aws/publish/slack-client.ts';
import { createSlackThreads } from '../../shared/aws/publish/slack-threads.ts';
import { systemClock } from '../../shared/aws/system-clock.ts';
import { ENVIRONMENT, requireVariable } from '../../shared/deploy/environment.ts';
import { createHandler } from './handler.ts';

export const handler = createHandler({
  slack: createSlackClient({
    secrets: secretsClient(),
    secretArn: requireVariable(process.env, ENVIRONMENT.slackSecret),
    channel: requireVariable(process.env, ENVIRONMENT.slackChannel),
    apiUrl: requireVariable(process.env, ENVIRONMENT.slackApi),
  }),
  threads: createSlackThreads({
    dynamodb: dynamodbClient(),
    tableName: requireVariable(process.env, ENVIRONMENT.findingTable),
    clock: systemClock,
  }),
  log: lambdaLog('notify-slack'),
});
