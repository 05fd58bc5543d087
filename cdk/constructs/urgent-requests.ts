import { Duration } from 'aws-cdk-lib';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { ENVIRONMENT } from '../../shared/deploy/environment.ts';
import { acknowledge } from './acknowledge.ts';
import type { FreeportFunction } from './freeport-function.ts';
import { queueOf } from './queue-of.ts';
import type { Stores } from './stores.ts';

export type UrgentRequestsProps = { readonly stores: Stores };

/** A request that is not answered within a few minutes is overtaken by the schedule. */
const RETENTION = Duration.minutes(15);
const VISIBILITY = Duration.minutes(12);
const CONCURRENCY_LIMIT = 2;
const OVERTAKEN = 'A request holds nothing: the next run by schedule, minutes later, answers it all the same.';

/** Who sees a certain sign asks for an analysis at once; those of the same quarter minute are one request. */
export class UrgentRequests extends Construct {
  readonly #queue: Queue;
  readonly #stores: Stores;

  constructor(scope: Construct, id: string, { stores }: UrgentRequestsProps) {
    super(scope, id);
    this.#stores = stores;
    this.#queue = queueOf(this, 'Queue', { retentionPeriod: RETENTION, visibilityTimeout: VISIBILITY });
    acknowledge(this.#queue, 'AwsSolutions-SQS3', OVERTAKEN);
    acknowledge(this.#queue, 'Serverless-SQSRedrivePolicy', OVERTAKEN);
  }

  grantRequest(target: FreeportFunction): void {
    target.allow(['sqs:SendMessage'], [this.#queue.queueArn]);
    target.provide(ENVIRONMENT.urgentQueue, this.#queue.queueUrl);
    this.#stores.grantCoalesce(target);
  }

  answerWith(target: FreeportFunction): void {
    target.addEventSource(new SqsEventSource(this.#queue, { batchSize: 10, maxConcurrency: CONCURRENCY_LIMIT }));
    acknowledge(target, 'Serverless-LambdaEventSourceMappingDestination', OVERTAKEN);
  }
}
