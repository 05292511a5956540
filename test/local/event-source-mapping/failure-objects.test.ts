import type { FailureObject } from '../../../local/event-source-mapping/types';
import type { KinesisEvent } from '../../../local/event-source-mapping/kinesis-event';
import { aMapping, lengths, naming, records, SHARD, START, SUCCESS, THROWN, upTo } from './a-mapping';

const UUID = '[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}';

interface Body {
  requestContext: Record<string, unknown>;
  responseContext?: Record<string, unknown>;
  KinesisBatchInfo: Record<string, unknown>;
  timestamp: string;
  payload: string;
}
const bodyOf = (object: FailureObject | undefined) => JSON.parse(object?.body ?? '{}') as Body;

const retriedTwice = { maximumRetryAttempts: 2 };
const tooOld = {
  shards: { [SHARD]: records([1], { arrival: new Date(0) }) },
  settings: { maximumRecordAgeSeconds: 60 },
};

it("rows 59, 62, 64, 65, 68: the body has exactly Lambda's fields, in Lambda's order", async () => {
  const { objects, finished } = aMapping({
    shards: {
      [SHARD]: [
        ...records([1], { arrival: new Date('2026-11-24T10:20:30.987Z') }),
        ...records([2], { arrival: new Date('2026-11-24T10:20:31.000Z') }),
      ],
    },
    settings: { maximumRetryAttempts: 0 },
    handle: () => THROWN,
  });

  await finished();

  const { requestId } = bodyOf(objects[0]).requestContext;
  expect(requestId).toMatch(new RegExp(`^${UUID}$`));
  const payload = bodyOf(objects[0]).payload;
  expect(objects[0]?.body).toBe(
    `{"requestContext":{"requestId":"${String(requestId)}",` +
      '"functionArn":"arn:aws:lambda:us-east-1:000000000000:function:f",' +
      '"condition":"RetryAttemptsExhausted","approximateInvokeCount":1},' +
      '"responseContext":{"statusCode":200,"executedVersion":"$LATEST","functionError":"Unhandled"},' +
      '"version":"1.0","timestamp":"2026-11-24T10:20:30.456Z",' +
      `"KinesisBatchInfo":{"shardId":"${SHARD}","startSequenceNumber":"1","endSequenceNumber":"2",` +
      '"approximateArrivalOfFirstRecord":"2026-11-24T10:20:30.987Z",' +
      '"approximateArrivalOfLastRecord":"2026-11-24T10:20:31.000Z","batchSize":2,"streamArn":"arn:stream"},' +
      `"payload":${JSON.stringify(payload)}}`,
  );
});

it('rows 22, 68: the payload is the whole event, as text', async () => {
  const { objects, events, finished } = aMapping({ settings: retriedTwice, handle: () => THROWN });

  await finished();

  const { payload } = bodyOf(objects[0]);
  expect(payload).toBe(JSON.stringify(events.at(-1)));
  expect(Object.keys(JSON.parse(payload) as KinesisEvent)).toEqual(['Records']);
});

it("row 69: the key says mapping, shard and the body's time, and is an object's own", async () => {
  const { objects, finished } = aMapping({
    settings: { batchSize: 5, maximumRetryAttempts: 1 },
    handle: () => THROWN,
  });

  await finished();

  expect(objects).toHaveLength(2);
  for (const { key, body } of objects) {
    const { timestamp } = JSON.parse(body) as Body;
    expect(timestamp).not.toBe(START.toISOString());
    const second = timestamp.slice(0, 19).replaceAll(':', '.');
    expect(key).toMatch(new RegExp(`^aws/lambda/the-mapping/${SHARD}/2026/11/24/${second}-${UUID}$`));
  }
  expect(new Set(objects.map(({ key }) => key)).size).toBe(2);
});

it.each([0, 1, 2, 3])('rows 46, 47: %i retries make one try more, and the object says so', async (limit) => {
  const { objects, batches, finished } = aMapping({
    settings: { maximumRetryAttempts: limit },
    handle: () => THROWN,
  });

  await finished();

  expect(batches).toHaveLength(limit + 1);
  expect(objects.map((object) => bodyOf(object).requestContext.approximateInvokeCount)).toEqual([limit + 1]);
});

it('rows 41, 63: a function that throws is an unhandled error', async () => {
  const { objects, finished } = aMapping({ settings: retriedTwice, handle: () => THROWN });

  await finished();

  expect(bodyOf(objects[0]).responseContext?.functionError).toBe('Unhandled');
});

it('a function that times out is an unhandled error', async () => {
  const { objects, finished } = aMapping({ settings: retriedTwice, handle: () => ({ kind: 'timed-out' }) });

  await finished();

  expect(bodyOf(objects[0]).responseContext?.functionError).toBe('Unhandled');
});

it.each([
  ['names a record', naming('1')],
  ['names no record of the batch', naming(null)],
])(
  'rows 49, 63: a function that %s has no error: null, and the rest of the object is the same',
  async (_, outcome) => {
    const { objects, finished } = aMapping({ settings: retriedTwice, handle: () => outcome });

    await finished();

    expect(bodyOf(objects[0])).toMatchObject({
      requestContext: { condition: 'RetryAttemptsExhausted', approximateInvokeCount: 3 },
      responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: null },
    });
  },
);

