import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { createAnalysisRequests } from '../../../shared/aws/store/analysis-requests.ts';
import { createDeliveryLedger, CLAIM_SECONDS } from '../../../shared/aws/publish/delivery-ledger.ts';
import { createFindingStore, LeaseLost } from '../../../shared/aws/store/finding-store.ts';
import { createLeases } from '../../../shared/aws/store/lease.ts';
import { queryItems } from '../../../shared/aws/store/query-items.ts';
import { createSlackThreads } from '../../../shared/aws/publish/slack-threads.ts';
import { URGENT_PARTITION } from '../../../shared/deploy/indexes.ts';
import { boringFinding, boringNotification } from '../../contract/boring.ts';
import { createTables, startDynamoDb } from '../dynamodb-emulator.ts';

const emulator = await startDynamoDb();
let tables = 0;
let tableName = '';
let nowMs = Date.parse('2026-01-01T10:00:00Z');
const clock = { nowMs: () => nowMs };

describe.skipIf(emulator === null)('coordination through one table', () => {
  const dynamodb = emulator?.client() as NonNullable<ReturnType<NonNullable<typeof emulator>['client']>>;
  const leases = () => createLeases({ dynamodb, tableName, clock, durationMs: 125_000 });
  afterAll(() => emulator?.stop());
  beforeEach(async () => {
    tables += 1;
    tableName = `findings-${tables}`;
    await createTables(dynamodb, { parts: `parts-${tables}`, findings: tableName });
  });

  it('gives the lease to one, whose fence is higher than the last', async () => {
    const first = await leases().acquire();
    expect(await leases().acquire()).toBeNull();
    await first?.release();
    const second = await leases().acquire();
    expect(second?.fence).toBe((first?.fence ?? 0) + 1);
  });

  it('tells the holder on release that somebody asked meanwhile', async () => {
    const first = await leases().acquire();
    await leases().acquire();
    expect(await first?.release()).toBe(true);
    const second = await leases().acquire();
    expect(await second?.release()).toBe(false);
  });

  it('takes the lease of a holder that died', async () => {
    const dead = await leases().acquire();
    nowMs += 125_001;
    const heir = await leases().acquire();
    expect(heir?.fence).toBe((dead?.fence ?? 0) + 1);
    expect(await dead?.release()).toBe(false);
    expect(await leases().acquire()).toBeNull();
  });

  it('refuses every save under an old fence, whole', async () => {
    const dead = await leases().acquire();
    nowMs += 125_001;
    const heir = await leases().acquire();
    const store = (fence: number | undefined) => createFindingStore({ dynamodb, tableName, clock, fence: fence ?? 0 });
    const saving = store(dead?.fence).save([boringFinding()], [boringNotification()]);
    await expect(saving).rejects.toBeInstanceOf(LeaseLost);
    expect(await store(heir?.fence).get('finding-1')).toBeNull();
    expect(await store(heir?.fence).owed()).toEqual([]);
    await store(heir?.fence).save([boringFinding()], [boringNotification()]);
    expect(await store(heir?.fence).owed()).toHaveLength(1);
  });

  it('owes under a fence what was owed before only once', async () => {
    const lease = await leases().acquire();
    const store = createFindingStore({ dynamodb, tableName, clock, fence: lease?.fence ?? 0 });
    const [known, fresh] = [boringNotification(), boringNotification({ notificationId: 'finding-1/resolved' })];
    await store.save([boringFinding()], [known]);
    await store.save([boringFinding()], [known, fresh]);
    expect(await store.owed()).toHaveLength(2);
  });

  it('lets one deliverer have a notification, until it is done or its claim runs out', async () => {
    const ledger = createDeliveryLedger({ dynamodb, tableName, clock });
    expect(await ledger.claim('email', 'n')).toBe('mine');
    expect(await ledger.claim('email', 'n')).toBe('busy');
    expect(await ledger.claim('chat', 'n')).toBe('mine');
    nowMs += CLAIM_SECONDS * 1_000;
    expect(await ledger.claim('email', 'n')).toBe('mine');
    await ledger.complete('email', boringNotification({ notificationId: 'n' }));
    nowMs += CLAIM_SECONDS * 1_000;
    expect(await ledger.claim('email', 'n')).toBe('done');
    expect(await ledger.toldIn('finding-1')).toEqual(new Set(['email']));
    await ledger.release('chat', 'n');
    expect(await ledger.claim('chat', 'n')).toBe('mine');
  });

  it('remembers the thread of a finding, and what was posted', async () => {
    const threads = createSlackThreads({ dynamodb, tableName, clock });
    expect(await threads.threadOf('f')).toBeNull();
    expect(await threads.claim('n')).toBe('mine');
    expect(await threads.claim('n')).toBe('busy');
    await threads.posted('n', 'f', '1.5');
    expect(await threads.claim('n')).toBe('posted');
    expect(await threads.threadOf('f')).toBe('1.5');
    await threads.posted('m', 'f', '2.5');
    expect(await threads.threadOf('f')).toBe('1.5');
  });

  it('makes one request of those of a quarter minute', async () => {
    nowMs = Date.parse('2026-01-01T11:00:04Z');
    const requests = createAnalysisRequests({ dynamodb, tableName, clock });
    const written = () =>
      queryItems(
        dynamodb,
        {
          TableName: tableName,
          KeyConditionExpression: 'pk = :pk',
          ExpressionAttributeValues: { ':pk': { S: URGENT_PARTITION } },
        },
        10,
      );
    for (let index = 0; index < 5; index += 1) await requests.request('connect-exhaustion');
    expect(await written()).toHaveLength(1);
    nowMs += 15_000;
    await requests.request('connect-exhaustion');
    expect(await written()).toHaveLength(2);
  });
});
