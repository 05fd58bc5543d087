import { gunzipSync, gzipSync } from 'node:zlib';
import { GetObjectCommand, NoSuchKey, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { EMPTY_INVENTORY, type Inventory, type InventoryFragment } from '../../core/model/inventory.ts';
import type { Clock, InventoryStore } from '../../ports.ts';
import { minuteOf } from '../../core/model/time.ts';
import { rememberAddresses } from './remember-addresses.ts';
import { rememberGone, type GoneSince } from './remember-gone.ts';

export type InventoryStoreOptions = { readonly s3: S3Client; readonly bucketName: string; readonly clock: Clock };

/** The object: the inventory, and since when those of its interfaces are gone that it only remembers. */
type Document = Inventory & { readonly goneSince: GoneSince };

const EMPTY: Document = { ...EMPTY_INVENTORY, goneSince: {} };

const OBJECT_KEY = 'inventory/current.json.gz';
const INVENTORY_BYTES_LIMIT = 256 * 1024 * 1024;
const ATTEMPTS = 5;

/** `replace` is for a complete description: what it does not name is gone, interfaces after a day; a lost NAT address is remembered. */
export type AwsInventoryStore = InventoryStore & { replace(inventory: Inventory): Promise<void> };

/** One gzipped JSON object. A fragment is merged under a condition on the object's version, so no writer undoes another. */
export function createInventoryStore({ s3, bucketName, clock }: InventoryStoreOptions): AwsInventoryStore {
  const target = { Bucket: bucketName, Key: OBJECT_KEY };

  const read = async (): Promise<{ readonly document: Document; readonly version: string | undefined }> => {
    try {
      const { Body, ETag } = await s3.send(new GetObjectCommand(target));
      const bytes = (await Body?.transformToByteArray()) ?? new Uint8Array();
      const json = gunzipSync(bytes, { maxOutputLength: INVENTORY_BYTES_LIMIT }).toString();
      return { document: { ...EMPTY, ...(JSON.parse(json) as Partial<Document>) }, version: ETag };
    } catch (error) {
      if (error instanceof NoSuchKey) return { document: EMPTY, version: undefined };
      throw error;
    }
  };

  const write = (document: Document, condition: { IfMatch?: string; IfNoneMatch?: string }) =>
    s3.send(new PutObjectCommand({ ...target, ...condition, Body: gzipSync(JSON.stringify(document)) }));

  return {
    async get() {
      const { natGateways, interfaces, subnets, routeTables } = (await read()).document;
      return { natGateways, interfaces, subnets, routeTables };
    },
    async put(fragment) {
      for (let attempt = 1; ; attempt += 1) {
        const { document, version } = await read();
        try {
          const merged = { ...document, ...replaceById(document, fragment) };
          await write(merged, version ? { IfMatch: version } : { IfNoneMatch: '*' });
          return;
        } catch (error) {
          if (!isLostRace(error) || attempt === ATTEMPTS) throw error;
        }
      }
    },
    async replace(inventory) {
      const { document } = await read();
      const nowMs = clock.nowMs();
      const natGateways = rememberAddresses(document.natGateways, inventory.natGateways, minuteOf(nowMs));
      await write({ ...inventory, natGateways, ...rememberGone(document, inventory, nowMs) }, {});
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