it('rows 48, 65: it contains only records that are not done, and their number of tries', async () => {
  const { objects, finished } = aMapping({
    shards: { [SHARD]: records(upTo(6)) },
    settings: { maximumRetryAttempts: 3, batchSize: 3 },
    handle: (batch) => (batch.includes('6') ? naming('6') : SUCCESS),
  });

  await finished();

  expect(objects).toHaveLength(1);
  const { requestContext, KinesisBatchInfo, payload } = bodyOf(objects[0]);
  expect(requestContext.approximateInvokeCount).toBe(4);
  expect(KinesisBatchInfo).toMatchObject({ startSequenceNumber: '6', endSequenceNumber: '6', batchSize: 1 });
  expect((JSON.parse(payload) as KinesisEvent).Records.map(({ kinesis }) => kinesis.sequenceNumber)).toEqual([
    '6',
  ]);
});

it('rows 57, 65: it contains only records that are too old', async () => {
  const { objects, finished } = aMapping({
    ...tooOld,
    shards: { [SHARD]: [...records([1], { arrival: new Date(0) }), ...records([2, 3])] },
  });

  await finished();

  expect(objects.map((object) => bodyOf(object).KinesisBatchInfo)).toMatchObject([
    { startSequenceNumber: '1', endSequenceNumber: '1', batchSize: 1 },
  ]);
});

it('rows 59, 60, 70: it has no response and one try for records that got too old before they were sent', async () => {
  const { objects, finished } = aMapping(tooOld);

  await finished();

  const body = bodyOf(objects[0]);
  expect(body).not.toHaveProperty('responseContext');
  expect(Object.keys(body.requestContext)).toEqual([
    'requestId',
    'functionArn',
    'condition',
    'approximateInvokeCount',
  ]);
  expect(body.requestContext).toMatchObject({ condition: 'RecordAgeExceeded', approximateInvokeCount: 1 });
});

it('rows 58, 59, 60: it has no response, but the number of tries, for records that got too old while they were retried', async () => {
  const { objects, batches, finished } = aMapping({
    settings: { maximumRecordAgeSeconds: 60 },
    handle: () => THROWN,
  });

  await finished();

  const body = bodyOf(objects[0]);
  expect(objects).toHaveLength(1);
  expect(body).not.toHaveProperty('responseContext');
  expect(body.requestContext).toMatchObject({
    condition: 'RecordAgeExceeded',
    approximateInvokeCount: batches.length,
  });
});

it('row 69: there is one for each batch that is given up, parts of a split batch included', async () => {
  const { objects, finished } = aMapping({
    shards: { [SHARD]: records([1, 2, 3, 4]) },
    settings: { maximumRetryAttempts: 0, bisectBatchOnFunctionError: true },
    handle: (batch) => (batch.includes('1') || batch.includes('4') ? THROWN : SUCCESS),
  });

  await finished();

  expect(objects.map((object) => bodyOf(object).KinesisBatchInfo.startSequenceNumber)).toEqual(['1', '4']);
});

describe('records whose failure object cannot be written', () => {
  it('row 78: are dropped after one try, and the shard continues', async () => {
    let tries = 0;
    const { batches, finished, objects, mapping, givenUp } = aMapping({
      settings: { maximumRetryAttempts: 0, batchSize: 5 },
      handle: (batch) => (batch.includes('1') ? THROWN : SUCCESS),
      destination: () => {
        tries += 1;
        throw new Error('access denied');
      },
    });

    await finished();

    expect([tries, objects]).toEqual([1, []]);
    expect(
      givenUp.map(({ isDropped, records: all }) => [isDropped, all.map(({ eventID }) => eventID)]),
    ).toEqual([[true, upTo(5).map((number) => `${SHARD}:${number}`)]]);
    expect(lengths(batches)).toEqual([5, 5]);
    expect(mapping.checkpoint(SHARD)).toBe('10');
  });

  it('row 78: are dropped, but not those before and after them', async () => {
    let puts = 0;
    const { objects, finished, givenUp } = aMapping({
      shards: { [SHARD]: records([1, 2, 3]) },
      settings: { maximumRetryAttempts: 0, batchSize: 1 },
      handle: () => THROWN,
      destination: () => {
        if (++puts === 2) throw new Error('slow down');
      },
    });

    await finished();

    expect(objects.map((object) => bodyOf(object).KinesisBatchInfo.startSequenceNumber)).toEqual(['1', '3']);
    expect(givenUp.map(({ isDropped }) => isDropped)).toEqual([false, true, false]);
  });
});

it('row 78: without a destination, records that are given up are dropped, and reported', async () => {
  const { objects, givenUp, mapping, finished } = aMapping({ ...tooOld, destination: 'none' });

  await finished();

  expect(objects).toEqual([]);
  expect(givenUp).toMatchObject([{ isDropped: true }]);
  expect(mapping.checkpoint(SHARD)).toBe('1');
});
