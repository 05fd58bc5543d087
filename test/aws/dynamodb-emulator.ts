import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { CreateTableCommand, DynamoDBClient, type CreateTableCommandInput } from '@aws-sdk/client-dynamodb';
import { STATUS_INDEX, SUBJECT_INDEX } from '../../shared/deploy/indexes.ts';

/** A DynamoDB over the wire: one process, in memory, on a free port of the loopback. */
export type DynamoDbEmulator = { readonly endpoint: string; client(): DynamoDBClient; stop(): void };

const BINARY = new URL('../../node_modules/@dynoxide/linux-x64/dynoxide', import.meta.url).pathname;
const START_ATTEMPTS = 300;

/** Null where the platform has no binary: callers skip with a message. */
export async function startDynamoDb(): Promise<DynamoDbEmulator | null> {
  if (!existsSync(BINARY)) return null;
  const port = await freePort();
  const child = spawn(BINARY, ['serve', '--host', '127.0.0.1', '--port', String(port)], { stdio: 'ignore' });
  const endpoint = `http://127.0.0.1:${port}`;
  await answering(endpoint, child);
  return {
    endpoint,
    client: () =>
      new DynamoDBClient({ endpoint, region: 'us-east-1', credentials: { accessKeyId: 'a', secretAccessKey: 'b' } }),
    stop: () => void child.kill(),
  };
}

export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => {
    server.close(resolve);
  });
  return port;
}

/** Resolves once anything answers at `endpoint`; throws when the process ends or does not come up. */
export async function answering(endpoint: string, child: ChildProcess): Promise<void> {
  for (let attempt = 0; attempt < START_ATTEMPTS; attempt += 1) {
    if (child.exitCode !== null) throw new Error(`the emulator ended with ${child.exitCode}`);
    try {
      await fetch(endpoint);
      return;
    } catch {
      await wait(100);
    }
  }
  child.kill();
  throw new Error(`nothing answers at ${endpoint}`);
}

const items = (TableName: string) =>
  ({
    TableName,
    BillingMode: 'PAY_PER_REQUEST',
    KeySchema: [
      { AttributeName: 'pk', KeyType: 'HASH' },
      { AttributeName: 'sk', KeyType: 'RANGE' },
    ],
    AttributeDefinitions: [
      { AttributeName: 'pk', AttributeType: 'S' },
      { AttributeName: 'sk', AttributeType: 'S' },
    ],
  }) satisfies CreateTableCommandInput;

const FILTERED_BY = ['severity', 'kind', 'layer', 'lastSeenMs', 'firstSeenMs', 'destinations', 'sources'];

const index = (IndexName: string, partition: string, filteredBy: readonly string[]) => ({
  IndexName,
  KeySchema: [
    { AttributeName: partition, KeyType: 'HASH' as const },
    { AttributeName: 'newest', KeyType: 'RANGE' as const },
  ],
  Projection: {
    ProjectionType: 'INCLUDE' as const,
    NonKeyAttributes: [...filteredBy],
  },
});

export async function createTables(dynamodb: DynamoDBClient, names: { parts: string; findings: string }) {
  await dynamodb.send(new CreateTableCommand(items(names.parts)));
  const table = items(names.findings);
  await dynamodb.send(
    new CreateTableCommand({
      ...table,
      AttributeDefinitions: [
        ...table.AttributeDefinitions,
        ...['status', 'subject', 'newest'].map((AttributeName) => ({ AttributeName, AttributeType: 'S' as const })),
      ],
      GlobalSecondaryIndexes: [
        index(STATUS_INDEX, 'status', FILTERED_BY),
        index(SUBJECT_INDEX, 'subject', [...FILTERED_BY, 'status']),
      ],
    }),
  );
}
