import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  ReceiveMessageCommand,
  type Message,
} from '@aws-sdk/client-sqs';
import { matchesFilter } from './event-filter.ts';
import type { Outcome } from './function-host.ts';
import type { Clients } from './provision.ts';
import { openTableStream, type TableStream } from './table-stream.ts';
import { ACCOUNT, REGION } from './template.ts';

/** An event source mapping of the template, resolved. */
export type Mapping = {
  readonly EventSourceArn: string;
  readonly FunctionName: string;
  readonly BatchSize?: number;
  readonly FunctionResponseTypes?: readonly string[];
  readonly FilterCriteria?: { readonly Filters: readonly { readonly Pattern: string }[] };
};

export type Invoke = (functionName: string, event: unknown) => Promise<Outcome>;

/** How a test makes delivery worse than usual: SQS may deliver a message twice, and in any order. */
export type Delivery = { readonly twice: boolean; readonly shuffle: <T>(messages: readonly T[]) => readonly T[] };

export const PLAIN_DELIVERY: Delivery = { twice: false, shuffle: (messages) => messages };

const POLLS_LIMIT = 300;
const MESSAGES_PER_RECEIVE = 10;

/** What Lambda's poller does for a queue: batches, deletion of what succeeded, and return of what did not. True when it found any. */
export async function drainQueue(
  mapping: Mapping,
  clients: Clients,
  invoke: Invoke,
  delivery: Delivery,
): Promise<boolean> {
  const { sqs } = clients;
  const name = mapping.EventSourceArn.split(':').at(-1);
  const QueueUrl = `${clients.queueHost}/${ACCOUNT}/${name}`;
  for (let poll = 0; poll < POLLS_LIMIT; poll += 1) {
    const MaxNumberOfMessages = Math.min(MESSAGES_PER_RECEIVE, mapping.BatchSize ?? MESSAGES_PER_RECEIVE);
    const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages }));
    if (Messages.length === 0) return poll > 0;
    const batch = delivery.shuffle(Messages);
    const records = batch.map((message) => recordOf(message, mapping.EventSourceArn));
    if (delivery.twice) await invoke(mapping.FunctionName, { Records: records });
    const outcome = await invoke(mapping.FunctionName, { Records: records });
    const failed = failedMessages(mapping, outcome, batch);
    for (const { MessageId, ReceiptHandle } of batch) {
      if (!failed.has(String(MessageId))) await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
      // The visibility timeout passes: a test does not wait for it.
      else await sqs.send(new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout: 0 }));
    }
  }
  throw new Error(`${name} was not empty after ${POLLS_LIMIT} polls`);
}

const recordOf = ({ MessageId, ReceiptHandle, Body }: Message, eventSourceARN: string) => ({
  messageId: MessageId,
  receiptHandle: ReceiptHandle,
  body: Body,
  attributes: {},
  messageAttributes: {},
  eventSource: 'aws:sqs',
  eventSourceARN,
  awsRegion: REGION,
});

function failedMessages(mapping: Mapping, outcome: Outcome, batch: readonly Message[]): ReadonlySet<string> {
  if (outcome.kind !== 'returned') return new Set(batch.map(({ MessageId }) => String(MessageId)));
  if (!mapping.FunctionResponseTypes?.includes('ReportBatchItemFailures')) return new Set();
  const { batchItemFailures = [] } = (outcome.value ?? {}) as { batchItemFailures?: { itemIdentifier: string }[] };
  return new Set(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
}

const STREAM_ATTEMPTS = 4;

/** What Lambda's poller does for a table's stream: filtered records, the same batch again when it failed, up to the limit. */
export function streamPoller(mapping: Mapping, endpoint: string, invoke: Invoke): () => Promise<boolean> {
  const tableName = mapping.EventSourceArn.split('/')[1] ?? '';
  const patterns = (mapping.FilterCriteria?.Filters ?? []).map(({ Pattern }) => JSON.parse(Pattern) as unknown);
  let stream: TableStream | null = null;
  return async () => {
    stream ??= await openTableStream(endpoint, tableName);
    const records = (await stream.next()).filter((record) =>
      patterns.length === 0 ? true : patterns.some((pattern) => matchesFilter(pattern, record)),
    );
    if (records.length === 0) return false;
    for (let attempt = 0; attempt < STREAM_ATTEMPTS; attempt += 1)
      if ((await invoke(mapping.FunctionName, { Records: records })).kind === 'returned') return true;
    return true;
  };
}
