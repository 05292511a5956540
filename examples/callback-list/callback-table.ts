/**
 * Reads and writes the table of the list. It has an item for each customer number (`+12065550101`) and for each contact
 * (`contact:ID`). The contact's item shows repeats, and links a forgotten contact to its number. One transaction writes
 * both, so that no contact is counted twice or lost.
 */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import {
  type DynamoDBDocumentClient,
  GetCommand,
  paginateQuery,
  TransactWriteCommand,
  type TransactWriteCommandInput,
} from '@aws-sdk/lib-dynamodb';
import type { AbandonedContact } from './contact';
import { type Entry, findExpiry } from './entry';

/** The kind of a contact's item. `no-number`: an abandoned contact without a number to call. */
type ContactKind = 'abandoned' | 'no-number' | 'served' | 'task' | 'forgotten';

/** The contact that causes a change. */
export interface Reason {
  readonly contactId: string;
  readonly kind: 'abandoned' | 'served' | 'task';
}

export type Outcome = 'changed' | 'unchanged' | 'repeat' | 'forgotten';

/** Returns the entry that replaces the given one. The same entry or undefined changes nothing. */
export type Change = (entry: Entry | undefined) => Entry | undefined | Promise<Entry | undefined>;

export interface Listed extends Partial<Omit<Entry, 'State'>> {
  /** The customer's number, or `contact:ID`. */
  readonly Customer: string;
  readonly State: Entry['State'] | 'no-number';
}

interface ContactItem {
  readonly Kind: ContactKind;
  readonly Number?: string;
  /** For a task: the contact that opened the entry. */
  readonly OpenedBy?: string;
}
type Stored<T> = T & { readonly Customer: string; readonly Version: string };
type Writes = NonNullable<TransactWriteCommandInput['TransactItems']>;

const MAX_TRIES = 6;
const DAY_SECONDS = 24 * 3600;
/** Longer than SNS and SQS together keep a message. */
const FORGOTTEN_DAYS = 40;

