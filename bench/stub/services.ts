/**
 * DynamoDB, SNS and S3 in memory, as far as a contender asks anything of them, with a count of what it asked. What is
 * not known here is an error, so that no contender is flattered by an answer that the service would not give.
 */
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { type Attributes, isConditionMet } from '../../local/emulators/condition-expression';
import type { EndState } from '../end-state';
import { sizeOf } from './item-size';

/** The tables that the stub has, by name, and their keys. */
export const TABLES: Readonly<Record<string, string>> = {
  'contact-records': 'ContactId',
  ledger: 'ContactId',
  idempotency: 'id',
};
export const RECORDS_TABLE = 'contact-records';

export interface TableCounts {
  writes: number;
  /** Of 1 KB each: of what was there or of what was to be there, whichever is larger; failed conditions too. */
  writeUnits: number;
  reads: number;
  /** Of 4 KB each, for consistent reads. */
  readUnits: number;
}

/** What was asked since the last reset, and what came of it. */
export interface StubReport {
  readonly tables: Readonly<Record<string, TableCounts>>;
  readonly publishes: number;
  readonly objects: number;
  /** Requests of any kind, and the bytes of their bodies. */
  readonly requests: number;
  readonly bytes: number;
  readonly endState: EndState;
  /** When each version (`ContactId|LastUpdateTimestamp`) was put, and each contact first published: Unix milliseconds. */
  readonly storedAt: readonly (readonly [version: string, at: number])[];
  readonly publishedAt: readonly (readonly [id: string, at: number])[];
}

export interface Answer {
  readonly status: number;
  readonly body: object;
}

/** A request as DynamoDB's JSON protocol has it; the parts that contenders use. */
export interface DynamoDbRequest {
  readonly TableName: string;
  readonly Item?: Attributes;
  readonly Key?: Attributes;
  readonly ConditionExpression?: string;
  readonly UpdateExpression?: string;
  readonly ExpressionAttributeNames?: Readonly<Record<string, string>>;
  readonly ExpressionAttributeValues?: Attributes;
  readonly ReturnValuesOnConditionCheckFailure?: string;
}

export interface StubServices {
  dynamoDb(operation: string, request: DynamoDbRequest): Answer;
  /** Takes the message's body, and returns the message's id. */
  publish(message: string): string;
  putObject(path: string): void;
  countRequest(bytes: number): void;
  report(): StubReport;
  reset(): void;
}

interface Held {
  readonly item: Attributes;
  readonly bytes: number;
}

interface Table {
  readonly key: string;
  readonly items: Map<string, Held>;
  readonly counts: TableCounts;
}

/** @param now - Unix milliseconds */
export function stubServices(now: () => number): StubServices {
  let tables: Map<string, Table>;
  let messages: string[];
  let objects: Set<string>;
  let storedAt: [string, number][];
  let publishedAt: [string, number][];
  let requests: number;
  let bytes: number;
  const reset = () => {
    tables = new Map(Object.entries(TABLES).map(([name, key]) => [name, emptyTable(key)]));
    [messages, objects, storedAt, publishedAt] = [[], new Set(), [], []];
    [requests, bytes] = [0, 0];
  };
  reset();

  const write = (
    table: Table,
    request: DynamoDbRequest,
    key: string,
    item: Attributes | undefined,
  ): Answer => {
    const before = table.items.get(key);
    const after = item && { item, bytes: sizeOf(item) };
    table.counts.writes++;
    table.counts.writeUnits += Math.max(1, Math.ceil(Math.max(before?.bytes ?? 0, after?.bytes ?? 0) / 1024));
    if (!isAllowed(request, before?.item)) return conditionFailed(request, before?.item);
    if (after) table.items.set(key, after);
    else table.items.delete(key);
    return { status: 200, body: {} };
  };

  return {
    dynamoDb: (operation, request) => {
      const table = tables.get(request.TableName);
      if (!table) return fault('ResourceNotFoundException', 'no such table');
      const key = (request.Item ?? request.Key)?.[table.key]?.S;
      if (!key) return fault('ValidationException', 'one of the required keys was not given a value');
      const held = table.items.get(key);
      switch (operation) {
        case 'PutItem': {
          const answer = write(table, request, key, request.Item);
          if (request.TableName === RECORDS_TABLE && answer.status === 200)
            storedAt.push([`${key}|${request.Item?.LastUpdateTimestamp?.S}`, now()]);
          return answer;
        }
        case 'UpdateItem':
          return write(table, request, key, { ...held?.item, ...request.Key, ...assigned(request) });
        case 'DeleteItem':
          return write(table, request, key, undefined);
        case 'GetItem':
          table.counts.reads++;
          table.counts.readUnits += Math.max(1, Math.ceil((held?.bytes ?? 0) / 4096));
          return { status: 200, body: held ? { Item: held.item } : {} };
        default:
          return fault('UnknownOperationException', 'not played here');
      }
    },

    publish: (message) => {
      const { ContactId } = JSON.parse(message) as { ContactId: string };
      messages.push(ContactId);
      publishedAt.push([ContactId, now()]);
      return `message-${messages.length}`;
    },

    putObject: (path) => {
      objects.add(path);
    },

    countRequest: (ofBytes) => {
      requests++;
      bytes += ofBytes;
    },

    report: () => ({
      tables: Object.fromEntries([...tables].map(([name, { counts }]) => [name, counts])),
      publishes: messages.length,
      objects: objects.size,
      requests,
      bytes,
      endState: {
        items: [...(tables.get(RECORDS_TABLE)?.items ?? [])].map(([id, { item }]) => [
          id,
          item.LastUpdateTimestamp?.S ?? '',
        ]),
        messages,
        objects: objects.size,
      },
      storedAt,
      publishedAt,
    }),

    reset,
  };
}

const emptyTable = (key: string): Table => ({
  key,
  items: new Map(),
  counts: { writes: 0, writeUnits: 0, reads: 0, readUnits: 0 },
});

function isAllowed(request: DynamoDbRequest, item: Attributes | undefined): boolean {
  if (request.ConditionExpression === undefined) return true;
  const expression = withNames(request.ConditionExpression, request);
  return isConditionMet(expression, request.ExpressionAttributeValues ?? {}, item);
}

/** An expression with the names that its placeholders stand for. */
const withNames = (expression: string, { ExpressionAttributeNames: names = {} }: DynamoDbRequest): string =>
  expression.replace(/#\w+/g, (placeholder) => names[placeholder] ?? placeholder);

/** What `SET a = :b, c = :d` assigns. */
function assigned(request: DynamoDbRequest): Record<string, AttributeValue> {
  const assignments = withNames(request.UpdateExpression ?? '', request)
    .replace(/^SET /, '')
    .split(', ');
  return Object.fromEntries(
    assignments.map((assignment) => {
      const [, name = '', value = ''] = /^(\w+) = (:\w+)$/.exec(assignment) ?? [];
      const attribute = request.ExpressionAttributeValues?.[value];
      if (!attribute) throw new Error('an update expression that is not played here');
      return [name, attribute];
    }),
  );
}

function conditionFailed(request: DynamoDbRequest, item: Attributes | undefined): Answer {
  const answer = fault('ConditionalCheckFailedException', 'The conditional request failed');
  const isAsked = request.ReturnValuesOnConditionCheckFailure === 'ALL_OLD';
  return item && isAsked ? { ...answer, body: { ...answer.body, Item: item } } : answer;
}

const fault = (name: string, message: string): Answer => ({
  status: 400,
  body: { __type: `com.amazonaws.dynamodb.v20120810#${name}`, message },
});
