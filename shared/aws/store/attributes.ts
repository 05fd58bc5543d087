import { gunzipSync, gzipSync } from 'node:zlib';
import type { AttributeValue } from '@aws-sdk/client-dynamodb';

/** DynamoDB items as Freeport writes them: a few plain attributes beside a gzipped JSON body. */
export type Item = Record<string, AttributeValue>;

/** An item may have 400 KB; attributes beside the body and the indexes' copies need some of it. */
export const BODY_BYTES_LIMIT = 380_000;

/** A body that inflates past this is damaged. */
const INFLATED_BYTES_LIMIT = 64 * 1024 * 1024;

export const text = (value: string): AttributeValue => ({ S: value });
export const number = (value: number): AttributeValue => ({ N: String(value) });
export const texts = (values: readonly string[]): AttributeValue => ({ L: values.map(text) });

/** Throws when the packed value would not fit in an item. */
export function packed(value: unknown): AttributeValue {
  const bytes = gzipSync(JSON.stringify(value));
  if (bytes.byteLength > BODY_BYTES_LIMIT) throw new Error(`an item body of ${bytes.byteLength} bytes is too large`);
  return { B: bytes };
}

export function unpacked<T>(value: AttributeValue | undefined): T {
  if (value?.B === undefined) throw new Error('the item has no body');
  return JSON.parse(gunzipSync(value.B, { maxOutputLength: INFLATED_BYTES_LIMIT }).toString()) as T;
}

export const textOf = (item: Item, name: string): string => item[name]?.S ?? '';
export const numberOf = (item: Item, name: string): number => Number(item[name]?.N ?? Number.NaN);
