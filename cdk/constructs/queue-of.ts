import { Queue, QueueEncryption, type QueueProps } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { acknowledge } from './acknowledge.ts';

/** Every queue is encrypted and takes no plain connection. */
export const queueOf = (scope: Construct, id: string, props: QueueProps): Queue =>
  new Queue(scope, id, { encryption: QueueEncryption.SQS_MANAGED, enforceSSL: true, ...props });

/** Where messages end that nothing could be done with: an alarm watches it, and people look. */
export function deadLetterQueueOf(scope: Construct, id: string, props: QueueProps): Queue {
  const queue = queueOf(scope, id, props);
  acknowledge(queue, 'Serverless-SQSRedrivePolicy', 'It is itself where messages go that failed every attempt.');
  return queue;
}
