/**
 * How many contacts were abandoned, per queue and hour: a DynamoDB table that holds each contact once, in its hour.
 * Counters would be smaller, but a message may come twice, and would count twice; a put of the same item changes nothing.
 */
import { type DynamoDBDocumentClient, paginateQuery, PutCommand } from '@aws-sdk/lib-dynamodb';

/** Key of the table: `Day` (`2026-03-05`) and, in it, `Contact` (hour, queue and contact, with `#` in between). */
interface Item {
  readonly Day: string;
  readonly Contact: string;
  readonly Queue: string;
}

/** Contacts that were abandoned in one queue within one hour, UTC. */
export interface Hour {
  readonly hour: string;
  readonly queue: string;
  readonly contacts: number;
}

/**
 * Remembers the contact of one message.
 *
 * @throws Error if it is no contact record with a time; its text says nothing of what the body is
 */
export async function remember(
  dynamodb: DynamoDBDocumentClient,
  TableName: string,
  body: string,
): Promise<void> {
  await dynamodb.send(new PutCommand({ TableName, Item: itemFor(body) }));
}

/** The hours of a day, in their order; an hour without such contacts is not among them. */
export async function abandonedPerHour(
  dynamodb: DynamoDBDocumentClient,
  TableName: string,
  day: string,
): Promise<Hour[]> {
  const hours = new Map<string, Hour>();
  const pages = paginateQuery(
    { client: dynamodb },
    {
      TableName,
      KeyConditionExpression: '#day = :day',
      ExpressionAttributeNames: { '#day': 'Day' },
      ExpressionAttributeValues: { ':day': day },
    },
  );
  for await (const { Items = [] } of pages) {
    for (const { Contact, Queue: queue } of Items as Item[]) {
      // Queues of several instances may have the same name.
      const hourAndQueue = Contact.slice(0, Contact.lastIndexOf('#'));
      const contacts = (hours.get(hourAndQueue)?.contacts ?? 0) + 1;
      hours.set(hourAndQueue, { hour: Contact.slice(0, 2), queue, contacts });
    }
  }
  return [...hours.values()];
}

/** A contact counts when the customer gave up, not when it entered the queue, nor when the message came. */
function itemFor(body: string): Item {
  const { ContactId, DisconnectTimestamp, Queue } = recordIn(body);
  const gaveUpAt = textIn(DisconnectTimestamp) ?? textIn(Queue?.DequeueTimestamp);
  const [, day, hour] = /^(\d{4}-\d{2}-\d{2})T(\d{2}):/.exec(gaveUpAt ?? '') ?? [];
  const contactId = textIn(ContactId);
  if (contactId === undefined || day === undefined || hour === undefined)
    throw new Error('the message is no contact record, or says no time');
  const queue = textIn(Queue?.ARN) ?? '';
  // An agent's own queue has no name.
  return { Day: day, Contact: [hour, queue, contactId].join('#'), Queue: textIn(Queue?.Name) ?? queue };
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
