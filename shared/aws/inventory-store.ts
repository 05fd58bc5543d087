import { gunzipSync, gzipSync } from 'node:zlib';
import { GetObjectCommand, NoSuchKey, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { EMPTY_INVENTORY, type Inventory, type InventoryFragment } from '../core/model/inventory.ts';
import type { InventoryStore } from '../ports.ts';

export type InventoryStoreOptions = { readonly s3: S3Client; readonly bucketName: string };

const OBJECT_KEY = 'inventory/current.json.gz';
const INVENTORY_BYTES_LIMIT = 256 * 1024 * 1024;
const ATTEMPTS = 5;

/** `replace` is for a complete description: what it does not name is gone. */
export type AwsInventoryStore = InventoryStore & { replace(inventory: Inventory): Promise<void> };

/** One gzipped JSON object. A fragment is merged under a condition on the object's version, so no writer undoes another. */
export function createInventoryStore({ s3, bucketName }: InventoryStoreOptions): AwsInventoryStore {
  const target = { Bucket: bucketName, Key: OBJECT_KEY };

  const read = async (): Promise<{ readonly inventory: Inventory; readonly version: string | undefined }> => {
    try {
      const { Body, ETag } = await s3.send(new GetObjectCommand(target));
      const bytes = (await Body?.transformToByteArray()) ?? new Uint8Array();
      const json = gunzipSync(bytes, { maxOutputLength: INVENTORY_BYTES_LIMIT }).toString();
      return { inventory: { ...EMPTY_INVENTORY, ...(JSON.parse(json) as InventoryFragment) }, version: ETag };
    } catch (error) {
      if (error instanceof NoSuchKey) return { inventory: EMPTY_INVENTORY, version: undefined };
      throw error;
    }
  };

  const write = (inventory: Inventory, condition: { IfMatch?: string; IfNoneMatch?: string }) =>
    s3.send(new PutObjectCommand({ ...target, ...condition, Body: gzipSync(JSON.stringify(inventory)) }));

  return {
    get: async () => (await read()).inventory,
    async put(fragment) {
      for (let attempt = 1; ; attempt += 1) {
        const { inventory, version } = await read();
        try {
          await write(replaceById(inventory, fragment), version ? { IfMatch: version } : { IfNoneMatch: '*' });
          return;
        } catch (error) {
          if (!isLostRace(error) || attempt === ATTEMPTS) throw error;
        }
      }
    },
    async replace(inventory) {
      await write(inventory, {});
    },
  };
}

/** A later fragment replaces entries of the same id and leaves all others. */
function replaceById(inventory: Inventory, fragment: InventoryFragment): Inventory {
  return {
    natGateways: mergeList(inventory.natGateways, fragment.natGateways),
    interfaces: mergeList(inventory.interfaces, fragment.interfaces),
    subnets: mergeList(inventory.subnets, fragment.subnets),
    routeTables: mergeList(inventory.routeTables, fragment.routeTables),
  };
}

const mergeList = <T extends { readonly id: string }>(kept: readonly T[], added: readonly T[] = []): T[] =>
  [...new Map([...kept, ...added].map((entry) => [entry.id, entry])).values()].sort((a, b) => (a.id < b.id ? -1 : 1));

const isLostRace = (error: unknown): boolean =>
  error instanceof Error && (error.name === 'PreconditionFailed' || error.name === 'ConditionalRequestConflict');
