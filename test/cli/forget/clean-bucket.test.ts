import { gzipSync } from 'node:zlib';
import {
  type BucketCounts,
  cleanBucket,
  createBucketCounts,
  passThroughBucket,
} from '../../../cli/forget/clean-bucket';
import type { ExaminedRecord } from '../../../cli/forget/examine-object';
import { createPacedSender } from '../../../cli/shared/paced-sender';
import { aContactRecord } from '../../factories';
import { aKplAggregate } from '../../kpl-aggregate';
import { aClock, aStream, type AStream, never } from '../redrive/fake-services';
import { type ADelivery, aFailureObject, aGivenUp, type AnObject } from '../shared/failure-objects';
import { type AVersionedBucket, aVersionedBucket } from './fake-services';

const contact = (id: string) => JSON.stringify(aContactRecord({ ContactId: id }));
const payloads = (...texts: (string | Buffer)[]): ADelivery[] =>
  texts.map((payload, index) => ({ payload, partitionKey: String(index), sequenceNumber: index + 1 }));
const isTheirs = ({ contactId, original }: ExaminedRecord) =>
  contactId?.startsWith('theirs') ?? Buffer.from(original.data).toString().includes('theirs');

async function clean(
  objects: AnObject[] | AVersionedBucket,
  stream: AStream = aStream(),
): Promise<{ bucket: AVersionedBucket; counts: BucketCounts; sent: string[] }> {
  const bucket = Array.isArray(objects) ? aVersionedBucket(objects) : objects;
  const counts = createBucketCounts();
  const rate = { recordsPerSecond: 1000, bytesPerSecond: 1e6 };
  const send = createPacedSender(rate, stream.putRecords, aClock(), never);
  await cleanBucket({ bucket, isTheirs, send, stopping: never }, counts);
  return { bucket, counts, sent: stream.accepted.map(({ data }) => readId(Buffer.from(data))) };
}

const readId = (data: Buffer) =>
  /"ContactId":"([^"]+)"/.exec(data.toString())?.[1] ?? data.toString('hex', 0, 2);
const keysOf = ({ versions }: AVersionedBucket) => versions.map(({ key }) => key);

it('deletes objects of one contact, under each prefix, and leaves others', async () => {
  const theirs = await aFailureObject({ payload: contact('theirs-1') });
  const others = await aFailureObject({ payload: contact('other'), sequenceNumber: 2 });
  const redriven = { ...theirs, key: `redriven/${theirs.key}` };

  const { bucket, sent } = await clean([theirs, others, redriven]);

  expect(keysOf(bucket)).toEqual([others.key]);
  expect(sent).toEqual([]);
});

it('deletes all versions of an object, the oldest first', async () => {
  const one = await aFailureObject({ payload: contact('theirs-1') });

  const { bucket } = await clean([one, one, one]);

  expect(bucket.removed).toEqual([`${one.key} 2`, `${one.key} 1`, `${one.key} 0`]);
});

it('sends the records of others before it deletes the object, in their order', async () => {
  const batch = aGivenUp(payloads(contact('other-1'), contact('theirs-1'), contact('other-2')));

  const { bucket, sent, counts } = await clean([batch]);

  expect(keysOf(bucket)).toEqual([]);
  expect(sent).toEqual(['other-1', 'other-2']);
  expect(counts).toMatchObject({ theirs: 1, deleted: 1, others: 2 });
});

it('keeps the object when the stream does not accept the records of others', async () => {
  const batch = aGivenUp(payloads(contact('other-1'), contact('theirs-1')));
  const bucket = aVersionedBucket([batch]);

  await expect(
    clean(
      bucket,
      aStream(() => true),
    ),
  ).rejects.toThrow('kinesis:PutRecords failed');

  expect(keysOf(bucket)).toEqual([batch.key]);
});

it('does not send records of old versions, nor of redriven objects', async () => {
  const batch = aGivenUp(payloads(contact('other-1'), contact('theirs-1')));
  const current = { ...batch, body: aGivenUp(payloads(contact('theirs-2'))).body };

  const { bucket, sent } = await clean([current, batch, { ...batch, key: `redriven/${batch.key}` }]);

  expect(keysOf(bucket)).toEqual([]);
  expect(sent).toEqual([]);
});

it('opens packed records when they are nested or in batches', async () => {
  const gzip = gzipSync(`${contact('other-1')}\n${contact('theirs-1')}\n`);
  const aggregate = aKplAggregate([
    { data: gzipSync(`${contact('other-2')}\n`), partitionKey: 'a' },
    { data: contact('theirs-2'), partitionKey: 'b' },
  ]);

  const { bucket, sent } = await clean([
    aGivenUp(payloads(gzip, contact('other-3'))),
    await aFailureObject({ payload: aggregate }, 'quarantined', 'kpl-aggregate'),
  ]);

  expect(keysOf(bucket)).toEqual([]);
  expect(sent.sort()).toEqual(['other-1', 'other-2', 'other-3']);
});

it('deletes a record that cannot be read if it names the contact', async () => {
  const { bucket } = await clean([await aFailureObject({ payload: '{"ContactId":"theirs-1", broken' })]);

  expect(keysOf(bucket)).toEqual([]);
});

it('lists unreadable objects once, and keeps them', async () => {
  const damaged = gzipSync(contact('theirs-1')).subarray(0, 40);
  const objects = [
    { key: 'quarantined/by hand', body: '{}' },
    await aFailureObject({ payload: damaged }, 'quarantined', 'gzip'),
    await aFailureObject({ payload: contact('theirs-1'), sequenceNumber: 7 }),
  ];

  const { bucket, counts } = await clean(objects);

  expect(keysOf(bucket)).toHaveLength(2);
  expect(counts.unreadable.map(({ key, why }) => [key, why])).toEqual([
    ['quarantined/by hand', 'kind is missing or not valid'],
    [objects[1]?.key, 'gzip that is damaged or cut off'],
  ]);
});

it('sends a packed record unopened when it cannot be opened and its object is deleted', async () => {
  const damaged = gzipSync(contact('other')).subarray(0, 40);

  const { bucket, sent } = await clean([aGivenUp(payloads(damaged, contact('theirs-1')))]);

  expect(keysOf(bucket)).toEqual([]);
  expect(sent).toEqual(['1f8b']);
});

it('repeats passes until one finds no object, and fails when each finds one', async () => {
  const one = await aFailureObject({ payload: contact('theirs-1') });
  const bucket = aVersionedBucket([one]);
  const { remove } = bucket;
  let returns = 3;
  bucket.remove = async (version) => {
    const removed = bucket.versions.find(({ versionId }) => versionId === version.versionId);
    await remove(version);
    if (removed && returns-- > 0) bucket.versions.push({ ...removed, versionId: `again ${String(returns)}` });
  };

  await clean(bucket);
  const emptied = keysOf(bucket);
  returns = Infinity;
  bucket.versions.push(...aVersionedBucket([one]).versions);

  expect(emptied).toEqual([]);
  await expect(clean(bucket)).rejects.toThrow('keep appearing in the bucket');
});

it('changes nothing without a sender', async () => {
  const bucket = aVersionedBucket([await aFailureObject({ payload: contact('theirs-1') })]);
  const counts = createBucketCounts();

  await passThroughBucket({ bucket, isTheirs, stopping: never }, counts);

  expect(keysOf(bucket)).toHaveLength(1);
  expect(counts).toMatchObject({ theirs: 1, deleted: 0 });
});
