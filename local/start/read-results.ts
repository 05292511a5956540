/** Reads the results of a run: the table, the queue that is subscribed to the topic, and the failure bucket. */
import { paginateScan } from '@aws-sdk/client-dynamodb';
import { GetObjectCommand, paginateListObjectsV2 } from '@aws-sdk/client-s3';
import {
  DeleteMessageBatchCommand,
  type Message as SqsMessage,
  ReceiveMessageCommand,
} from '@aws-sdk/client-sqs';
import { parseJsonObject } from '../../cli/shared/parse-json';
import { hasEndedLongerAgoThan } from '../../lambda/contact-records/contact-record/age';
import { FAILURE_PREFIX, TOMBSTONE_ATTRIBUTE } from '../../lambda/contact-records/contract';
import { toContactRecord } from '../../lambda/contact-records/steps/store';
import type { LocalStack } from '../stack/local-stack';
import type { Results, Item, Message, FailedRecordObject } from '../check-results';
import { parseExactly } from './stringify-exactly';
import type { Tally } from './tally';

/** Reads all results, each list sorted by id, so that equal runs write equal files. */
export async function readResults(
  stack: LocalStack,
  tally: Tally,
  delivered: number,
  isComplete = true,
): Promise<Results> {
  // After a retry or an early end, the function's own counts are not exact. Later invocations do not change the copy.
  const isExact = tally.retried === 0 && isComplete;
  const outcomes = { ...(isExact ? tally.outcomes : (tally.followed ?? tally.outcomes)) };
  const [{ items, forgotten }, messages, failedRecords] = await Promise.all([
    readItems(stack),
    receiveMessages(stack),
    readFailedRecords(stack),
  ]);
  const { conflicting, retried, dropped, outOfOrder } = tally;
  const hours = stack.notifyWithinHours;
  // The current time is good enough: a contact that was too old for the function is still too old.
  const tooOld = items.filter(
    (item) => hours !== undefined && hasEndedLongerAgoThan(hours, item, Date.now()),
  );
  return {
    items: items.sort(compareBy(({ ContactId }) => ContactId)),
    messages: messages.sort(compareBy(({ body }) => String(body.ContactId))),
    failedRecords: failedRecords.sort(compareBy(({ kind, eventId }) => `${kind} ${eventId}`)),
    tooOld: new Set(tooOld.map(({ ContactId }) => ContactId)),
    forgotten,
    ...{ delivered, outcomes, conflicting, retried, dropped, outOfOrder },
  };
}

/** Without a limit, DynamoDB Local reads all items that are left for each page of 1 MB. */
const ITEMS_A_PAGE = 100;

async function readItems({ clients, names }: LocalStack) {
  const items: Item[] = [];
  const forgotten = new Set<string>();
  const input = { TableName: names.recordsTable, ConsistentRead: true, Limit: ITEMS_A_PAGE };
  for await (const { Items = [] } of paginateScan({ client: clients.dynamodb }, input))
    for (const attributes of Items) {
      const item = toContactRecord(attributes) as Item;
      items.push(item);
      if (Object.hasOwn(attributes, TOMBSTONE_ATTRIBUTE)) forgotten.add(item.ContactId);
    }
  return { items, forgotten };
}

/** Receives all messages. The emulator delivers a message before it answers the publish, so an empty answer is the end. */
async function receiveMessages({ clients, names }: LocalStack): Promise<Message[]> {
  const messages: Message[] = [];
  for (;;) {
    const { Messages = [] } = await clients.sqs.send(
      new ReceiveMessageCommand({
        QueueUrl: names.queueUrl,
        MaxNumberOfMessages: 10,
        MessageAttributeNames: ['All'],
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
  // A body that is not an object has no contact id, which the check reports.
  return {
    body: parseJsonObject(Body, parseExactly) ?? {},
    attributes: Object.fromEntries(attributes) as Message['attributes'],
  };
}

async function readFailedRecords(stack: LocalStack): Promise<FailedRecordObject[]> {
  const { clients, names } = stack;
  const objects: FailedRecordObject[] = [];
  for (const Key of (await listFailureKeys(stack)).filter(isFailedRecordKey)) {
    const { Body } = await clients.s3.send(new GetObjectCommand({ Bucket: names.bucket, Key }));
    objects.push(JSON.parse((await Body?.transformToString()) ?? '') as FailedRecordObject);
  }
  return objects;
}

/** Lists the keys of all objects in the failure bucket. */
export async function listFailureKeys({ clients, names }: LocalStack): Promise<string[]> {
  const keys: string[] = [];
  for await (const { Contents = [] } of paginateListObjectsV2(
    { client: clients.s3 },
    { Bucket: names.bucket },
  ))
    keys.push(...Contents.map(({ Key = '' }) => Key));
  return keys;
}

/** Checks whether the function writes such keys. */
export const isFailedRecordKey = (key: string): boolean =>
  Object.values(FAILURE_PREFIX).some((prefix) => key.startsWith(prefix));

const compareBy =
  <T>(key: (value: T) => string) =>
  (a: T, b: T) =>
    key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0;
