import { gzipSync } from 'node:zlib';
import type { OriginalRecord } from '../../../cli/shared/read-failure-object';
import { createPacedSender } from '../../../cli/shared/paced-sender';
import { createRedriveCounts, redriveObjects } from '../../../cli/redrive/redrive-objects';
import { ServiceError } from '../../../cli/shared/service-error';
import { listFailures } from '../../../cli/redrive/list-failures';
import { STREAM_ARN } from '../../factories';
import { aKplAggregate } from '../../kpl-aggregate';
import { type ADelivery, aGivenUp, aFailureObject, type AnObject } from '../shared/failure-objects';
import { type ABucket, aBucket, aClock, type AStream, aStream, never } from './fake-services';

const RATE = { recordsPerSecond: 500, bytesPerSecond: 500_000 };
const ALL = { prefix: '' };

/** Runs once: lists, sends and moves. */
async function run(
  bucket: ABucket,
  { putRecords }: AStream,
  {
    stopping = never,
    stream,
    filter = ALL,
  }: { stopping?: AbortSignal; stream?: string; filter?: typeof ALL } = {},
) {
  const { entries } = await listFailures(bucket, filter, stopping);
  const send = createPacedSender(RATE, putRecords, aClock(), stopping);
  const done = createRedriveCounts();
  await redriveObjects(entries, stream, { bucket, send, stopping }, done);
  return done;
}

const payloads = (records: OriginalRecord[]) => records.map(({ data }) => Buffer.from(data).toString());
const keys = (bucket: ABucket) => [...bucket.objects.keys()].sort();
const redriven = (objects: AnObject[]) => objects.map(({ key }) => `redriven/${key}`).sort();

/** Of two keys in turn: objects of the function, one of them packed, and a batch of the mapping's, not in the order of their keys. */
async function someObjects(): Promise<AnObject[]> {
  const delivery = (i: number): ADelivery => ({
    payload: `payload ${i}`,
    partitionKey: `key ${i % 2}`,
    sequenceNumber: i,
    arrival: i,
  });
  return [
    await aFailureObject(delivery(20)),
    await aFailureObject(delivery(3)),
    await aFailureObject(delivery(1), 'refused', 'message-refused'),
    aGivenUp([4, 5, 6, 7, 8, 9].map(delivery)),
    await aPackedObject([30, 31, 32].map(delivery)),
  ];
}

/** An aggregate that the function quarantined, with the sequence number of its first record. */
const aPackedObject = (deliveries: ADelivery[]) =>
  aFailureObject(
    {
      ...deliveries[0],
      payload: aKplAggregate(deliveries.map(({ payload = '', ...one }) => ({ ...one, data: payload }))),
    },
    'quarantined',
    'kpl-aggregate',
  );
const IN_ORDER = [1, 3, 4, 5, 6, 7, 8, 9, 20, 30, 31, 32].map((i) => `payload ${i}`);
const keyOf = (payload: string) => Number(payload.slice('payload '.length)) % 2;

it('redrives all records, oldest first, and moves the objects unchanged', async () => {
  const objects = await someObjects();
  const [bucket, stream] = [aBucket(objects), aStream()];

  expect(await run(bucket, stream)).toEqual({ records: 12, moved: 5, gone: 0, skipped: [] });

  for (const key of [0, 1]) {
    const isOfKey = (payload: string) => keyOf(payload) === key;
    expect(payloads(stream.accepted).filter(isOfKey)).toEqual(IN_ORDER.filter(isOfKey));
  }
  expect(keys(bucket)).toEqual(redriven(objects));
  for (const { key, body } of objects)
    expect(bucket.objects.get(`redriven/${key}`)?.body.toString()).toBe(body);
  expect(stream.accepted.every((record) => record.stream === STREAM_ARN)).toBe(true);
});