/** @param keepDays - an entry expires this many days after the customer's last contact */
export function createCallbackTable(dynamodb: DynamoDBDocumentClient, TableName: string, keepDays: number) {
  const expiresIn = (days: number) => Math.floor(Date.now() / 1000) + days * DAY_SECONDS;

  async function get<T>(Customer: string): Promise<T | undefined> {
    const { Item } = await dynamodb.send(
      new GetCommand({ TableName, Key: { Customer }, ConsistentRead: true }),
    );
    return Item as T | undefined;
  }

  /** Writes all or nothing; resolves to the positions of failed conditions, or `conflict`. */
  async function write(...items: Writes): Promise<'done' | 'conflict' | number[]> {
    try {
      await dynamodb.send(new TransactWriteCommand({ TransactItems: items }));
      return 'done';
    } catch (error) {
      if (!(error instanceof TransactionCanceledException)) throw error;
      const codes = (error.CancellationReasons ?? []).map(({ Code = 'None' }) => Code);
      const isOther = codes.some((code) => !/^(None|ConditionalCheckFailed|TransactionConflict)$/.test(code));
      if (isOther) throw error;
      if (codes.includes('TransactionConflict')) return 'conflict';
      return codes.flatMap((code, i) => (code === 'ConditionalCheckFailed' ? [i] : []));
    }
  }

  /** Creates the write of a contact's item. The item outlives the entry, so that its link stays valid. */
  const putContact = (contactId: string, Kind: ContactKind, item: object, ConditionExpression: string) => {
    const ExpiresAt = expiresIn(Kind === 'forgotten' ? FORGOTTEN_DAYS : keepDays + 2);
    const Item = { ...item, Customer: `contact:${contactId}`, Kind, ExpiresAt };
    const usesKind = ConditionExpression.includes(':forgotten');
    return {
      Put: {
        ...{ TableName, Item, ConditionExpression },
        ...(usesKind && { ExpressionAttributeValues: { ':forgotten': 'forgotten' } }),
      },
    };
  };
  const IS_NEW = 'attribute_not_exists(Customer)';
  const IS_NOT_FORGOTTEN = 'attribute_not_exists(Customer) OR Kind <> :forgotten';

  const putEntry = (Customer: string, stored: Stored<Entry> | undefined, entry: Entry) => ({
    Put: {
      TableName,
      Item: {
        ...entry,
        Customer,
        // Not a counter: an entry may be deleted and created again between read and write.
        Version: randomUUID(),
        ExpiresAt: findExpiry(entry, keepDays),
      },
      ...(stored === undefined
        ? { ConditionExpression: IS_NEW }
        : {
            ConditionExpression: 'Version = :version',
            ExpressionAttributeValues: { ':version': stored.Version },
          }),
    },
  });

  async function tryAgainOnConflict<T>(attempt: () => Promise<T | undefined>): Promise<T> {
    for (let tries = 1; tries <= MAX_TRIES; tries++) {
      const result = await attempt();
      if (result !== undefined) return result;
      await sleep(Math.random() * 20 * 2 ** tries);
    }
    throw new Error('other invocations kept changing the entry');
  }

  return {
    get: (number: string) => get<Entry>(number),

    /** Adds an abandoned contact without a number. It is listed, but cannot be called back. */
    async addWithoutNumber({ contactId, abandonedAt, queueName }: AbandonedContact): Promise<Outcome> {
      const item = {
        ...{ State: 'no-number', DueAt: abandonedAt, AbandonedAt: abandonedAt },
        ...{ QueueName: queueName, Contacts: [contactId] },
      };
      return tryAgainOnConflict(async () => {
        const written = await write(putContact(contactId, 'no-number', item, IS_NEW));
        return written === 'conflict' ? undefined : written === 'done' ? 'changed' : 'repeat';
      });
    },

    /** Changes the entry of a number. Changes nothing if the contact is a repeat or forgotten. */
    async change(number: string, change: Change, reason?: Reason): Promise<Outcome> {
      return tryAgainOnConflict(async () => {
        const stored = await get<Stored<Entry>>(number);
        const changed = await change(stored);
        const isAbandoned = reason?.kind === 'abandoned';
        const writesEntry = changed !== undefined && changed !== stored;
        if (!writesEntry && !isAbandoned) return 'unchanged';
        const contactItem =
          reason === undefined
            ? []
            : [
                putContact(
                  reason.contactId,
                  reason.kind,
                  // A task is never forgotten by the pipeline, so its item has no number.
                  reason.kind === 'task' ? { OpenedBy: changed?.OpenedBy } : { Number: number },
                  isAbandoned ? IS_NEW : IS_NOT_FORGOTTEN,
                ),
              ];
        const written = await write(
          ...contactItem,
          ...(writesEntry ? [putEntry(number, stored, changed)] : []),
        );
        if (written === 'done') return writesEntry ? 'changed' : 'unchanged';
        if (written === 'conflict' || contactItem.length === 0 || !written.includes(0)) return undefined;
        return isAbandoned ? 'repeat' : 'forgotten';
      });
    },

    /** Changes the entry that has this task. */
    async changeByTask(taskContactId: string, change: (entry: Entry) => Entry): Promise<Outcome> {
      const task = await get<ContactItem>(`contact:${taskContactId}`);
      if (task?.Kind !== 'task') return 'unchanged';
      const item = await get<ContactItem>(`contact:${task.OpenedBy ?? ''}`);
      if (item?.Number === undefined) return 'unchanged';
      return this.change(item.Number, (entry) =>
        entry?.State === 'task' && entry.TaskContactId === taskContactId ? change(entry) : entry,
      );
    },

    /** Deletes a contact and its customer's entry from the list. The contact cannot be added again. */
    async forget(contactId: string, beforeDelete: (entry: Entry) => Promise<void>): Promise<Outcome> {
      return tryAgainOnConflict(async () => {
        const item = await get<ContactItem>(`contact:${contactId}`);
        if (item?.Kind === 'forgotten') return 'unchanged';
        const entry = item?.Number === undefined ? undefined : await get<Entry>(item.Number);
        if (entry !== undefined) await beforeDelete(entry);
        const condition = item === undefined ? IS_NEW : 'attribute_exists(Customer)';
        const written = await write(
          putContact(contactId, 'forgotten', {}, condition),
          ...(item?.Number === undefined ? [] : [{ Delete: { TableName, Key: { Customer: item.Number } } }]),
        );
        return written === 'done' ? 'forgotten' : undefined;
      });
    },

    /** Lists the due entries of a state, longest wait first. */
    async list(state: Listed['State'], dueUntil = '9999', limit = Infinity): Promise<Listed[]> {
      const listed: Listed[] = [];
      const query = {
        TableName,
        IndexName: 'ByState',
        KeyConditionExpression: '#state = :state AND DueAt <= :until',
        // DynamoDB deletes expired items late.
        FilterExpression: 'ExpiresAt > :now',
        ExpressionAttributeNames: { '#state': 'State' },
        ExpressionAttributeValues: { ':state': state, ':until': dueUntil, ':now': expiresIn(0) },
        ...(limit !== Infinity && { Limit: limit }),
      };
      for await (const { Items = [] } of paginateQuery({ client: dynamodb }, query)) {
        listed.push(...(Items as Listed[]));
        if (listed.length >= limit) break;
      }
      return listed.slice(0, limit);
    },
  };
}
