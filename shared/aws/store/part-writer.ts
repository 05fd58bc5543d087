import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { encodePart } from '../../core/model/part-codec.ts';
import type { Part } from '../../core/model/part.ts';
import type { Clock, PartStore } from '../../ports.ts';
import { addToPartIndex } from './part-index.ts';

export type PartWriter = Pick<PartStore, 'put'>;

export type PartWriterOptions = {
  readonly s3: S3Client;
  readonly dynamodb: DynamoDBClient;
  readonly bucketName: string;
  readonly tableName: string;
  readonly retentionDays: number;
  readonly clock: Clock;
};

const DAY_MS = 86_400_000;

/** What ingest needs of the part store, which keeps the reading of parts out of its functions. The object is written first, so an entry never dangles. */
export function createPartWriter(options: PartWriterOptions): PartWriter {
  const { s3, bucketName, retentionDays, clock } = options;
  return {
    async put(part) {
      const objectKey = partObjectKey(part);
      const Body = gzipSync(encodePart(part));
      await s3.send(new PutObjectCommand({ Bucket: bucketName, Key: objectKey, Body }));
      const stored = { objectKey, digest: partDigest(Body) };
      await addToPartIndex(options, part, stored, clock.nowMs() + retentionDays * DAY_MS);
    },
  };
}

/** Ids come from names that others chose; their digest is a safe key of known length. */
const partObjectKey = ({ scope, id }: Part): string =>
  `parts/${encodeURIComponent(scope)}/${createHash('sha256').update(id).digest('hex')}.gz`;

export const partDigest = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex').slice(0, 16);
