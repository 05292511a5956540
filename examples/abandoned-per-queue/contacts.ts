/**
 * How many contacts were abandoned, per queue and hour: a DynamoDB table that holds each contact once, in its hour.
 * Counters would be smaller, but a message may come twice, and would count twice: it may even come with a newer version
 * of the contact, that says another hour. So an item is put only where there is none for its contact.
 */
import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { type DynamoDBDocumentClient, paginateQuery, PutCommand } from '@aws-sdk/lib-dynamodb';

/** The table's key is `ContactId`, that of its index `ByDay` are the two in the middle. */
interface Item {
  readonly ContactId: string;
  /** As `2026-03-05`. */
  readonly Day: string;
  /** With `#` in between; queues of several instances may have the same name. */
  readonly HourAndQueue: string;
  readonly Queue: string;
}

/** Contacts that were abandoned in one queue within one hour, UTC. */
export type Hour = Readonly<{ hour: string; queue: string; contacts: number }>;

/**
 * Remembers the contact of one message, unless it is the smoke test's.
 *
 * @throws Error if it is no contact record with a time; its text says nothing of what the body is
 */
export async function remember(dynamodb: DynamoDBDocumentClient, TableName: string, body: string) {
  const Item = itemFor(body);
  if (Item.ContactId.startsWith('smoke-test-')) return;
  try {
    const ConditionExpression = 'attribute_not_exists(ContactId)';
    await dynamodb.send(new PutCommand({ TableName, Item, ConditionExpression }));
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
  }
}

/** The hours of a day, in their order; an hour without such contacts is not among them. */
export async function abandonedPerHour(
  dynamodb: DynamoDBDocumentClient,
  TableName: string,
  day: string,
): Promise<Hour[]> {
  const hours = new Map<string, Hour>();
  const query = {
    TableName,
    IndexName: 'ByDay',
    KeyConditionExpression: '#day = :day',
    ExpressionAttributeNames: { '#day': 'Day' },
    ExpressionAttributeValues: { ':day': day },
  };
  for await (const { Items = [] } of paginateQuery({ client: dynamodb }, query)) {
    for (const { HourAndQueue, Queue: queue } of Items as Item[]) {
      const contacts = (hours.get(HourAndQueue)?.contacts ?? 0) + 1;
      hours.set(HourAndQueue, { hour: HourAndQueue.slice(0, 2), queue, contacts });
    }
  }
  return [...hours.values()];
}

/** A contact counts when it was abandoned, not when it entered the queue, nor when the message came. */
function itemFor(body: string): Item {
  const { ContactId, DisconnectTimestamp, Queue } = recordIn(body);
  const abandonedAt = textIn(DisconnectTimestamp) ?? textIn(Queue?.DequeueTimestamp);
  const [, day, hour] = /^(\d{4}-\d{2}-\d{2})T(\d{2}):/.exec(abandonedAt ?? '') ?? [];
  const contactId = textIn(ContactId);
  if (contactId === undefined || day === undefined || hour === undefined)
    throw new Error('the message is no contact record, or says no time');
  const queue = textIn(Queue?.ARN) ?? '';
  // An agent's own queue has no name.
  return {
    ContactId: contactId,
    Day: day,
    HourAndQueue: `${hour}#${queue}`,
    Queue: textIn(Queue?.Name) ?? queue,
  };
}

/** The fields that are used here. Any of them may be missing, or of another type than Connect documents. */
interface ContactRecord {
  readonly ContactId?: unknown;
  readonly DisconnectTimestamp?: unknown;
  readonly Queue?: Readonly<Record<string, unknown>> | null;
}

function recordIn(body: string): ContactRecord {
  try {
    return (JSON.parse(body) ?? {}) as ContactRecord;
  } catch {
    // The error would quote the body.
    return {};
  }
}

const textIn = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined;
