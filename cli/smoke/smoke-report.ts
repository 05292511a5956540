/**
 * What a smoke test says to a person. The record is its own, so its item may be shown.
 */
import { type Paint, plain } from '../shared/colours';
import type { SmokeRecord } from './smoke-record';
import type { Step } from './smoke-test';
import type { Targets } from './targets';

/** What will be touched. */
export function plan(
  { ContactId }: SmokeRecord,
  { stream, table, topic }: Targets,
  region: string,
  isAbandoned: boolean,
): string {
  const always = [
    'A synthetic contact record goes into the stream, and as soon as its item is in',
    `the table, the item is deleted (${region}):`,
    `  record  ${ContactId}`,
    `  stream  ${stream}`,
    `  table   ${table}`,
  ];
  const abandoned = [
    `  topic   ${topic ?? ''}`,
    `  queue   ${ContactId},`,
    '          made, subscribed to the topic for this contact alone, and removed',
    '',
    'It is abandoned: EVERY SUBSCRIBER of the topic gets its message, and someone may',
    'call back. Its ContactId begins with smoke-test-, its Attributes and its queue',
    'say "smoke test", and its number is reserved for fiction.',
    'The entry in the ledger stays, on purpose: Kinesis may deliver the record again,',
    'and that must not be announced.',
  ];
  return text([...always, ...(isAbandoned ? abandoned : [])]);
}

/** What the steps of one run are about; `itemByHand` deletes the item. */
export interface About {
  table: string;
  itemByHand: string;
  isAbandoned: boolean;
}

export function printed(step: Step, { table, itemByHand, isAbandoned }: About, paint: Paint = plain): string {
  switch (step.kind) {
    case 'made':
      return row('made', step.what);
    case 'put':
      return row('put', `Kinesis: ${step.accepted.shardId}, sequence number ${step.accepted.sequenceNumber}`);
    case 'stored':
      return row(
        'stored',
        `DynamoDB: ${seconds(step.afterMs)} after the put; the item ${equality(step.differing, paint)}`,
        ...Object.keys(step.item)
          .sort()
          .map((name) => `${name.padEnd(36)}${JSON.stringify(step.item[name])}`),
      );
    case 'arrived':
      return row(
        'message',
        `SNS: ${seconds(step.afterMs)} after the put, id ${step.message.id}; the message ${equality(step.differing, paint)}`,
        ...Object.entries(step.message.attributes).map(([name, value]) => `${name.padEnd(36)}${value}`),
      );
    case 'removed':
      return row('removed', step.what);
    case 'not-stored':
      return row(
        paint('red', label('FAILED')),
        `DynamoDB: after ${seconds(step.afterMs)} the item is not in ${table}.`,
        'Check next: is the event source mapping of the function enabled, and',
        'how far is it behind (IteratorAge)? What does the log of the function',
        'say? Is the record in the failure bucket (npm run redrive)? Behind a',
        'backlog, or with a long batching window, wait longer: --wait-seconds.',
      );
    case 'not-arrived':
      return row(
        paint('red', label('FAILED')),
        `SNS: the item is stored, but after ${seconds(step.afterMs)} the message has not arrived.`,
        'Check next: the log of the function, and the ledger: with a message id',
        'in the entry of this ContactId, SNS accepted the message. A new',
        'subscription may miss one: then run it again.',
      );
    case 'record-left':
      return row(
        'left',
        'the record may be in the stream, and may still be processed, or once',
        'more. If its item comes, delete it:',
        itemByHand,
        ...(isAbandoned ? ['Its message may still go out, to every subscriber.'] : []),
      );
    case 'not-removed':
      return row(
        paint('red', label('LEFT')),
        `${step.temporary.what}. ${step.why} Remove it:`,
        step.temporary.byHand,
      );
  }
}

export const itemByHand = (table: string, contactId: string) =>
  `aws dynamodb delete-item --table-name ${table} --key '{"ContactId":{"S":"${contactId}"}}'`;

const equality = (differing: string[], paint: Paint) =>
  differing.length === 0
    ? paint('green', 'is as it should be')
    : `${paint('red', 'DIFFERS')} in ${differing.join(', ')}`;

const seconds = (milliseconds: number) => `${(milliseconds / 1000).toFixed(1)} s`;

const label = (word: string) => word.padEnd(9);
const row = (word: string, first: string, ...more: string[]) =>
  text([label(word) + first, ...more.map((line) => label('') + line)]);
const text = (lines: string[]) => lines.map((line) => `${line}\n`).join('');
