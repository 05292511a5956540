import { explained, plan, printed } from '../../../cli/smoke/printed';
import { smokeRecord } from '../../../cli/smoke/record';
import { ServiceFault } from '../../../cli/service-fault';

it.each([
  ['kinesis:PutRecord', 'KMSAccessDeniedException', 'may the credentials use the key of the stack?'],
  ['dynamodb:GetItem', 'AccessDeniedException', 'the credentials lack dynamodb:GetItem,'],
  ['sns:Subscribe', 'AuthorizationErrorException', 'the credentials lack sns:Subscribe.'],
  ['sqs:CreateQueue', 'AccessDenied', 'the credentials lack sqs:CreateQueue.'],
  ['kinesis:PutRecord', 'ResourceNotFoundException', 'is the name right, and the region'],
  ['cloudformation:DescribeStacks', 'ExpiredToken', 'the credentials are not valid'],
  ['dynamodb:GetItem', 'UnrecognizedClientException', 'the credentials are not valid'],
  ['sns:Subscribe', 'InvalidClientTokenId', 'the credentials are not valid'],
  ['kinesis:PutRecord', 'ECONNREFUSED', 'the network, the region'],
  ['kinesis:PutRecord', 'TimeoutError', 'the network, the region'],
  ['kinesis:PutRecord', 'ProvisionedThroughputExceededException', 'too much at once'],
])('%s: %s says what to check next', (call, what, next) => {
  const lines = explained(new ServiceFault(call, what)).split('\n');
  expect(lines[0]).toBe(`FAILED   ${call}: ${what}.`);
  expect(lines[1]).toContain(`Check next: ${next}`);
});

it('an error that nobody foresaw is named, and nothing is made up about it', () => {
  expect(explained(new ServiceFault('sqs:CreateQueue', 'Odd'))).toBe('FAILED   sqs:CreateQueue: Odd.\n');
});

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
