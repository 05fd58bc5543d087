import { gunzipSync } from 'node:zlib';
import { GetObjectCommand, NoSuchKey } from '@aws-sdk/client-s3';
import { decodePart } from '../../core/model/part-codec.ts';
import type { Part } from '../../core/model/part.ts';
import type { PartStore } from '../../ports.ts';
import { mapConcurrently } from '../concurrency.ts';
import type { PartCache } from './part-cache.ts';
import { createPartIndex, minutesOf, minutesOfHour, type MinuteRange, type StoredObject } from './part-index.ts';
import { createPartWriter, partDigest, type PartWriterOptions } from './part-writer.ts';

export type PartStoreOptions = PartWriterOptions & {
  /** Keeps decoded parts between calls, as a warm function does: parts never change, so only new ones are read again. */
  readonly cache?: PartCache;
};

const READS_AT_ONCE = 16;
/** A part of the design load is a few megabytes; one that inflates past this is damaged. */
const PART_BYTES_LIMIT = 512 * 1024 * 1024;

/** Parts are objects; the index says which minutes each speaks about. */
export function createPartStore(options: PartStoreOptions): PartStore {
  const { s3, dynamodb, bucketName, tableName, clock } = options;
  const index = createPartIndex({ dynamodb, tableName, nowMs: () => clock.nowMs() });

  const read = async ({ objectKey, digest }: StoredObject): Promise<Part | null> => {
    const known = options.cache?.get(`${objectKey} ${digest}`);
    if (known !== undefined) return known;
    try {
      const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucketName, Key: objectKey }));
      if (Body === undefined) return null;
      const bytes = await Body.transformToByteArray();
      const part = decodePart(gunzipSync(bytes, { maxOutputLength: PART_BYTES_LIMIT }));
      // Between the index and the object a newer one may have come: it is kept under its own digest.
      options.cache?.set(`${objectKey} ${partDigest(bytes)}`, part);
      return part;
    } catch (error) {
      // The bucket's lifecycle may be a little ahead of the table's.
      if (error instanceof NoSuchKey) return null;
      throw error;
    }
  };

  const load = async ({ from, to }: MinuteRange): Promise<Part[]> => {
    const entries = await index.find({ from, to });
    const parts = await mapConcurrently(entries, READS_AT_ONCE, read);
    return parts
      .filter((part) => part !== null)
      .filter((part) => part.observations.some(({ minute }) => minute >= from && minute <= to));
  };

  /** The minutes of the first of `hours` that holds any: a part that replaced itself may have left an hour empty. */
  const firstMinutes = async (hours: readonly number[]): Promise<MinuteRange | null> => {
    for (const hour of hours) {
      const minutes = minutesOf({
        observations: (await load(minutesOfHour(hour))).flatMap((part) => part.observations),
      });
      if (minutes !== null) return minutes;
    }
    return null;
  };

  return {
    ...createPartWriter(options),
    load,
    async extent() {
      const hours = await index.hours();
      const [first, last] = [await firstMinutes(hours), await firstMinutes(hours.toReversed())];
      return first === null || last === null ? null : { from: first.from, to: last.to };
    },
  };
}
