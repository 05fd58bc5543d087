import { dynamodbClient, s3Client } from '../../shared/aws/clients.ts';
import { createFindingStore } from '../../shared/aws/store/finding-store.ts';
import { createLeases } from '../../shared/aws/store/lease.ts';
import { lambdaLog } from '../../shared/aws/log.ts';
import { createPartCache } from '../../shared/aws/store/part-cache.ts';
import { inventoryStoreFrom, partStoreFrom, summaryStoreFrom } from '../../shared/aws/store/stores-from-environment.ts';
import { systemClock as clock } from '../../shared/aws/system-clock.ts';
import { settingsSchema } from '../../shared/core/model/settings.ts';
import { ENVIRONMENT, requireCount, requireVariable } from '../../shared/deploy/environment.ts';
import { createHandler } from './handler.ts';

/** Decoded parts that a warm function keeps: two hours of a dozen busy gateways, in half of its memory. */
const CACHED_PART_BYTES = 1_500_000_000;

const s3 = s3Client();
const dynamodb = dynamodbClient();
const tableName = requireVariable(process.env, ENVIRONMENT.findingTable);

export const handler = createHandler({
  parts: partStoreFrom(process.env, { s3, dynamodb }, createPartCache(CACHED_PART_BYTES)),
  findingsUnder: (fence) => createFindingStore({ dynamodb, tableName, clock, fence }),
  leases: createLeases({
    dynamodb,
    tableName,
    clock,
    durationMs: requireCount(process.env, ENVIRONMENT.leaseSeconds) * 1_000,
  }),
  inventory: inventoryStoreFrom(process.env, { s3 }),
  summaries: summaryStoreFrom(process.env, { s3 }),
  clock,
  settings: settingsSchema.parse(JSON.parse(requireVariable(process.env, ENVIRONMENT.analysisSettings))),
  horizonMinutes: requireCount(process.env, ENVIRONMENT.horizonMinutes),
  log: lambdaLog('analyze'),
});
