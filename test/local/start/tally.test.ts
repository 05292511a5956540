import {
  countGivenUp,
  countInvocation,
  countLine,
  createTally,
  type Tally,
} from '../../../local/start/tally';
import { createKinesisEventRecord } from '../../../local/event-source-mapping/kinesis-event';
import type { Invocation } from '../../../local/event-source-mapping/types';
import { records, upTo } from '../event-source-mapping/a-mapping';

function tallyOf(...lines: unknown[]): Tally {
  const tally = createTally();
  for (const line of lines) countLine(tally, typeof line === 'string' ? line : JSON.stringify(line));
  return tally;
}

const aBatch = {
  level: 'INFO',
  message: 'batch processed',
  records: 6,
  outcomes: { stored: 2, redelivered: 1, stale: 1, superseded: 1, ignored: 0, quarantined: 1 },
  conflicting: 1,
  refused: 0,
  published: 1,
  alreadyPublished: 2,
  notAbandoned: { 'never-queued': 1 },
  durationMs: 12,
};

it('adds up the counts of batches', () => {
  expect(tallyOf(aBatch, aBatch)).toMatchObject({
    outcomes: { stored: 4, redelivered: 2, stale: 2, superseded: 2, ignored: 0, quarantined: 2 },
    conflicting: 2,
    refused: 0,
    alreadyPublished: 4,
    notAbandoned: { 'never-queued': 2 },
  });
});

it('reads lags from the metric, with one value or many', () => {
  const metrics = { _aws: { Timestamp: 1 }, Stored: 2 };
  expect(
    tallyOf({ ...metrics, ArrivalToStored: 5 }, { ...metrics, ArrivalToStored: [7, 9] }, metrics).lags,
  ).toEqual([5, 7, 9]);
});

it('remembers each drift once, by path and kind', () => {
  const line = { message: 'contact record deviates from the model', path: 'A', kind: 'unknown-field' };

  const { drift } = tallyOf(line, line, { ...line, kind: 'other-type' });

  expect([...drift]).toEqual(['A (unknown-field)', 'A (other-type)']);
});

it('remembers the name of the last error', () => {
  const error = {
    message: 'batch ended early, the rest is retried',
    source: 'SNS',
    reason: 'TimeoutError',
  };
  expect(tallyOf(error).lastError).toBe('SNS: TimeoutError');
});

it.each([
  '',
  'starting',
  '{"half":',
  '[]',
  '"batch processed"',
  '{"message":"something else","outcomes":{"stored":9}}',
])('another line counts nothing: %s', (line) => {
  expect(tallyOf(line)).toEqual(createTally());
});

const events = records(upTo(10), { key: 'k' }).map((record) =>
  createKinesisEventRecord(record, 'shard', { streamArn: 'arn:stream', roleArn: 'arn:role' }),
);
const doneOf = (done: number) => ({ done, doneRecords: events.slice(0, done) });

describe('invocations', () => {
  const anInvocation: Invocation = {
    shardId: 'shardId-000000000000',
    records: 10,
    ...doneOf(10),
    attempt: 1,
    durationMilliseconds: 5,
    outcome: { kind: 'returned', payload: null },
  };
  const tallyAfter = (invocation: Partial<Invocation>) => {
    const tally = createTally();
    countInvocation(tally, { ...anInvocation, ...invocation });
    return tally;
  };

  it('count the deliveries that are done', () => {
    expect(tallyAfter({})).toMatchObject({ batches: 1, done: 10, retried: 0 });
  });

  it('count as retried when a part is not done', () => {
    expect(tallyAfter(doneOf(3))).toMatchObject({ batches: 1, done: 3, retried: 1 });
  });

  it('leave the type of their error, but not its message, when they failed', () => {
    const functionError = { errorType: 'RangeError', errorMessage: '+12065550101' };
    expect(tallyAfter({ ...doneOf(0), outcome: { kind: 'failed', functionError } }).lastError).toBe(
      'RangeError',
    );
    expect(tallyAfter({ ...doneOf(0), outcome: { kind: 'timed-out' } }).lastError).toMatch(/time/);
  });
});

describe('records that were given up', () => {
  const givenUp = { shardId: 'shard', condition: 'RecordAgeExceeded', attempts: 0 } as const;

  it('are done, and named if they were dropped', () => {
    const tally = createTally();

    countGivenUp(tally, { ...givenUp, records: events.slice(0, 2), isDropped: false });
    countGivenUp(tally, { ...givenUp, records: events.slice(2, 4), isDropped: true });

    expect(tally).toMatchObject({ done: 4, dropped: ['shard:3', 'shard:4'], outOfOrder: [] });
  });

  it('are out of order if a later record of their partition key was done before', () => {
    const tally = createTally();
    countGivenUp(tally, { ...givenUp, records: events.slice(1, 2), isDropped: false });

    countGivenUp(tally, { ...givenUp, records: events.slice(0, 1), isDropped: false });

    expect(tally.outOfOrder).toEqual(['shard:1']);
  });
});
