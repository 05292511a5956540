/** Reads the stream of a table in DynamoDB Local; dynalite has no streams. */
import type { DynamoDBRecord } from 'aws-lambda';
import { CREDENTIALS, REGION } from './emulator-clients';

const LIMIT_MS = 10_000;

/** Creates a function that reads all records since its last call. The records of a shard are in order. */
export function createTableStreamReader(
  endpoint: string,
  StreamArn: string,
): () => Promise<DynamoDBRecord[]> {
  /** By shard; null after the last record of a closed shard. */
  const iterators = new Map<string, string | null>();
  return async () => {
    const { StreamDescription } = await call<Description>(endpoint, 'DescribeStream', { StreamArn });
    const records: DynamoDBRecord[] = [];
    for (const { ShardId } of StreamDescription.Shards) {
      let iterator = iterators.get(ShardId) ?? (iterators.has(ShardId) ? null : await begin(ShardId));
      while (iterator !== null) {
        const page: Page = await call<Page>(endpoint, 'GetRecords', { ShardIterator: iterator });
        iterator = page.NextShardIterator ?? null;
        iterators.set(ShardId, iterator);
        if (page.Records.length === 0) break;
        records.push(...page.Records);
      }
    }
    return records;
  };

  async function begin(ShardId: string): Promise<string> {
    const input = { StreamArn, ShardId, ShardIteratorType: 'TRIM_HORIZON' };
    const { ShardIterator } = await call<{ ShardIterator: string }>(endpoint, 'GetShardIterator', input);
    return ShardIterator;
  }
}

interface Description {
  readonly StreamDescription: { readonly Shards: readonly { readonly ShardId: string }[] };
}

interface Page {
  readonly Records: readonly DynamoDBRecord[];
  readonly NextShardIterator?: string;
}

/** Calls the emulator, which checks no signature. Functions get the records in the same JSON. */
async function call<T>(endpoint: string, operation: string, input: object): Promise<T> {
  const response = await fetch(endpoint, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-target': `DynamoDBStreams_20120810.${operation}`,
      authorization: `AWS4-HMAC-SHA256 Credential=${CREDENTIALS.accessKeyId}/20260101/${REGION}/dynamodb/aws4_request, SignedHeaders=host, Signature=0`,
    },
    body: JSON.stringify(input),
    signal: AbortSignal.timeout(LIMIT_MS),
  });
  if (!response.ok) throw new Error(`${operation}: status ${response.status}: ${await response.text()}`);
  return (await response.json()) as T;
}
