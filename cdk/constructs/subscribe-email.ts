import type { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { acknowledge } from './acknowledge.ts';

/** Subscribes people. SNS tries an address again by itself, and nobody would look into a queue of e-mails. */
export function subscribeEmail(topic: Topic, address: string): void {
  const subscription = topic.addSubscription(new EmailSubscription(address));
  acknowledge(
    subscription,
    'Serverless-SNSRedrivePolicy',
    'An e-mail that SNS cannot deliver is not one to send later.',
  );
}
