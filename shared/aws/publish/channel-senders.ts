import { PutEventsCommand, type EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { PublishCommand, type PublishCommandInput, type SNSClient } from '@aws-sdk/client-sns';
import { amazonQDigest, amazonQMessage } from '../../core/notify/amazon-q-message.ts';
import { digestText } from '../../core/notify/digest-text.ts';
import { emailText } from '../../core/notify/email-text.ts';
import { machineMessage } from '../../core/notify/machine-message.ts';
import type { Notification } from '../../core/notify/notification.ts';
import type { ChannelSender } from '../../publish-owed.ts';

/** SNS and EventBridge carry 256 KiB; attributes and the envelope need a little of it. */
export const MESSAGE_BYTES_LIMIT = 240_000;

/** Text that people read. A repeat carries the same `notificationId`. */
export const emailSender = (sns: SNSClient, topicArn: string): ChannelSender => ({
  groups: true,
  async send(notifications) {
    const { subject, body } = textOf(notifications);
    await publish(sns, { TopicArn: topicArn, Subject: subject, Message: body }, notifications);
  },
});

const textOf = (notifications: readonly Notification[]) => {
  const [first] = notifications;
  return notifications.length === 1 && first !== undefined ? emailText(first) : digestText(notifications);
};

/** Amazon Q Developer's custom schema, on a topic that a chat channel is subscribed to. */
export const amazonQSender = (sns: SNSClient, topicArn: string): ChannelSender => ({
  groups: true,
  async send(notifications) {
    const [first] = notifications;
    const message =
      notifications.length === 1 && first !== undefined ? amazonQMessage(first) : amazonQDigest(notifications);
    await publish(sns, { TopicArn: topicArn, Message: JSON.stringify(message) }, notifications);
  },
});

/** The finding's JSON, with attributes that subscriptions can filter by. */
export const machineSender = (sns: SNSClient, topicArn: string): ChannelSender => ({
  groups: false,
  async send(notifications) {
    for (const notification of notifications) {
      const Message = JSON.stringify(machineMessage(notification, MESSAGE_BYTES_LIMIT));
      await publish(sns, { TopicArn: topicArn, Message }, [notification]);
    }
  },
});

export const busSender = (eventBridge: EventBridgeClient, busName: string): ChannelSender => ({
  groups: false,
  async send(notifications) {
    for (const notification of notifications) {
      const entry = {
        EventBusName: busName,
        Source: 'freeport',
        DetailType: 'Freeport Finding',
        Detail: JSON.stringify(machineMessage(notification, MESSAGE_BYTES_LIMIT)),
      };
      const { Entries = [] } = await eventBridge.send(new PutEventsCommand({ Entries: [entry] }));
      const refused = Entries.find(({ ErrorCode }) => ErrorCode !== undefined);
      if (refused !== undefined) throw new Error(`EventBridge refused an event: ${refused.ErrorCode}`);
    }
  },
});

const ATTRIBUTES = ['severity', 'kind', 'layer', 'status'] as const;

/** Attributes of a storm are those of its first notification but for the id, which names it as one of many. */
async function publish(sns: SNSClient, input: PublishCommandInput, notifications: readonly Notification[]) {
  const [first] = notifications;
  if (first === undefined) return;
  const text = (StringValue: string) => ({ DataType: 'String', StringValue });
  const MessageAttributes = {
    notificationId: text(first.notificationId),
    notifications: { DataType: 'Number', StringValue: String(notifications.length) },
    transition: text(first.transition),
    ...Object.fromEntries(ATTRIBUTES.map((name) => [name, text(first.finding[name])])),
  };
  await sns.send(new PublishCommand({ ...input, MessageAttributes }));
}