it('does not move a packed object when it cannot be opened, and redrives the others', async () => {
  const broken = await aFailureObject({ payload: Buffer.of(0x1f, 0x8b) }, 'quarantined', 'gzip');
  const whole = await aFailureObject({ payload: gzipSync('{}'), sequenceNumber: 2 }, 'quarantined', 'gzip');
  const [bucket, stream] = [aBucket([broken, whole]), aStream()];

  const done = await run(bucket, stream);

  const skipped = [{ key: broken.key, why: 'gzip that is damaged or cut off' }];
  expect(done).toEqual({ records: 1, moved: 1, gone: 0, skipped });
  expect(payloads(stream.accepted)).toEqual(['{}']);
  expect(keys(bucket)).toEqual([broken.key, `redriven/${whole.key}`]);
});

it('opens one packed object at a time when they are large', async () => {
  const objects = await Promise.all(
    [1, 2].map((sequenceNumber) =>
      aFailureObject({ payload: Buffer.alloc(300_000), sequenceNumber }, 'quarantined', 'gzip'),
    ),
  );
  const { entries } = await listFailures(aBucket(objects), ALL, never);
  const [bucket, stream] = [aBucket(objects), aStream()];
  const send = createPacedSender(RATE, stream.putRecords, aClock(), never);

  await redriveObjects(entries, undefined, { bucket, send, stopping: never }, createRedriveCounts());

  expect(bucket.mostRead()).toBe(1);
});

it('finds no object in a second run', async () => {
  const [bucket, stream] = [aBucket(await someObjects()), aStream()];
  await run(bucket, stream);
  expect(await run(bucket, stream)).toEqual(createRedriveCounts());
  expect(stream.accepted).toHaveLength(12);
});

it('sends the records to another stream when the option names it', async () => {
  const [bucket, stream] = [aBucket(await someObjects()), aStream()];
  await run(bucket, stream, { stream: 'new-stream' });
  expect(new Set(stream.accepted.map(({ stream }) => stream))).toEqual(new Set(['new-stream']));
});

class Killed extends Error {}

describe('a killed run that is repeated misses no record, leaves no object, and keeps the order of each key', () => {
  /** Runs until the n-th step of any service. After it, all steps fail. */
  async function killedAt(step: number, objects: AnObject[]) {
    let steps = 0;
    const die = () => {
      steps += 1;
      if (steps >= step) throw new Killed();
    };
    let isOver = false;
    const onStep = () => {
      if (!isOver) die();
    };
    const bucket = aBucket(objects, onStep);
    // The second record of a key in a batch is refused at first, so that there are partial failures too.
    const refuses = ({ sequenceNumber }: OriginalRecord, request: number) =>
      sequenceNumber === '6' && request % 2 === 1;
    const stream = aStream(refuses, onStep);
    const wasKilled = await run(bucket, stream).then(
      () => false,
      (error: unknown) => error instanceof Killed,
    );
    // Waits until the killed run has ended. Each of its steps fails.
    await new Promise((resolve) => setImmediate(resolve));
    isOver = true;
    return { bucket, stream, wasKilled };
  }

  it('at every step there is', async () => {
    const objects = await someObjects();
    let step = 1;
    let killedInBetween = 0;
    for (; ; step += 1) {
      const { bucket, stream, wasKilled } = await killedAt(step, objects);
      if (!wasKilled) break;
      // Copied and not deleted, or redriven and not copied.
      if (stream.accepted.length > 0 && keys(bucket).some((key) => !key.startsWith('redriven/')))
        killedInBetween += 1;

      await run(bucket, stream);

      expect(keys(bucket)).toEqual(redriven(objects));
      const firsts = [...new Set(payloads(stream.accepted))];
      expect([...firsts].sort()).toEqual([...IN_ORDER].sort());
      for (const key of [0, 1]) {
        expect(firsts.filter((payload) => keyOf(payload) === key)).toEqual(
          IN_ORDER.filter((payload) => keyOf(payload) === key),
        );
      }
    }
    expect(step).toBeGreaterThan(30);
    expect(killedInBetween).toBeGreaterThan(10);
  });
});

