import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { readMachineMessage } from '../../shared/aws/publish/read-machine-message.ts';
import type { Log } from '../../shared/aws/log.ts';
import type { SlackClient } from '../../shared/aws/publish/slack-client.ts';
import type { SlackThreads } from '../../shared/aws/publish/slack-threads.ts';
import type { Notification } from '../../shared/core/notify/notification.ts';
import { slackDigest, slackMessage } from '../../shared/core/notify/slack-message.ts';
import { STORM_SIZE } from '../../shared/publish-owed.ts';

export type Services = { readonly slack: SlackClient; readonly threads: SlackThreads; readonly log: Log };

type Delivery = { readonly messageId: string; readonly notification: Notification };

/** Notifications from the queue → one thread per finding. Many at once are one message, which is the thread of them all. */
export function createHandler(services: Services) {
  return async (event: SQSEvent): Promise<SQSBatchResponse> => {
    const claimed: Delivery[] = [];
    const failed: Delivery[] = [];
    for (const { messageId, body } of event.Records) {
      const notification = readMachineMessage(body);
      if (notification === null) {
        services.log.count({ MessagesRejected: 1 });
        continue;
      }
      const claim = await services.threads.claim(notification.notificationId);
      if (claim === 'mine') claimed.push({ messageId, notification });
      else if (claim === 'busy') failed.push({ messageId, notification });
    }
    const groups = claimed.length > STORM_SIZE ? [claimed] : claimed.map((delivery) => [delivery]);
    for (const group of groups) if (!(await post(services, group))) failed.push(...group);
    return { batchItemFailures: failed.map(({ messageId }) => ({ itemIdentifier: messageId })) };
  };
}

async function post({ slack, threads, log }: Services, group: readonly Delivery[]): Promise<boolean> {
  const notifications = group.map(({ notification }) => notification);
  const [first] = notifications;
  if (first === undefined) return true;
  try {
    const ts =
      notifications.length === 1
        ? await slack.post(slackMessage(first), await threads.threadOf(first.finding.id))
        : await slack.post(slackDigest(notifications), null);
    for (const { notificationId, finding } of notifications) await threads.posted(notificationId, finding.id, ts);
    return true;
  } catch (error) {
    log.error('Slack did not take a message', error);
    for (const { notificationId } of notifications) await threads.release(notificationId);
    return false;
  }
}
