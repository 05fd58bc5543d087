import { GetSecretValueCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import * as z from 'zod/mini';
import type { SlackMessage } from '../../core/notify/slack-message.ts';

/** Posts into one channel. The returned `ts` names the message as a thread; a plain webhook gives none. */
export type SlackClient = { post(message: SlackMessage, threadTs: string | null): Promise<string | null> };

export type SlackClientOptions = {
  readonly secrets: SecretsManagerClient;
  /** Holds a bot token (`xoxb-…`), or the address of an incoming webhook (`https://…`). */
  readonly secretArn: string;
  readonly channel: string;
  readonly apiUrl: string;
};

const TIMEOUT_MS = 10_000;
const answerSchema = z.object({ ok: z.boolean(), ts: z.optional(z.string()), error: z.optional(z.string()) });

export function createSlackClient({ secrets, secretArn, channel, apiUrl }: SlackClientOptions): SlackClient {
  let secret: string | null = null;
  const readSecret = async (): Promise<string> => {
    const { SecretString } = await secrets.send(new GetSecretValueCommand({ SecretId: secretArn }));
    if (!SecretString) throw new Error('the Slack secret is empty');
    return SecretString.trim();
  };

  return {
    async post(message, threadTs) {
      secret ??= await readSecret();
      try {
        return secret.startsWith('https://')
          ? await postToWebhook(secret, message)
          : await postToChannel(apiUrl, secret, { ...message, channel, ...(threadTs ? { thread_ts: threadTs } : {}) });
      } catch (error) {
        // The secret may have been rotated: the next attempt reads it again.
        secret = null;
        throw error;
      }
    },
  };
}

async function postToChannel(apiUrl: string, token: string, message: object): Promise<string | null> {
  const response = await postJson(`${apiUrl}/chat.postMessage`, message, { authorization: `Bearer ${token}` });
  const answer = answerSchema.safeParse(await response.json());
  if (!answer.success) throw new Error('Slack gave an answer that it never gave before');
  if (!answer.data.ok) throw new Error(`Slack refused a message: ${answer.data.error ?? 'no reason given'}`);
  return answer.data.ts ?? null;
}

async function postToWebhook(url: string, message: SlackMessage): Promise<null> {
  await postJson(url, message, {});
  return null;
}

async function postJson(url: string, body: object, headers: Record<string, string>): Promise<Response> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json; charset=utf-8', ...headers },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  // The address of a webhook is a secret: it must not stand in an error.
  if (!response.ok) throw new Error(`Slack answered ${response.status}`);
  return response;
}
