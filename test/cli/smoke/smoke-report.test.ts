import { formatEvent, formatPlan } from '../../../cli/smoke/smoke-report';
import { createSmokeRecord } from '../../../cli/smoke/smoke-record';

it('reports resources that are left, with the command that removes them', () => {
  const about = { table: 'a-table', deleteCommand: 'aws dynamodb …', isAbandoned: false };
  const temporary = { name: 'queue q', remove: () => Promise.resolve(), removeCommand: 'aws sqs …' };
  expect(formatEvent({ kind: 'not-removed', temporary, why: 'sqs:DeleteQueue: AccessDenied.' }, about)).toBe(
    'LEFT     queue q. sqs:DeleteQueue: AccessDenied. Remove it:\n         aws sqs …\n',
  );
  const left = formatEvent({ kind: 'record-left' }, about);
  expect(left).toMatch(/delete it:\n {9}aws dynamodb …\n$/);
  expect(formatEvent({ kind: 'record-left' }, { ...about, isAbandoned: true })).toBe(
    `${left}         Every subscriber may still get its message.\n`,
  );
});

it('names the fields that differ, and none of their values', () => {
  const about = { table: 'a-table', deleteCommand: '', isAbandoned: false };
  const event = { kind: 'stored', item: {}, afterMs: 1234, differing: ['Queue', 'Agent'] } as const;
  expect(formatEvent({ ...event, differing: [...event.differing] }, about)).toBe(
    'stored   DynamoDB: 1.2 s after the put; the item DIFFERS in Queue, Agent\n',
  );
});

it('warns of the other subscribers only when there is a message', () => {
  const targets = { stream: 'a-stream', table: 'a-table', topic: 'a-topic' };
  const record = createSmokeRecord(0, false);
  expect(formatPlan(record, targets, 'eu-west-1', true)).toContain('EVERY SUBSCRIBER');
  expect(formatPlan(record, targets, 'eu-west-1', false)).not.toMatch(/SUBSCRIBER|topic|queue/);
});
