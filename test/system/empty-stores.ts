import { BatchWriteItemCommand, ScanCommand, UpdateItemCommand, type AttributeValue } from '@aws-sdk/client-dynamodb';
import { DeleteObjectCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import type { Clients } from './provision.ts';

export async function emptyTable({ dynamodb }: Clients, TableName: string): Promise<void> {
  const { Items = [] } = await dynamodb.send(new ScanCommand({ TableName, ProjectionExpression: 'pk, sk' }));
  for (let at = 0; at < Items.length; at += 25) {
    const requests = Items.slice(at, at + 25).map(({ pk, sk }) => ({ DeleteRequest: { Key: { pk, sk } as never } }));
    await dynamodb.send(new BatchWriteItemCommand({ RequestItems: { [TableName]: requests } }));
  }
}

export async function emptyBucket({ s3 }: Clients, Bucket: string): Promise<void> {
  const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket }));
  for (const { Key } of Contents) await s3.send(new DeleteObjectCommand({ Bucket, Key }));
}

/** As if minutes went by: leases and claims of those who died run out. */
export async function expireClaims({ dynamodb }: Clients, TableName: string): Promise<void> {
  const { Items = [] } = await dynamodb.send(new ScanCommand({ TableName }));
  for (const item of Items) {
    const name = claimOf(item);
    const { pk, sk } = item;
    if (name === null || !pk || !sk) continue;
    await dynamodb.send(
      new UpdateItemCommand({
        TableName,
        Key: { pk, sk },
        UpdateExpression: 'SET #name = :past',
        ExpressionAttributeNames: { '#name': name },
        ExpressionAttributeValues: { ':past': { N: '0' } },
      }),
    );
  }
}

/** A year: a claim that lasts longer is not one, but the mark of what was posted. */
const LONGEST_CLAIM_SECONDS = 365 * 86_400;

function claimOf({ heldUntilMs, claimedUntil, doneAt }: Record<string, AttributeValue>): string | null {
  if (heldUntilMs) return 'heldUntilMs';
  const until = Number(claimedUntil?.N ?? Number.NaN);
  const isClaim = !doneAt && until < Date.now() / 1_000 + LONGEST_CLAIM_SECONDS;
  return isClaim ? 'claimedUntil' : null;
}
