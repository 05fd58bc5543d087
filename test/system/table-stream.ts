/** Reads a table's stream over the wire, as Lambda's poller does; the SDK's client for it is not among the dependencies. */
export type StreamRecord = { readonly eventName: string; readonly dynamodb: { readonly Keys: unknown } };

export type TableStream = {
  /** Records since the last call. */
  next(): Promise<readonly StreamRecord[]>;
};

type Answer = Record<string, unknown>;

export async function openTableStream(endpoint: string, tableName: string): Promise<TableStream> {
  const call = async (operation: string, body: object): Promise<Answer> => {
    const response = await fetch(endpoint, {
      method: 'POST',
      headers: {
        'content-type': 'application/x-amz-json-1.0',
        'x-amz-date': '20260101T000000Z',
        'x-amz-target': `DynamoDBStreams_20120810.${operation}`,
        authorization:
          'AWS4-HMAC-SHA256 Credential=system/20260101/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0',
      },
      body: JSON.stringify(body),
    });
    if (!response.ok) throw new Error(`${operation}: ${await response.text()}`);
    return (await response.json()) as Answer;
  };
  const { Streams } = (await call('ListStreams', { TableName: tableName })) as { Streams: { StreamArn: string }[] };
  const StreamArn = Streams[0]?.StreamArn;
  const description = await call('DescribeStream', { StreamArn });
  const { Shards } = description['StreamDescription'] as { Shards: { ShardId: string }[] };
  const iterators: (string | null)[] = [];
  for (const { ShardId } of Shards) {
    const input = { StreamArn, ShardId, ShardIteratorType: 'TRIM_HORIZON' };
    iterators.push(String((await call('GetShardIterator', input))['ShardIterator']));
  }
  return {
    async next() {
      const records: StreamRecord[] = [];
      for (const [index, iterator] of iterators.entries()) {
        if (iterator === null) continue;
        const answer = await call('GetRecords', { ShardIterator: iterator });
        records.push(...(answer['Records'] as StreamRecord[]));
        iterators[index] = (answer['NextShardIterator'] as string | undefined) ?? null;
      }
      return records;
    },
  };
}
