/** Formats the output of a smoke test for a person. The record is synthetic, so its item may be shown. */
import { type Paint, paintPlain } from '../shared/colours';
import { joinLines } from '../shared/format';
import type { SmokeRecord } from './smoke-record';
import type { SmokeEvent } from './smoke-test';
import type { Targets } from './smoke-options';

/** Formats what the test will create and delete. */
export function formatPlan(
  { ContactId }: SmokeRecord,
  { stream, table, topic }: Targets,
  region: string,
  isAbandoned: boolean,
): string {
  const always = [
    'The test puts a synthetic contact record into the stream. As soon as its item is',
    `in the table, the test deletes the item (${region}):`,
    `  record  ${ContactId}`,
    `  stream  ${stream}`,
    `  table   ${table}`,
  ];
  const abandoned = [
    `  topic   ${topic ?? ''}`,
    `  queue   ${ContactId},`,
    '          created, subscribed to the topic for this contact alone, and removed',
    '',
    'It is abandoned: EVERY SUBSCRIBER of the topic gets its message, and may try to',
    'call back. Its ContactId begins with smoke-test-, its Attributes and its queue',
    'say "smoke test", and its number is reserved for fiction.',
    'The entry stays in the ledger: Kinesis may deliver the record again, and the',
    'function must not publish it twice.',
  ];
  return joinLines([...always, ...(isAbandoned ? abandoned : [])]);
}

export interface RunContext {
  table: string;
  /** The command that deletes the item. */
  deleteCommand: string;
  isAbandoned: boolean;
}

/** Formats one event of the test. */
export function formatEvent(
  event: SmokeEvent,
  { table, deleteCommand, isAbandoned }: RunContext,
  paint: Paint = paintPlain,
): string {
  switch (event.kind) {
    case 'created':
      return formatRow('created', event.name);
    case 'put': {
      const { shardId, sequenceNumber } = event.accepted;
      return formatRow('put', `Kinesis: ${shardId}, sequence number ${sequenceNumber}`);
    }
    case 'stored':
      return formatRow(
        'stored',
        `DynamoDB: ${formatSeconds(event.afterMs)} after the put; the item ${formatComparison(event.differing, paint)}`,
        ...Object.keys(event.item)
          .sort()
          .map((name) => `${name.padEnd(36)}${JSON.stringify(event.item[name])}`),
      );
    case 'arrived':
      return formatRow(
        'message',
        `SNS: ${formatSeconds(event.afterMs)} after the put, id ${event.message.id}; the message ${formatComparison(event.differing, paint)}`,
        ...Object.entries(event.message.attributes).map(([name, value]) => `${name.padEnd(36)}${value}`),
      );
    case 'removed':
      return formatRow('removed', event.name);
    case 'not-stored':
      return formatRow(
        paint('red', padLabel('FAILED')),
        `DynamoDB: after ${formatSeconds(event.afterMs)} the item is not in ${table}.`,
        'Check whether the event source mapping of the function is enabled, how',
        'far it is behind (IteratorAge), the log of the function, and the failure',
        'bucket (npm run redrive lists it). With a backlog or a long batching',
        'window, wait longer: --wait-seconds.',
      );
    case 'not-arrived':
      return formatRow(
        paint('red', padLabel('FAILED')),
        `SNS: the item is stored, but after ${formatSeconds(event.afterMs)} the message has not arrived.`,
        'Check the log of the function and the ledger. If the entry of this',
        'ContactId has a message id, SNS accepted the message. A new',
        'subscription may miss a message: then run the test again.',
      );
    case 'record-left':
      return formatRow(
        'left',
        'the record may be in the stream, and the function may still process it.',
        'If its item appears in the table, delete it:',
        deleteCommand,
        ...(isAbandoned ? ['Every subscriber may still get its message.'] : []),
      );
    case 'not-removed':
      return formatRow(
        paint('red', padLabel('LEFT')),
        `${event.temporary.name}. ${event.why} Remove it:`,
        event.temporary.removeCommand,
      );
  }
}

export const formatDeleteCommand = (table: string, contactId: string) =>
  `aws dynamodb delete-item --table-name ${table} --key '{"ContactId":{"S":"${contactId}"}}'`;

const formatComparison = (differing: string[], paint: Paint) =>
  differing.length === 0
    ? paint('green', 'is as it should be')
    : `${paint('red', 'DIFFERS')} in ${differing.join(', ')}`;

const formatSeconds = (milliseconds: number) => `${(milliseconds / 1000).toFixed(1)} s`;

const padLabel = (word: string) => word.padEnd(9);
const formatRow = (word: string, first: string, ...more: string[]) =>
  joinLines([padLabel(word) + first, ...more.map((line) => padLabel('') + line)]);
