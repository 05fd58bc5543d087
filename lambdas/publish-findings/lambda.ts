import { amazonQSender, busSender, emailSender, machineSender } from '../../shared/aws/publish/channel-senders.ts';
import { dynamodbClient, eventBridgeClient, snsClient } from '../../shared/aws/clients.ts';
import { createDeliveryLedger } from '../../shared/aws/publish/delivery-ledger.ts';
import { lambdaLog } from '../../shared/aws/log.ts';
import { findingStoreFrom } from '../../shared/aws/store/stores-from-environment.ts';
import { systemClock } from '../../shared/aws/system-clock.ts';
import { ENVIRONMENT, requireVariable } from '../../shared/deploy/environment.ts';
import type { ChannelSender } from '../../shared/publish-owed.ts';
import { createHandler } from './handler.ts';

const environment: NodeJS.ProcessEnv = process.env;
const dynamodb = dynamodbClient();
const sns = snsClient();

/** The chat is what the deployment chose: Amazon Q, a bot of its own, or none. */
function chatSender(): { chat?: ChannelSender } {
  const amazonQ = environment[ENVIRONMENT.amazonQTopic];
  if (amazonQ) return { chat: amazonQSender(sns, amazonQ) };
  // A bot of one's own reads the same JSON as programs do, from a topic of its own: what it gets, it posts.
  const slack = environment[ENVIRONMENT.slackTopic];
  return slack ? { chat: machineSender(sns, slack) } : {};
}

export const handler = createHandler({
  findings: findingStoreFrom(environment, { dynamodb }),
  ledger: createDeliveryLedger({
    dynamodb,
    tableName: requireVariable(environment, ENVIRONMENT.findingTable),
    clock: systemClock,
  }),
  senders: {
    email: emailSender(sns, requireVariable(environment, ENVIRONMENT.emailTopic)),
    machine: machineSender(sns, requireVariable(environment, ENVIRONMENT.machineTopic)),
    bus: busSender(eventBridgeClient(), requireVariable(environment, ENVIRONMENT.eventBus)),
    ...chatSender(),
  },
  log: lambdaLog('publish-findings'),
});
