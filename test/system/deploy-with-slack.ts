import { CreateSecretCommand } from '@aws-sdk/client-secrets-manager';
import { settings as defaults, type FreeportSettings } from '../../cdk/settings.ts';
import { deploy, startServices, type Deployment } from './deployment.ts';
import { startSlack, type SlackServer } from './slack-server.ts';
import { synthesise } from './synthesise.ts';

export const SLACK_TOKEN = 'xoxb-not-a-real-token';

export type SlackDeployment = { readonly deployment: Deployment; readonly slack: SlackServer };

/** Deploys the stack of `changes` to the usual settings, with a Slack on this machine to tell. */
export async function deployWithSlack(changes: Partial<FreeportSettings> = {}): Promise<SlackDeployment> {
  const slack = await startSlack();
  try {
    return { slack, deployment: await deployTo(slack, changes) };
  } catch (error) {
    slack.stop();
    throw error;
  }
}

async function deployTo({ apiUrl }: SlackServer, changes: Partial<FreeportSettings>): Promise<Deployment> {
  const services = await startServices();
  const secret = new CreateSecretCommand({ Name: 'freeport/slack', SecretString: SLACK_TOKEN });
  const { ARN = '' } = await services.clients.secrets.send(secret);
  const chat = { kind: 'slack', secretArn: ARN, channel: 'C0123456789', apiUrl } as const;
  const notifications = { ...defaults.notifications, chat };
  return deploy(await synthesise({ ...defaults, ...changes, notifications }), services);
}

/** Runs a function once, by its path in the stack; anything but an answer is a failure. */
export async function runOnce(deployment: Deployment, path: string, event: unknown): Promise<void> {
  const outcome = await deployment.invoke(deployment.functionOf(path), event);
  if (outcome.kind !== 'returned') throw new Error(`${path}: ${JSON.stringify(outcome)}`);
}
