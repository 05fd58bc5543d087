import { afterAll, describe, it } from 'vitest';
import { createFindingStore } from '../../../shared/aws/store/finding-store.ts';
import { createInventoryStore } from '../../../shared/aws/inventory/inventory-store.ts';
import { createPartStore } from '../../../shared/aws/store/part-store.ts';
import { storeContract, type Stores } from '../../contract/store-contract.ts';
import { createTables, startDynamoDb } from '../dynamodb-emulator.ts';
import { fakeS3 } from '../fake-s3.ts';

const emulator = await startDynamoDb();
let opened = 0;

if (emulator === null) {
  describe('the AWS stores', () => {
    it.skip('keep the store contract (skipped: @dynoxide/linux-x64 has no binary for this platform)', () => {});
  });
} else {
  const dynamodb = emulator.client();
  afterAll(() => emulator.stop());
  storeContract('DynamoDB and S3', async (): Promise<Stores> => {
    opened += 1;
    const names = { parts: `parts-${opened}`, findings: `findings-${opened}` };
    await createTables(dynamodb, names);
    const s3 = fakeS3();
    const clock = { nowMs: () => Date.parse('2026-01-01T12:00:00Z') };
    return {
      parts: createPartStore({ s3, dynamodb, bucketName: 'store', tableName: names.parts, retentionDays: 7, clock }),
      findings: createFindingStore({ dynamodb, tableName: names.findings, clock }),
      inventory: createInventoryStore({ s3, bucketName: 'store', clock }),
      close: () => {},
    };
  });
}
