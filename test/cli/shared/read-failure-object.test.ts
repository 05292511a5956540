import { parseFailureObject } from '../../../cli/shared/read-failure-object';
import { STREAM_ARN } from '../../factories';
import { aGivenUp, aFailureObject, type AnObject } from './failure-objects';

const read = ({ body }: Pick<AnObject, 'body'>) => parseFailureObject(Buffer.from(body));
const changed = ({ body }: AnObject, change: (object: never) => void) => {
  const object = JSON.parse(body) as never;
  change(object);
  return { body: JSON.stringify(object) };
};

it.each([
  ['quarantined', 'not-utf8'],
  ['refused', 'message-refused'],
  ['conflicting', 'same-second-other-content'],
] as const)('reads the original bytes and key when a record is %s', async (kind, reason) => {
  const payload = Buffer.from([0, 255, 10, 13, 128]);
  const delivery = { payload, partitionKey: 'ключ 🔑', sequenceNumber: 7, shard: 3, arrival: 12.5 };
  expect(read(await aFailureObject(delivery, kind, reason))).toEqual({
    kind: 'readable',
    content: {
      ...{ kind, reason, streamArn: STREAM_ARN, shardId: 'shardId-000000000003' },
      records: [{ partitionKey: 'ключ 🔑', data: payload, sequenceNumber: '7', arrival: 12.5 }],
    },
  });
});

it('reads an empty record', async () => {
  expect(read(await aFailureObject({ payload: '' }))).toMatchObject({
    content: { records: [{ data: Buffer.alloc(0) }] },
  });
});

it('reads all records of a batch in their order when the mapping gave it up', () => {
  const deliveries = Array.from({ length: 5000 }, (_, i) => ({
    payload: `${i} ${'x'.repeat(800)}`,
    sequenceNumber: i + 1,
  }));
  const object = read(aGivenUp(deliveries));
  expect(object).toMatchObject({
    kind: 'readable',
    content: { kind: 'given-up', reason: 'RecordAgeExceeded', streamArn: STREAM_ARN },
  });
  const records = object.kind === 'readable' ? object.content.records : [];
  expect(records.map(({ data }) => Buffer.from(data).toString())).toEqual(
    deliveries.map(({ payload }) => payload),
  );
});

describe('reports the name of a wrong field, and never a value', () => {
  const CANARY = '+12065550199';
  const given = aGivenUp([{ payload: CANARY, partitionKey: CANARY }]);
  type GivenUp = Record<'payload', string | undefined> & { KinesisBatchInfo: Record<string, unknown> };

  it.each<[string, () => Pick<AnObject, 'body'> | Promise<Pick<AnObject, 'body'>>, string]>([
    ['nothing', () => ({ body: '' }), 'not a JSON object'],
    ['half an object', () => ({ body: given.body.slice(0, -9) }), 'not a JSON object'],
    ['another JSON', () => ({ body: `"${CANARY}"` }), 'not a JSON object'],
    [
      'an object of another program',
      () => ({ body: `{"${CANARY}":"${CANARY}"}` }),
      'kind is missing or not valid',
    ],
    [
      'a metadata-only object',
      () =>
        changed(given, (object: GivenUp) => {
          delete object.payload;
        }),
      'payload is missing or not valid',
    ],
    [
      'half a payload',
      () =>
        changed(given, (object: GivenUp) => {
          object.payload = object.payload?.slice(0, -3);
        }),
      'payload is missing or not valid',
    ],
    [
      'a payload without records',
      () =>
        changed(given, (object: GivenUp) => {
          object.payload = '{"Records":[]}';
        }),
      'payload.Records.0 is missing or not valid',
    ],
    [
      'no stream',
      () =>
        changed(given, (object: GivenUp) => {
          object.KinesisBatchInfo.streamArn = CANARY;
        }),
      'KinesisBatchInfo.streamArn is missing or not valid',
    ],
    [
      'bytes that are not base64',
      async () =>
        changed(await aFailureObject(), (object: { data: string }) => {
          object.data = `!${CANARY}`;
        }),
      'data is missing or not valid',
    ],
    ['an empty key', () => aFailureObject({ partitionKey: '' }), 'partitionKey is missing or not valid'],
    [
      'a key that is too long',
      () => aFailureObject({ partitionKey: 'x'.repeat(257) }),
      'partitionKey is missing or not valid',
    ],
    [
      'a key that no UTF-8 can hold',
      () => aFailureObject({ partitionKey: '\ud83d' }),
      'partitionKey is missing or not valid',
    ],
    [
      'a reason that is not one of ours',
      async () =>
        changed(await aFailureObject(), (object: { reason: string }) => {
          object.reason = CANARY;
        }),
      'reason is missing or not valid',
    ],
    [
      'a record that no stream takes',
      () => aFailureObject({ payload: 'x'.repeat(1024 * 1024 - 2), partitionKey: 'key' }),
      'a record is larger than 1 MiB, the default limit of a stream',
    ],
  ])('%s', async (_what, object, why) => {
    expect(read(await object())).toEqual({ kind: 'unreadable', why });
  });

  it('reports the index of a wrong record in a batch', () => {
    const object = aGivenUp([{}, { partitionKey: '' }]);
    expect(read(object)).toEqual({
      kind: 'unreadable',
      why: 'payload.Records.1.kinesis.partitionKey is missing or not valid',
    });
  });

  it('reports an object when it is not UTF-8', () => {
    expect(parseFailureObject(Buffer.from([0x7b, 0xff, 0x7d]))).toEqual({
      kind: 'unreadable',
      why: 'not a JSON object',
    });
  });
});

it('reads an object when it begins with a byte order mark', async () => {
  const { body } = await aFailureObject({ payload: 'x' });

  expect(parseFailureObject(Buffer.from(`\ufeff${Buffer.from(body).toString()}`))).toMatchObject({
    kind: 'readable',
  });
});

it('reads a record of the largest size', async () => {
  const object = await aFailureObject({ payload: 'x'.repeat(1024 * 1024 - 3), partitionKey: 'key' });
  expect(read(object)).toMatchObject({ kind: 'readable' });
});