it('moves complete objects when the stream refuses the rest', async () => {
  const objects = await someObjects();
  const bucket = aBucket(objects);
  const stream = aStream(({ sequenceNumber }) => sequenceNumber === '8');
  await expect(run(bucket, stream)).rejects.toThrow(ServiceError);
  // The batch has the refused record. The records 20, 30 and 32 have the same key, and wait for it.
  expect(keys(bucket).filter((key) => !key.startsWith('redriven/'))).toEqual(
    [objects[0]?.key, objects[3]?.key, objects[4]?.key].sort(),
  );
});

it('moves complete objects, and starts no others, when Ctrl-C comes', async () => {
  const [stopping, bucket] = [new AbortController(), aBucket(await someObjects())];
  const stream = aStream(undefined, (step) => {
    if (step === 'before put') stopping.abort();
  });
  const done = await run(bucket, stream, { stopping: stopping.signal });
  expect(stream.requests).toHaveLength(1);
  // One record of each key: an object of its own, and the first of a batch, which is redriven again as a whole.
  expect(done).toMatchObject({ records: 2, moved: 1 });
});

describe('an object that', () => {
  /** Changes the bucket when the stream has just accepted the first records. */
  async function whilePutBack(change: (bucket: ABucket, key: string) => void) {
    const objects = await someObjects();
    const [bucket, key] = [aBucket(objects), objects[1]?.key ?? ''];
    const stream = aStream(undefined, (step) => {
      if (step === 'after put' && stream.requests.length === 1) change(bucket, key);
    });
    return { done: await run(bucket, stream), bucket, key };
  }

  it('another run moved before is skipped', async () => {
    const objects = await someObjects();
    const [bucket, stream] = [aBucket(objects), aStream()];
    const { entries } = await listFailures(bucket, ALL, never);
    bucket.objects.delete(objects[1]?.key ?? '');
    const done = createRedriveCounts();
    const send = createPacedSender(RATE, stream.putRecords, aClock(), never);
    await redriveObjects(entries, undefined, { bucket, send, stopping: never }, done);
    expect(done).toEqual({ records: 11, moved: 4, gone: 1, skipped: [] });
  });

  it('another run moves at the same time is not a failure', async () => {
    const { done } = await whilePutBack((bucket, key) => bucket.objects.delete(key));
    expect(done).toEqual({ records: 12, moved: 4, gone: 1, skipped: [] });
  });

  it('changes during the run is not moved, because its new content was not redriven', async () => {
    const { done, bucket, key } = await whilePutBack((bucket, key) =>
      bucket.objects.set(key, { body: Buffer.from('new'), failedAt: 0 }),
    );
    expect(done).toMatchObject({
      moved: 4,
      skipped: [{ key, why: 'changed while it was redriven: check it, and run the command again' }],
    });
    expect(bucket.objects.get(key)?.body.toString()).toBe('new');
  });
});

it('ends when it may not move an object, because each further run would redrive all again', async () => {
  const objects = await someObjects();
  const bucket = aBucket(objects);
  const denied = {
    ...bucket,
    remove: () => Promise.reject(new ServiceError('s3:DeleteObject', 'AccessDenied')),
  };
  await expect(run(denied, aStream())).rejects.toThrow('s3:DeleteObject failed (AccessDenied)');
});

it('reads at most one portion into memory when there are many objects', async () => {
  const objects = await Promise.all(
    Array.from({ length: 3000 }, (_, i) => aFailureObject({ sequenceNumber: i, partitionKey: String(i) })),
  );
  const [bucket, stream] = [aBucket(objects, undefined, 1000), aStream()];
  expect(await run(bucket, stream)).toMatchObject({ records: 3000, moved: 3000 });
  expect(bucket.mostRead()).toBeLessThanOrEqual(50);
});
