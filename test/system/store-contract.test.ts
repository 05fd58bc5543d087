import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createFindingStore } from '../../shared/aws/store/finding-store.ts';
import { createInventoryStore } from '../../shared/aws/inventory/inventory-store.ts';
import { createPartStore } from '../../shared/aws/store/part-store.ts';
import { createTables, startDynamoDb, type DynamoDbEmulator } from '../aws/dynamodb-emulator.ts';
import { boringGateway } from '../contract/boring.ts';
import { storeContract, type Stores } from '../contract/store-contract.ts';
import { startMoto, type Emulator } from './emulators.ts';
import { REGION } from './template.ts';

/** The contract that SQLite keeps, on DynamoDB and S3 over the wire: the unit suite's S3 is a map in memory. */
let moto: Emulator;
let dynamodb: DynamoDbEmulator | null;
let s3: S3Client;
let opened = 0;
const clock = { nowMs: () => Date.parse('2026-01-01T12:00:00Z') };

beforeAll(async () => {
  moto = await startMoto();
  dynamodb = await startDynamoDb();
  const credentials = { accessKeyId: 'system', secretAccessKey: 'test' };
  s3 = new S3Client({ region: REGION, endpoint: moto.endpoint, credentials, forcePathStyle: true });
});
afterAll(() => {
  moto?.stop();
  dynamodb?.stop();
});

async function newBucket(): Promise<string> {
  opened += 1;
  const Bucket = `store-${opened}`;
  await s3.send(new CreateBucketCommand({ Bucket }));
  return Bucket;
}

storeContract('DynamoDB and S3, over the wire', async (): Promise<Stores> => {
  if (dynamodb === null) throw new Error('there is no DynamoDB emulator for this platform');
  const bucketName = await newBucket();
  const client = dynamodb.client();
  const names = { parts: `parts-${opened}`, findings: `findings-${opened}` };
  await createTables(client, names);
  return {
    parts: createPartStore({
      s3,
      dynamodb: client,
      bucketName,
      tableName: names.parts,
      retentionDays: 7,
      clock,
    }),
    findings: createFindingStore({ dynamodb: client, tableName: names.findings, clock }),
    inventory: createInventoryStore({ s3, bucketName, clock }),
    close: () => {},
  };
});

describe('fragments that are put at the same time', () => {
  it('are all there afterwards: the condition on the version is S3’s own', async () => {
    const store = createInventoryStore({ s3, bucketName: await newBucket(), clock });
    const ids = ['nat-a', 'nat-b', 'nat-c'];
    await Promise.all(ids.map((id) => store.put({ natGateways: [boringGateway({ id })] })));
    expect((await store.get()).natGateways.map(({ id }) => id)).toEqual(ids);
  });
});
