import { PutObjectCommand } from '@aws-sdk/client-s3';
import type { Finding } from '../../shared/core/finding/schema.ts';
import type { Deployment } from './deployment.ts';
import { emptyBucket, emptyTable, expireClaims } from './empty-stores.ts';
import { PLAIN_DELIVERY, type Delivery } from './event-sources.ts';
import type { Outcome } from './function-host.ts';
import { httpAnswer, httpEvent } from './http-request.ts';
import type { Inbox } from './inbox.ts';
import { FLOW_LOG_KEY, logBatches, recordedFile } from './recorded.ts';

/** What a run over the recorded incident leaves: the findings, and the ids of what people were told. */
export type IncidentResult = { readonly findings: readonly Finding[]; readonly told: readonly string[] };

/** Log batches that are worth the time: one of each client is the whole of what they say. */
export const BATCHES = [logBatches('c1', 10_000), logBatches('c2', 10_000), logBatches('c3', 10_000)].flat();

/** A failed invocation is tried again, as Lambda does by itself or the next run by schedule does. */
const ATTEMPTS = 6;

/** The recorded incident through a deployment that a test interferes with, from an empty store each time. */
export function createIncidentRun(deployment: Deployment, scheduledTime: string, email: Inbox) {
  const { clients, functionOf, gateway } = deployment;
  const tables = ['Stores/PartIndex', 'Stores/Findings'].map((path) => deployment.idOf('AWS::DynamoDB::Table', path));
  const [, findingTable = ''] = tables.map((id) => deployment.physical(id).ref);
  const flowBucket = deployment.physical(deployment.idOf('AWS::S3::Bucket', 'FlowLogs')).ref;
  const storeBucket = deployment.physical(deployment.idOf('AWS::S3::Bucket', 'Stores')).ref;

  const untilItWorks = async (path: string, event: unknown): Promise<Outcome> => {
    for (let attempt = 1; ; attempt += 1) {
      const outcome = await deployment.invoke(functionOf(path), event);
      const busy = outcome.kind === 'returned' && (outcome.value as { kind?: string } | null)?.kind === 'busy';
      if (outcome.kind === 'returned' && !busy) return outcome;
      if (attempt === ATTEMPTS) throw new Error(`${path} failed ${attempt} times: ${JSON.stringify(outcome)}`);
      await passTime();
    }
  };

  const passTime = (): Promise<void> => expireClaims(clients, findingTable);

  const steps = {
    flowLogs: async (delivery: Delivery): Promise<void> => {
      const Body = recordedFile('flow-logs.v5.log.gz');
      await clients.s3.send(new PutObjectCommand({ Bucket: flowBucket, Key: FLOW_LOG_KEY, Body }));
      await deployment.settle(delivery);
    },
    appLogs: async (delivery: Delivery): Promise<void> => {
      for (const data of delivery.shuffle(BATCHES))
        for (let time = 0; time < (delivery.twice ? 2 : 1); time += 1)
          await untilItWorks('AppLogs/Ingest', { awslogs: { data } });
    },
    analysis: async (): Promise<void> => void (await untilItWorks('Analysis/Analyze', { scheduledTime })),
    publishing: async (): Promise<void> => {
      await deployment.settle();
      await passTime();
      await untilItWorks('Publishing/Publish', { scheduledTime });
    },
  };

  const result = async (): Promise<IncidentResult> => {
    const answer = httpAnswer(
      await deployment.invoke(functionOf('Query/Query'), httpEvent(deployment.routes, 'GET', '/findings')),
    );
    const { findings } = answer.body as { findings: Finding[] };
    const told = (await email()).map(({ attributes }) => attributes['notificationId'] ?? '').sort();
    return { findings: [...findings].sort((a, b) => (a.id < b.id ? -1 : 1)), told };
  };

  return {
    steps,
    passTime,
    async reset(): Promise<void> {
      gateway.faultOf = () => ({ kind: 'none' });
      gateway.calls.length = 0;
      for (const id of tables) await emptyTable(clients, deployment.physical(id).ref);
      for (const bucket of [flowBucket, storeBucket]) await emptyBucket(clients, bucket);
      await email();
    },
    async run(delivery: Delivery = PLAIN_DELIVERY): Promise<IncidentResult> {
      await steps.flowLogs(delivery);
      await steps.appLogs(delivery);
      await steps.analysis();
      await steps.publishing();
      return result();
    },
    result,
  };
}

export type IncidentRun = ReturnType<typeof createIncidentRun>;
