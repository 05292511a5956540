/**
 * Reads the results of a run: the table, the queue that is subscribed to the topic, and the failure bucket.
 */
import { paginateScan } from '@aws-sdk/client-dynamodb';
import { GetObjectCommand, paginateListObjectsV2 } from '@aws-sdk/client-s3';
import {
  DeleteMessageBatchCommand,
  type Message as SqsMessage,
  ReceiveMessageCommand,
} from '@aws-sdk/client-sqs';
import { parseJsonObject } from '../../cli/shared/parse-json';
import { hasEndedLongerAgoThan } from '../../lambda/contact-records/contact-record/age';
import { FAILURE_PREFIX } from '../../lambda/contact-records/contract';
import { toContactRecord } from '../../lambda/contact-records/steps/store';
import type { LocalStack } from '../stack/local-stack';
import type { Results, Item, Message, FailedRecordObject } from '../check-results';
import { parseExactly } from './stringify-exactly';

export type Readings = Pick<Results, 'items' | 'messages' | 'failedRecords' | 'tooOld'>;

/** Reads all results, each list sorted by id, so that the same run writes the same files. */
export async function readResults(stack: LocalStack): Promise<Readings> {
  const items = await readItems(stack);
  const messages = await receiveMessages(stack);
  const failedRecords = await readFailedRecords(stack);
  return {
    items: items.sort(compareBy(({ ContactId }) => ContactId)),
    messages: messages.sort(compareBy(({ body }) => String(body.ContactId))),
    failedRecords: failedRecords.sort(compareBy(({ kind, eventId }) => `${kind} ${eventId}`)),
    tooOld: new Set(items.filter(isTooOld(stack.notifyWithinHours)).map(({ ContactId }) => ContactId)),
  };
}

/** Judges by the current time: a contact that was too old for the function is still too old. */
const isTooOld = (notifyWithinHours: number | undefined) => (item: Item) =>
  notifyWithinHours !== undefined && hasEndedLongerAgoThan(notifyWithinHours, item, Date.now());

async function readItems({ clients, names }: LocalStack): Promise<Item[]> {
  const items: Item[] = [];
  const pages = paginateScan(
    { client: clients.dynamodb },
    { TableName: names.recordsTable, ConsistentRead: true },
  );
  for await (const { Items = [] } of pages) {
    for (const item of Items) items.push(toContactRecord(item) as Item);
  }
  return items;
}

/** Receives all messages. SNS delivers at once, so a second without messages is the end. */
async function receiveMessages({ clients, names }: LocalStack): Promise<Message[]> {
  const messages: Message[] = [];
  for (;;) {
    const { Messages = [] } = await clients.sqs.send(
      new ReceiveMessageCommand({
        QueueUrl: names.queueUrl,
        MaxNumberOfMessages: 10,
        MessageAttributeNames: ['All'],
        WaitTimeSeconds: 1,
      }),
    );
    if (Messages.length === 0) return messages;
    messages.push(...Messages.map(toMessage));
    const Entries = Messages.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }));
    await clients.sqs.send(new DeleteMessageBatchCommand({ QueueUrl: names.queueUrl, Entries }));
  }
}

function toMessage({ Body = '', MessageAttributes = {} }: SqsMessage): Message {
  const attributes = Object.entries(MessageAttributes).map(([name, { DataType, StringValue = '' }]) => [
    name,
    DataType === 'Number' ? Number(StringValue) : StringValue,
  ]);
  // A body that is not an object names no contact, which the check reports.
  return {
    body: parseJsonObject(Body, parseExactly) ?? {},
    attributes: Object.fromEntries(attributes) as Message['attributes'],
  };
}

async function readFailedRecords({ clients, names }: LocalStack): Promise<FailedRecordObject[]> {
  const objects: FailedRecordObject[] = [];
  for (const Prefix of Object.values(FAILURE_PREFIX)) {
    const pages = paginateListObjectsV2({ client: clients.s3 }, { Bucket: names.bucket, Prefix });
    for await (const { Contents = [] } of pages) {
      for (const { Key } of Contents) {
        const { Body } = await clients.s3.send(new GetObjectCommand({ Bucket: names.bucket, Key }));
        objects.push(JSON.parse((await Body?.transformToString()) ?? '') as FailedRecordObject);
      }
    }
  }
  return objects;
}

const compareBy =
  <T>(key: (value: T) => string) =>
  (a: T, b: T) =>
    key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0;
