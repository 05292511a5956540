import { plan, printed } from '../../../cli/smoke/smoke-report';
import { smokeRecord } from '../../../cli/smoke/smoke-record';

it('what is left is told with the command that removes it', () => {
  const about = { table: 'a-table', itemByHand: 'aws dynamodb …', isAbandoned: false };
  const temporary = { what: 'queue q', remove: () => Promise.resolve(), byHand: 'aws sqs …' };
  expect(printed({ kind: 'not-removed', temporary, why: 'sqs:DeleteQueue: AccessDenied.' }, about)).toBe(
    'LEFT     queue q. sqs:DeleteQueue: AccessDenied. Remove it:\n         aws sqs …\n',
  );
  const left = printed({ kind: 'record-left' }, about);
  expect(left).toMatch(/delete it:\n {9}aws dynamodb …\n$/);
  expect(printed({ kind: 'record-left' }, { ...about, isAbandoned: true })).toBe(
    `${left}         Its message may still go out, to every subscriber.\n`,
  );
});

it('names the fields that are not as they should be, and none of their values', () => {
  const about = { table: 'a-table', itemByHand: '', isAbandoned: false };
  const step = { kind: 'stored', item: {}, afterMs: 1234, differing: ['Queue', 'Agent'] } as const;
  expect(printed({ ...step, differing: [...step.differing] }, about)).toBe(
    'stored   DynamoDB: 1.2 s after the put; the item DIFFERS in Queue, Agent\n',
  );
});

it('warns of the other subscribers only where there is a message', () => {
  const targets = { stream: 'a-stream', table: 'a-table', topic: 'a-topic' };
  const record = smokeRecord(0, false);
  expect(plan(record, targets, 'eu-west-1', true)).toContain('EVERY SUBSCRIBER');
  expect(plan(record, targets, 'eu-west-1', false)).not.toMatch(/SUBSCRIBER|topic|queue/);
});
