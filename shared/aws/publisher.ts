import { PublishCommand, type SNSClient } from '@aws-sdk/client-sns';
import { emailText } from '../core/finding/email-text.ts';
import type { Publisher } from '../ports.ts';

export type PublisherOptions = { readonly sns: SNSClient; readonly emailTopicArn: string };

/** E-mail by SNS, as text that people read. A repeat carries the same `notificationId`, so receivers can tell. */
export function createPublisher({ sns, emailTopicArn }: PublisherOptions): Publisher {
  return {
    async publish(notification) {
      const { subject, body } = emailText(notification);
      await sns.send(
        new PublishCommand({
          TopicArn: emailTopicArn,
          Subject: subject,
          Message: body,
          MessageAttributes: {
            notificationId: { DataType: 'String', StringValue: notification.notificationId },
            severity: { DataType: 'String', StringValue: notification.finding.severity },
            transition: { DataType: 'String', StringValue: notification.transition },
          },
        }),
      );
    },
  };
}
