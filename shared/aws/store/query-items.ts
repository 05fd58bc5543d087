import { QueryCommand, type DynamoDBClient, type QueryCommandInput } from '@aws-sdk/client-dynamodb';
import type { Item } from './attributes.ts';

/** Every item of a query, page after page. Throws past `limit` items: a caller that reads without end has a mistake. */
export async function queryItems(dynamodb: DynamoDBClient, query: QueryCommandInput, limit: number): Promise<Item[]> {
  const items: Item[] = [];
  let startKey: Item | undefined;
  do {
    const page = await dynamodb.send(new QueryCommand({ ...query, ExclusiveStartKey: startKey }));
    items.push(...(page.Items ?? []));
    startKey = page.LastEvaluatedKey;
    if (items.length > limit) throw new Error(`a query of ${query.TableName} exceeds ${limit} items`);
  } while (startKey !== undefined);
  return items;
}
