/** The calls of a smoke test to Kinesis and DynamoDB. */
import {
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  type GetItemCommandOutput,
} from '@aws-sdk/client-dynamodb';
import { type KinesisClient, PutRecordCommand } from '@aws-sdk/client-kinesis';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { toServiceError, ServiceError } from '../shared/service-error';
import { limitTime, SMALL_REQUEST_LIMIT_MS } from '../shared/time-limit';

/** Puts a record on the stream; throws `ServiceError`. */
export type PutRecord = (data: string, partitionKey: string) => Promise<Accepted>;

export interface Accepted {
  shardId: string;
  sequenceNumber: string;
}

/** Both throw `ServiceError`. */
export interface RecordsTable {
  read: (contactId: string) => Promise<Record<string, unknown> | undefined>;
  /** That there is nothing to delete is no error. */
  remove: (contactId: string) => Promise<void>;
}

export const createPutRecord =
  (kinesis: KinesisClient, StreamName: string): PutRecord =>
  async (data, PartitionKey) => {
    const { ShardId = '', SequenceNumber } = await kinesis
      .send(
        new PutRecordCommand({ StreamName, PartitionKey, Data: Buffer.from(data) }),
        limitTime(SMALL_REQUEST_LIMIT_MS),
      )
      .catch(toServiceError('kinesis:PutRecord'));
    if (!SequenceNumber) throw new ServiceError('kinesis:PutRecord', 'no answer');
    return { shardId: ShardId, sequenceNumber: SequenceNumber };
  };

export const createRecordsTable = (dynamodb: DynamoDBClient, TableName: string): RecordsTable => ({
  read: async (contactId) => {
    const { Item }: GetItemCommandOutput = await dynamodb
      .send(
        new GetItemCommand({ TableName, Key: { ContactId: { S: contactId } }, ConsistentRead: true }),
        limitTime(SMALL_REQUEST_LIMIT_MS),
      )
      .catch(toServiceError('dynamodb:GetItem'));
    return Item && unmarshall(Item);
  },

  remove: async (contactId) => {
    await dynamodb
      .send(
        new DeleteItemCommand({ TableName, Key: { ContactId: { S: contactId } } }),
        limitTime(SMALL_REQUEST_LIMIT_MS),
      )
      .catch(toServiceError('dynamodb:DeleteItem'));
  },
});
