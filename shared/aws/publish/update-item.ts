import { UpdateItemCommand, type DynamoDBClient, type UpdateItemCommandOutput } from '@aws-sdk/client-dynamodb';
import type { Item } from '../store/attributes.ts';

/** Updates one item; a condition that does not hold throws with the item as it is, which tells who was first. */
export type UpdateItem = (
  key: Item,
  expression: string,
  values: Item,
  condition?: string,
) => Promise<UpdateItemCommandOutput>;

export const createUpdateItem =
  (dynamodb: DynamoDBClient, tableName: string): UpdateItem =>
  (key, expression, values, condition) =>
    dynamodb.send(
      new UpdateItemCommand({
        TableName: tableName,
        Key: key,
        UpdateExpression: expression,
        ExpressionAttributeValues: values,
        ConditionExpression: condition,
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      }),
    );
