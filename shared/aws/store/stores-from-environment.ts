import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { S3Client } from '@aws-sdk/client-s3';
import type { LogGroupStates } from '../../core/finding/log-group-health.ts';
import type { Summary } from '../../core/finding/summary-schema.ts';
import { ENVIRONMENT, requireCount, requireVariable, type Environment } from '../../deploy/environment.ts';
import type { FindingStore, PartStore } from '../../ports.ts';
import { createAnalysisRequests, type AnalysisRequests } from './analysis-requests.ts';
import { createDocumentStore, LOG_GROUPS_KEY, SUMMARY_KEY, type DocumentStore } from './document-store.ts';
import { createFindingStore } from './finding-store.ts';
import { createInventoryStore, type AwsInventoryStore } from '../inventory/inventory-store.ts';
import type { PartCache } from './part-cache.ts';
import { createPartStore } from './part-store.ts';
import { createPartWriter, type PartWriter, type PartWriterOptions } from './part-writer.ts';
import { systemClock } from '../system-clock.ts';

type Clients = { readonly s3: S3Client; readonly dynamodb: DynamoDBClient };

/** Throws at cold start when the function's construct did not grant the store. */
const partOptions = (environment: Environment, clients: Clients): PartWriterOptions => ({
  ...clients,
  bucketName: requireVariable(environment, ENVIRONMENT.storeBucket),
  tableName: requireVariable(environment, ENVIRONMENT.partIndexTable),
  retentionDays: requireCount(environment, ENVIRONMENT.retentionDays),
  clock: systemClock,
});

export const partStoreFrom = (environment: Environment, clients: Clients, cache?: PartCache): PartStore =>
  createPartStore({ ...partOptions(environment, clients), ...(cache === undefined ? {} : { cache }) });

export const partWriterFrom = (environment: Environment, clients: Clients): PartWriter =>
  createPartWriter(partOptions(environment, clients));

export const findingStoreFrom = (environment: Environment, { dynamodb }: Pick<Clients, 'dynamodb'>): FindingStore =>
  createFindingStore({
    dynamodb,
    tableName: requireVariable(environment, ENVIRONMENT.findingTable),
    clock: systemClock,
  });

export const inventoryStoreFrom = (environment: Environment, { s3 }: Pick<Clients, 's3'>): AwsInventoryStore =>
  createInventoryStore({
    s3,
    bucketName: requireVariable(environment, ENVIRONMENT.storeBucket),
    clock: systemClock,
  });

export const summaryStoreFrom = (environment: Environment, { s3 }: Pick<Clients, 's3'>): DocumentStore<Summary> =>
  createDocumentStore({ s3, bucketName: requireVariable(environment, ENVIRONMENT.storeBucket), key: SUMMARY_KEY });

export const logGroupStoreFrom = (
  environment: Environment,
  { s3 }: Pick<Clients, 's3'>,
): DocumentStore<LogGroupStates> =>
  createDocumentStore({ s3, bucketName: requireVariable(environment, ENVIRONMENT.storeBucket), key: LOG_GROUPS_KEY });

export const analysisRequestsFrom = (
  environment: Environment,
  { dynamodb }: Pick<Clients, 'dynamodb'>,
): AnalysisRequests =>
  createAnalysisRequests({
    dynamodb,
    tableName: requireVariable(environment, ENVIRONMENT.partIndexTable),
    clock: systemClock,
  });
