import fc from 'fast-check';
import { createPacedSender, type WaitingRecord as AnyWaitingRecord } from '../../../cli/shared/paced-sender';
import type { OriginalRecord } from '../../../cli/shared/read-failure-object';
import { ServiceError } from '../../../cli/shared/service-error';
import { aClock, aStream, never } from '../redrive/fake-services';

type WaitingRecord = AnyWaitingRecord & OriginalRecord;

const RATE = { recordsPerSecond: 500, bytesPerSecond: 500_000 };

const records = (count: number, keyOf: (i: number) => string, size = 10): WaitingRecord[] =>
  Array.from({ length: count }, (_, i) => ({
    ...{
      partitionKey: keyOf(i),
      data: Buffer.alloc(size),
      sequenceNumber: String(i),
      arrival: i,
      stream: 's',
    },
  }));

const numbers = (accepted: { sequenceNumber: string }[]) =>
  accepted.map(({ sequenceNumber }) => Number(sequenceNumber));

/** Sends all records to a stream with simulated time; resolves to the stream, and the time that it took. */
async function send(
  all: WaitingRecord[],
  {
    refuses = () => false,
    rate = RATE,
  }: { refuses?: Parameters<typeof aStream>[0]; rate?: typeof RATE } = {},
) {
  const clock = aClock();
  const stream = aStream(refuses, undefined, clock);
  const reported: WaitingRecord[] = [];
  await createPacedSender(rate, stream.putRecords, clock, never)(all, (record) => reported.push(record));
  return { ...stream, reported, seconds: clock.now() / 1000 };
}

it('sends each record once, and reports each to the caller', async () => {
  const { accepted, reported } = await send(records(250, String));
  expect(numbers(accepted)).toEqual(Array.from({ length: 250 }, (_, i) => i));
  expect(new Set(numbers(reported)).size).toBe(250);
});

it('puts at most one record of a key into a request: Kinesis might accept the second and refuse the first', async () => {
  const { requests } = await send(records(100, (i) => `key ${i % 7}`));
  for (const { records } of requests) {
    expect(new Set(records.map(({ partitionKey }) => partitionKey)).size).toBe(records.length);
  }
});

it('sends all records when they have one key', async () => {
  const { accepted } = await send(records(50, () => 'k'));
  expect(numbers(accepted)).toEqual(Array.from({ length: 50 }, (_, i) => i));
});

it('sends each record once and in the order of its key with any refusals', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.integer({ min: 0, max: 6 }), { maxLength: 80 }),
      fc.infiniteStream(fc.boolean()),
      async (keys, refusals) => {
        // Every third request is accepted as a whole, because this test is about order and not about giving up.
        const refuses = (_: unknown, request: number) => request % 3 !== 0 && refusals.next().value === true;
        const { accepted } = await send(
          records(keys.length, (i) => `key ${keys[i] ?? ''}`),
          { refuses },
        );
        expect(accepted).toHaveLength(keys.length);
        for (const key of new Set(keys)) {
          const ofKey = numbers(accepted.filter(({ partitionKey }) => partitionKey === `key ${key}`));
          expect(ofKey).toEqual([...ofKey].sort((a, b) => a - b));
        }
      },
    ),
    { numRuns: 300 },
  );
});

it('retries only refused records', async () => {
  const { requests } = await send(records(3, String), {
    refuses: ({ sequenceNumber }, request) => request === 1 && sequenceNumber !== '1',
  });
  expect(requests.map(({ records }) => numbers(records))).toEqual([
    [0, 1, 2],
    [0, 2],
  ]);
});

it('fails after ten attempts within two minutes when the stream accepts no record', async () => {
  const clock = aClock();
  const stream = aStream(() => true, undefined, clock);
  const put = createPacedSender(RATE, stream.putRecords, clock, never);
  await expect(put(records(3, String), () => undefined)).rejects.toThrow(
    new ServiceError('kinesis:PutRecords', 'ProvisionedThroughputExceededException, 10 times in a row'),
  );
  expect(stream.requests).toHaveLength(10);
  expect(clock.now()).toBeLessThan(120_000);
});

it('continues when the stream accepts a few records each time', async () => {
  const { accepted } = await send(records(40, String), {
    refuses: ({ sequenceNumber }, request) => Number(sequenceNumber) !== request - 1,
  });
  expect(accepted).toHaveLength(40);
});

describe('the rate', () => {
  const mostInASecond = (requests: { at: number; records: unknown[] }[]) =>
    Math.max(
      ...requests.map(({ at }) =>
        requests
          .filter((other) => other.at >= at && other.at < at + 1000)
          .reduce((sum, { records }) => sum + records.length, 0),
      ),
    );

  it('limits the records in every second', async () => {
    const { requests, seconds } = await send(records(2000, String));
    expect(mostInASecond(requests)).toBeLessThanOrEqual(500);
    expect(seconds).toBeGreaterThan(3.5);
    expect(seconds).toBeLessThan(4.5);
  });

  it('limits the bytes in every second', async () => {
    const { requests, seconds } = await send(records(100, String, 50_000));
    expect(mostInASecond(requests)).toBeLessThanOrEqual(10);
    expect(seconds).toBeGreaterThan(9);
    expect(seconds).toBeLessThan(11);
  });

  it('limits the records of several calls and retries together, except for one request', async () => {
    const clock = aClock();
    const stream = aStream(
      ({ sequenceNumber }, request) => request % 2 === 0 && sequenceNumber === '0',
      undefined,
      clock,
    );
    const put = createPacedSender({ ...RATE, recordsPerSecond: 10 }, stream.putRecords, clock, never);
    for (let i = 0; i < 10; i++) await put(records(2, String), () => undefined);
    expect(mostInASecond(stream.requests)).toBeLessThanOrEqual(10 + 2);
    expect(clock.now()).toBeGreaterThan(2_000);
  });

  it('sends a record alone when it is larger than the share of a request', async () => {
    const { requests } = await send(records(3, String, 900_000));
    expect(requests.map(({ records }) => records.length)).toEqual([1, 1, 1]);
  });

  it.each([1, 3, 100_000])(
    'can be %i records a second, never more than Kinesis takes in one request',
    async (recordsPerSecond) => {
      const { accepted, requests } = await send(records(700, String), {
        rate: { ...RATE, recordsPerSecond },
      });
      expect(accepted).toHaveLength(700);
      expect(Math.max(...requests.map(({ records }) => records.length))).toBeLessThanOrEqual(500);
    },
  );
});

it('sends records of several streams in separate requests', async () => {
  const [one, two] = [
    records(3, String),
    records(3, String).map((record) => ({ ...record, stream: 'other' })),
  ];
  const { accepted } = await send([one, two].flat());
  expect(accepted.map(({ stream }) => stream).sort()).toEqual(['other', 'other', 'other', 's', 's', 's']);
});

it('stops after the current request', async () => {
  const [clock, stopping] = [aClock(), new AbortController()];
  const stream = aStream(
    () => false,
    (step) => {
      if (step === 'before put') stopping.abort();
    },
    clock,
  );
  const reported: WaitingRecord[] = [];
  await createPacedSender(
    RATE,
    stream.putRecords,
    clock,
    stopping.signal,
  )(records(300, String), (record) => reported.push(record));
  expect(stream.requests).toHaveLength(1);
  expect(reported).toHaveLength(100);
});
