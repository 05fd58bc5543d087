import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { S3Client } from '@aws-sdk/client-s3';
import { ENVIRONMENT, requireCount, requireVariable, type Environment } from '../deploy/environment.ts';
import type { Clock, FindingStore, PartStore } from '../ports.ts';
import { createFindingStore } from './finding-store.ts';
import { createInventoryStore, type AwsInventoryStore } from './inventory-store.ts';
import { createPartStore } from './part-store.ts';

export const systemClock: Clock = { nowMs: () => Date.now() };

type Clients = { readonly s3: S3Client; readonly dynamodb: DynamoDBClient };

/** Throws at cold start when the function's construct did not grant the store. */
export const partStoreFrom = (environment: Environment, clients: Clients): PartStore =>
  createPartStore({
    ...clients,
    bucketName: requireVariable(environment, ENVIRONMENT.storeBucket),
    tableName: requireVariable(environment, ENVIRONMENT.partIndexTable),
    retentionDays: requireCount(environment, ENVIRONMENT.retentionDays),
    clock: systemClock,
  });

export const findingStoreFrom = (environment: Environment, { dynamodb }: Pick<Clients, 'dynamodb'>): FindingStore =>
  createFindingStore({
    dynamodb,
    tableName: requireVariable(environment, ENVIRONMENT.findingTable),
    clock: systemClock,
  });

export const inventoryStoreFrom = (environment: Environment, { s3 }: Pick<Clients, 's3'>): AwsInventoryStore =>
  createInventoryStore({ s3, bucketName: requireVariable(environment, ENVIRONMENT.storeBucket) });
