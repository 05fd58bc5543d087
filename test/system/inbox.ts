import { SubscribeCommand } from '@aws-sdk/client-sns';
import { CreateQueueCommand, DeleteMessageCommand, ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import type { Deployment } from './deployment.ts';
import { ACCOUNT } from './template.ts';

/** What SNS delivered: subject and text, and the attributes that filters could use. */
export type Received = {
  readonly subject: string | null;
  readonly text: string;
  readonly attributes: Readonly<Record<string, string>>;
};

/** A queue subscribed to a topic of the stack; each call gives what has arrived since the last. */
export type Inbox = () => Promise<Received[]>;

let inboxes = 0;

export async function openInbox({ clients, physical, idOf }: Deployment, topicPath: string): Promise<Inbox> {
  const { sqs, sns } = clients;
  inboxes += 1;
  const name = `inbox-${inboxes}`;
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: name }));
  const TopicArn = physical(idOf('AWS::SNS::Topic', topicPath)).ref;
  const Endpoint = `arn:aws:sqs:us-east-1:${ACCOUNT}:${name}`;
  await sns.send(new SubscribeCommand({ TopicArn, Protocol: 'sqs', Endpoint }));
  return async () => {
    const received: Received[] = [];
    for (;;) {
      const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }));
      if (Messages.length === 0) return received;
      for (const { Body, ReceiptHandle } of Messages) {
        received.push(receivedFrom(JSON.parse(Body ?? '{}') as Envelope));
        await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
      }
    }
  };
}

type Envelope = {
  readonly Subject?: string;
  readonly Message: string;
  readonly MessageAttributes?: Readonly<Record<string, { readonly Value: string }>>;
};

const receivedFrom = ({ Subject, Message, MessageAttributes = {} }: Envelope): Received => ({
  subject: Subject ?? null,
  text: Message,
  attributes: Object.fromEntries(Object.entries(MessageAttributes).map(([name, { Value }]) => [name, Value])),
});
