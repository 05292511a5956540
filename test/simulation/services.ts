/**
 * DynamoDB, SNS and S3 in memory, as far as the function uses them.
 *
 * Each call acts at once, and returns or throws as the service does. `network.ts` adds the faults in between.
 */
import type { GetItemCommandInput, PutItemCommandInput } from '@aws-sdk/client-dynamodb';
import type { PublishCommandInput } from '@aws-sdk/client-sns';
import type { FailureObject } from '../../lambda/contact-records/steps/quarantine';
import { type Attributes, isConditionMet } from '../../local/emulators/condition-expression';
import { createSdkError, createValidationError } from './service-errors';
import { RECORDS_TABLE } from './simulated-function';
import { INDEXED, MAX_ITEM_CHARACTERS, REFUSED_BY_SNS } from './versions';

export interface Services {
  putItem: (input: PutItemCommandInput) => object;
  /** Replaces an item of the records table, whatever it is. */
  forget: (tombstone: Attributes) => void;
  getItem: (input: GetItemCommandInput) => { Item?: Attributes };
  publish: (input: PublishCommandInput) => { MessageId: string };
  putObject: (object: FailureObject) => object;
  /** Returns the states of each item, by table and id. */
  states: () => ReadonlyMap<string, readonly Attributes[]>;
}

/** Observes the services; called at the moment a service acts. */
export interface Watch {
  put: (table: string, before: Attributes | undefined, after: Attributes) => void;
  forgotten: (contactId: string) => void;
  accepted: (message: PublishCommandInput) => void;
  object: (object: FailureObject) => void;
}

/** @param chooseAge - returns how many states old an eventually consistent read is, below this number */
export function createServices(watch: Watch, chooseAge: (states: number) => number = () => 0): Services {
  /** The states of each item, newest last. */
  const items = new Map<string, Attributes[]>();
  let messages = 0;
  const write = (key: string, item: Attributes) => {
    items.set(key, [...(items.get(key) ?? []), item]);
  };
  return {
    putItem: (input) => {
      const item = input.Item ?? {};
      if (JSON.stringify(item).length > MAX_ITEM_CHARACTERS) {
        throw createSdkError('ValidationException', 400, 'Item size has exceeded the maximum allowed size');
      }
      const table = input.TableName ?? '';
      // Checked before the condition.
      if (table === RECORDS_TABLE && item[INDEXED] && item[INDEXED].S === undefined)
        throw createValidationError();
      const key = `${table} ${item.ContactId?.S}`;
      const before = items.get(key)?.at(-1);
      if (!isConditionMet(input.ConditionExpression ?? '', input.ExpressionAttributeValues ?? {}, before)) {
        const held = input.ReturnValuesOnConditionCheckFailure === 'ALL_OLD' ? { Item: before } : {};
        const message = 'The conditional request failed';
        throw Object.assign(createSdkError('ConditionalCheckFailedException', 400, message), held);
      }
      write(key, item);
      watch.put(table, before, item);
      return {};
    },
    forget: (tombstone) => {
      write(`${RECORDS_TABLE} ${tombstone.ContactId?.S}`, tombstone);
      watch.forgotten(tombstone.ContactId?.S ?? '');
    },
    getItem: ({
      TableName = '',
      Key,
      ConsistentRead,
      ProjectionExpression,
      ExpressionAttributeNames = {},
    }) => {
      const states = items.get(`${TableName} ${Key?.ContactId?.S}`) ?? [];
      const age = ConsistentRead ? 0 : chooseAge(states.length + 1);
      const item = states[states.length - 1 - age];
      if (item === undefined) return {};
      const projected = ProjectionExpression?.split(', ').map(
        (name) => ExpressionAttributeNames[name] ?? name,
      );
      return {
        Item: Object.fromEntries(Object.entries(item).filter(([name]) => projected?.includes(name) ?? true)),
      };
    },
    publish: (input) => {
      if (input.Message?.includes(REFUSED_BY_SNS)) {
        throw createSdkError('InvalidParameterException', 400, 'Invalid parameter: Message too long');
      }
      watch.accepted(input);
      return { MessageId: `m-${++messages}` };
    },
    putObject: (object) => {
      watch.object(object);
      return {};
    },
    states: () => items,
  };
}
