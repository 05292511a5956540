/** Calls Kinesis and DynamoDB for a smoke test. */
import { DeleteItemCommand, type DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { type KinesisClient, PutRecordCommand } from '@aws-sdk/client-kinesis';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { callService, ServiceError } from '../shared/service-error';

/** Puts a record on the stream; throws `ServiceError`. */
export type PutRecord = (data: string, partitionKey: string) => Promise<Accepted>;

export interface Accepted {
  shardId: string;
  sequenceNumber: string;
}

/** Reads and deletes items; both functions throw `ServiceError`. */
export interface RecordsTable {
  read: (contactId: string) => Promise<Record<string, unknown> | undefined>;
  /** Deletes the item; a missing one is not an error. */
  remove: (contactId: string) => Promise<unknown>;
}

export const createPutRecord =
  (kinesis: KinesisClient, StreamName: string): PutRecord =>
  async (data, PartitionKey) => {
    const command = new PutRecordCommand({ StreamName, PartitionKey, Data: Buffer.from(data) });
    const { ShardId = '', SequenceNumber } = await callService('kinesis:PutRecord', (limit) =>
      kinesis.send(command, limit),
    );
    if (!SequenceNumber) throw new ServiceError('kinesis:PutRecord', 'no answer');
    return { shardId: ShardId, sequenceNumber: SequenceNumber };
  };

export function createRecordsTable(dynamodb: DynamoDBClient, TableName: string): RecordsTable {
  const toItem = (contactId: string) => ({ TableName, Key: { ContactId: { S: contactId } } });
  return {
    read: async (contactId) => {
      const command = new GetItemCommand({ ...toItem(contactId), ConsistentRead: true });
      const { Item } = await callService('dynamodb:GetItem', (limit) => dynamodb.send(command, limit));
      return Item && unmarshall(Item);
    },

    remove: (contactId) => {
      const command = new DeleteItemCommand(toItem(contactId));
      return callService('dynamodb:DeleteItem', (limit) => dynamodb.send(command, limit));
    },
  };
}
