/**
 * Simulates DynamoDB, SNS and S3 in memory, and counts requests. It supports only the requests that the contenders send.
 */
import type { AttributeValue, PutItemCommandInput, UpdateItemCommandInput } from '@aws-sdk/client-dynamodb';
import { type Attributes, isConditionMet } from '../../local/emulators/condition-expression';
import type { EndState } from '../end-state';
import type { Requests } from '../results';

const RECORDS_TABLE = 'contact-records';
/** The keys of the stub's tables. */
const KEYS: Readonly<Record<string, string>> = {
  [RECORDS_TABLE]: 'ContactId',
  ledger: 'ContactId',
  idempotency: 'id',
};

/** Counts since the last reset, and the end state. */
export interface StubReport {
  readonly counts: Pick<Requests, 'recordWrites' | 'ledgerWrites' | 'writeUnits' | 'readUnits'>;
  readonly endState: EndState;
}

type Answer = Readonly<{ status: number; body: object }>;

/** A request in DynamoDB's JSON protocol. */
export type DynamoDbRequest = Partial<PutItemCommandInput & UpdateItemCommandInput>;

export class StubServices {
  readonly #tables = new Map(Object.keys(KEYS).map((name) => [name, new Map<string, Attributes>()]));
  readonly #counts = { recordWrites: 0, ledgerWrites: 0, writeUnits: 0, readUnits: 0 };
  readonly #messages: string[] = [];
  readonly #objects = new Set<string>();

  answerDynamoDb(operation: string, request: DynamoDbRequest): Answer {
    const { TableName = '' } = request;
    const items = this.#tables.get(TableName);
    if (!items) return refuse('ResourceNotFoundException', 'no such table');
    const key = (request.Item ?? request.Key)?.[KEYS[TableName] ?? '']?.S;
    if (!key) return refuse('ValidationException', 'one of the required keys was not given a value');
    const old = items.get(key);
    switch (operation) {
      case 'PutItem':
        return this.#write(items, request, key, request.Item);
      case 'UpdateItem':
        return this.#write(items, request, key, { ...old, ...request.Key, ...readAssignments(request) });
      case 'DeleteItem':
        return this.#write(items, request, key, undefined);
      case 'GetItem':
        // A strongly consistent read takes a unit for each 4 KB.
        this.#counts.readUnits += Math.max(1, Math.ceil((old ? measureItem(old) : 0) / 4096));
        return { status: 200, body: old ? { Item: old } : {} };
      default:
        return refuse('UnknownOperationException', 'the stub does not support this operation');
    }
  }

  /** Counts a unit for each KB of the larger item, even for failed conditions. */
  #write(
    items: Map<string, Attributes>,
    request: DynamoDbRequest,
    key: string,
    after: Attributes | undefined,
  ): Answer {
    const before = items.get(key);
    const bytes = [before, after].map((item) => (item ? measureItem(item) : 0));
    this.#counts[request.TableName === RECORDS_TABLE ? 'recordWrites' : 'ledgerWrites']++;
    this.#counts.writeUnits += Math.max(1, ...bytes.map((each) => Math.ceil(each / 1024)));
    const { ConditionExpression: condition, ExpressionAttributeValues: values = {} } = request;
    if (condition !== undefined && !isConditionMet(replaceNames(condition, request), values, before)) {
      const answer = refuse('ConditionalCheckFailedException', 'The conditional request failed');
      const isAsked = request.ReturnValuesOnConditionCheckFailure === 'ALL_OLD';
      return before && isAsked ? { ...answer, body: { ...answer.body, Item: before } } : answer;
    }
    if (after) items.set(key, after);
    else items.delete(key);
    return { status: 200, body: {} };
  }

  /** @returns the message's id */
  publish(message: string): string {
    this.#messages.push((JSON.parse(message) as { ContactId: string }).ContactId);
    return `message-${this.#messages.length}`;
  }

  putObject(path: string): void {
    this.#objects.add(path);
  }

  report(): StubReport {
    const records = this.#tables.get(RECORDS_TABLE) ?? [];
    return {
      counts: this.#counts,
      endState: {
        items: [...records].map(([id, item]) => [id, item.LastUpdateTimestamp?.S ?? '']),
        messages: this.#messages,
        objects: this.#objects.size,
      },
    };
  }
}

const replaceNames = (
  expression: string,
  { ExpressionAttributeNames: names = {} }: DynamoDbRequest,
): string => expression.replace(/#\w+/g, (placeholder) => names[placeholder] ?? placeholder);

/** Reads `SET a = :b, c = :d`. */
function readAssignments(request: DynamoDbRequest): Record<string, AttributeValue> {
  const assignments = replaceNames(request.UpdateExpression ?? '', request)
    .replace(/^SET /, '')
    .split(', ');
  return Object.fromEntries(
    assignments.map((assignment) => {
      const [, name = '', value = ''] = /^(\w+) = (:\w+)$/.exec(assignment) ?? [];
      const attribute = request.ExpressionAttributeValues?.[value];
      if (!attribute) throw new Error('the stub does not support this update expression');
      return [name, attribute];
    }),
  );
}

const refuse = (name: string, message: string): Answer => ({
  status: 400,
  body: { __type: `com.amazonaws.dynamodb.v20120810#${name}`, message },
});

/** Counts the bytes of an item as DynamoDB does ("DynamoDB Item sizes and formats"). */
export function measureItem(item: Attributes): number {
  let bytes = 0;
  for (const [name, value] of Object.entries(item)) bytes += Buffer.byteLength(name) + measureValue(value);
  return bytes;
}

function measureValue(value: AttributeValue): number {
  if (value.S !== undefined) return Buffer.byteLength(value.S);
  // A number takes one byte for two digits, and one more.
  if (value.N !== undefined) return Math.ceil(value.N.replace(/\D/g, '').length / 2) + 1;
  if (value.BOOL !== undefined || value.NULL !== undefined) return 1;
  // A list or map takes three bytes, and one for each member.
  if (value.L !== undefined) return value.L.reduce((bytes, member) => bytes + 1 + measureValue(member), 3);
  if (value.M !== undefined) return 3 + Object.keys(value.M).length + measureItem(value.M);
  throw new Error('the stub does not support this attribute type');
}
