/**
 * DynamoDB, SNS and S3 in memory, as far as the function uses them.
 *
 * Each call acts at once, and returns or throws as the service does. `network.ts` adds the faults in between.
 */
import type { GetItemCommandInput, PutItemCommandInput } from '@aws-sdk/client-dynamodb';
import type { PublishCommandInput } from '@aws-sdk/client-sns';
import type { FailureObject } from '../../lambda/contact-records/steps/quarantine';
import { type Attributes, isConditionMet } from '../../local/emulators/condition-expression';
import { createSdkError } from './service-errors';
import { MAX_ITEM_CHARACTERS, REFUSED_BY_SNS } from './workload';

export interface Services {
  putItem: (input: PutItemCommandInput) => object;
  getItem: (input: GetItemCommandInput) => { Item?: Attributes };
  publish: (input: PublishCommandInput) => { MessageId: string };
  putObject: (object: FailureObject) => object;
}

/** Observes the services; called at the moment a service acts. */
export interface Watch {
  put: (table: string, before: Attributes | undefined, after: Attributes) => void;
  accepted: (message: PublishCommandInput) => void;
  object: (object: FailureObject) => void;
}

export function createServices(watch: Watch): Services {
  const items = new Map<string, Attributes>();
  let messages = 0;
  return {
    putItem: (input) => {
      const item = input.Item ?? {};
      if (JSON.stringify(item).length > MAX_ITEM_CHARACTERS) {
        throw createSdkError('ValidationException', 400, 'Item size has exceeded the maximum allowed size');
      }
      const table = input.TableName ?? '';
      const key = `${table} ${item.ContactId?.S}`;
      const before = items.get(key);
      if (!isConditionMet(input.ConditionExpression ?? '', input.ExpressionAttributeValues ?? {}, before)) {
        const held = input.ReturnValuesOnConditionCheckFailure === 'ALL_OLD' ? { Item: before } : {};
        const message = 'The conditional request failed';
        throw Object.assign(createSdkError('ConditionalCheckFailedException', 400, message), held);
      }
      items.set(key, item);
      watch.put(table, before, item);
      return {};
    },
    getItem: ({ TableName = '', Key, ProjectionExpression, ExpressionAttributeNames = {} }) => {
      const item = items.get(`${TableName} ${Key?.ContactId?.S}`);
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
  };
}
