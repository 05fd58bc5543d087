import { gunzipSync, gzipSync } from 'node:zlib';
import { GetObjectCommand, NoSuchKey, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';

/** One JSON document, gzipped, replaced whole; null before the first. */
export type DocumentStore<T> = { get(): Promise<T | null>; put(document: T): Promise<void> };

export type DocumentStoreOptions = { readonly s3: S3Client; readonly bucketName: string; readonly key: string };

const DOCUMENT_BYTES_LIMIT = 256 * 1024 * 1024;

export function createDocumentStore<T>({ s3, bucketName, key }: DocumentStoreOptions): DocumentStore<T> {
  const target = { Bucket: bucketName, Key: key };
  return {
    async get() {
      try {
        const { Body } = await s3.send(new GetObjectCommand(target));
        const bytes = (await Body?.transformToByteArray()) ?? new Uint8Array();
        return JSON.parse(gunzipSync(bytes, { maxOutputLength: DOCUMENT_BYTES_LIMIT }).toString()) as T;
      } catch (error) {
        if (error instanceof NoSuchKey) return null;
        throw error;
      }
    },
    async put(document) {
      await s3.send(new PutObjectCommand({ ...target, Body: gzipSync(JSON.stringify(document)) }));
    },
  };
}

export const SUMMARY_KEY = 'summary/current.json.gz';
export const LOG_GROUPS_KEY = 'log-groups/states.json.gz';
