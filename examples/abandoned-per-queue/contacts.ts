/**
 * Counts abandoned contacts per queue and hour. The DynamoDB table has one item for each contact. A counter would be
 * smaller, but a message may come twice, even with a newer version that names another hour. A counter would count both.
 */
import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { type DynamoDBDocumentClient, paginateQuery, PutCommand } from '@aws-sdk/lib-dynamodb';

/** The table's key is `ContactId`. The key of the index `ByDay` is `Day` and `HourAndQueue`. */
interface Item {
  readonly ContactId: string;
  /** As `2026-03-05`. */
  readonly Day: string;
  /** As `09#` and the queue's ARN: queues of several instances may have the same name. */
  readonly HourAndQueue: string;
  readonly Queue: string;
}

/** Contacts that were abandoned in one queue within one hour, UTC. */
export type Hour = Readonly<{ hour: string; queue: string; contacts: number }>;

/**
 * Stores the contact of one message, unless it is a contact of the smoke test.
 *
 * @throws Error if the body is not a contact record with a time; the error does not quote the body
 */
export async function storeContact(dynamodb: DynamoDBDocumentClient, TableName: string, body: string) {
  const Item = createItem(body);
  if (Item.ContactId.startsWith('smoke-test-')) return;
  try {
    const ConditionExpression = 'attribute_not_exists(ContactId)';
    await dynamodb.send(new PutCommand({ TableName, Item, ConditionExpression }));
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
  }
}

/** Returns the hours of a day in their order. Hours without abandoned contacts are left out. */
export async function listAbandonedPerHour(
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

/** Creates the item of a contact. The contact counts in the hour in which it was abandoned. */
function createItem(body: string): Item {
  const { ContactId, DisconnectTimestamp, Queue } = parseRecord(body);
  const abandonedAt = textIn(DisconnectTimestamp) ?? textIn(Queue?.DequeueTimestamp);
  const [, day, hour] = /^(\d{4}-\d{2}-\d{2})T(\d{2}):/.exec(abandonedAt ?? '') ?? [];
  const contactId = textIn(ContactId);
  if (contactId === undefined || day === undefined || hour === undefined)
    throw new Error('the message is not a contact record, or it has no time');
  const queue = textIn(Queue?.ARN) ?? '';
  // An agent's own queue has no name.
  return {
    ContactId: contactId,
    Day: day,
    HourAndQueue: `${hour}#${queue}`,
    Queue: textIn(Queue?.Name) ?? queue,
  };
}

/** The fields that the example uses. Connect may omit them, or send another type than it documents. */
interface ContactRecord {
  readonly ContactId?: unknown;
  readonly DisconnectTimestamp?: unknown;
  readonly Queue?: Readonly<Record<string, unknown>> | null;
}

function parseRecord(body: string): ContactRecord {
  try {
    return (JSON.parse(body) ?? {}) as ContactRecord;
  } catch {
    // The error would quote the body.
    return {};
  }
}

const textIn = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined;
