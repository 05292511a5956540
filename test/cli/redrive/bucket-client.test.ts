/** Tests how answers of Kinesis and S3 are handled, including answers that the emulators do not give. */
import { Readable } from 'node:stream';
import type { KinesisClient } from '@aws-sdk/client-kinesis';
import type { S3Client } from '@aws-sdk/client-s3';
import { createFailureBucket } from '../../../cli/redrive/bucket-client';
import { ServiceError } from '../../../cli/shared/service-error';
import { createPutRecords } from '../../../cli/shared/stream';
import { never } from './fake-services';

const CANARY = '+12065550199';
const anError = (name: string, httpStatusCode?: number) =>
  Object.assign(new Error(`quotes ${CANARY}`), {
    name,
    ...(httpStatusCode && { $metadata: { httpStatusCode } }),
  });

describe('a stream', () => {
  const RECORDS = [1, 2].map((i) => ({
    partitionKey: 'k',
    data: Buffer.of(i),
    sequenceNumber: `${i}`,
    arrival: 0,
  }));
  const put = (send: () => Promise<unknown>, stream = 'a-stream') =>
    createPutRecords({ send } as unknown as KinesisClient)(stream, RECORDS);

  it('has accepted only records with a sequence number', async () => {
    const Records = [{ SequenceNumber: '7' }, { ErrorCode: 'InternalFailure' }];
    expect(await put(() => Promise.resolve({ Records }))).toEqual([undefined, 'InternalFailure']);
    expect(await put(() => Promise.resolve({ Records: Records.slice(0, 1) }))).toEqual([
      undefined,
      'no answer',
    ]);
    expect(await put(() => Promise.resolve({}))).toEqual(['no answer', 'no answer']);
  });

  it.each([
    ['ProvisionedThroughputExceededException', 400],
    ['LimitExceededException', 400],
    ['KMSThrottlingException', 400],
    ['InternalFailure', 500],
    ['ServiceUnavailable', 503],
    ['TimeoutError', undefined],
    ['SyntaxError', undefined],
  ])('is retried when it answers %s', async (name, status) => {
    expect(await put(() => Promise.reject(anError(name, status)))).toEqual([name, name]);
  });

  it.each([
    'AccessDeniedException',
    'ResourceNotFoundException',
    'ValidationException',
    'ExpiredTokenException',
  ])('is not retried when it answers %s, and only the name is reported', async (name) => {
    await expect(put(() => Promise.reject(anError(name, 400)))).rejects.toThrow(
      new ServiceError('kinesis:PutRecords', name),
    );
  });

  it.each([
    ['a-stream', { StreamName: 'a-stream' }],
    ['arn:aws:kinesis:x:111122223333:stream/s', { StreamARN: 'arn:aws:kinesis:x:111122223333:stream/s' }],
  ])('is named as %s', async (stream, named) => {
    const sent: unknown[] = [];
    await put(
      ((command: { input: unknown }) => Promise.resolve({ sent: sent.push(command.input) })) as never,
      stream,
    );
    const Records = RECORDS.map(({ data }) => ({ Data: data, PartitionKey: 'k' }));
    expect(sent).toEqual([{ ...named, Records }]);
  });
});

describe('the bucket', () => {
  const bucket = (send: (command: { input: unknown }) => Promise<unknown>) =>
    createFailureBucket({ send } as unknown as S3Client, 'failures', never);
  const failing = (name: string, status?: number) => bucket(() => Promise.reject(anError(name, status)));

  it('distinguishes a missing and an unreadable object from a failure of S3', async () => {
    expect(await failing('NoSuchKey', 404).read('k')).toEqual({ kind: 'gone' });
    expect(await failing('AccessDenied', 403).read('k')).toEqual({ kind: 'unreadable', why: 'AccessDenied' });
    expect(await failing('InvalidObjectState', 403).read('k')).toMatchObject({ kind: 'unreadable' });
  });

  it.each([
    ['SlowDown', 503],
    ['TimeoutError', undefined],
    ['ExpiredToken', 400],
    ['InvalidAccessKeyId', 403],
    ['RequestTimeTooSkewed', 403],
  ])('fails for all objects when S3 answers %s', async (name, status) => {
    await expect(failing(name, status).read('k')).rejects.toThrow(new ServiceError('s3:GetObject', name));
  });

  it('fails when the bytes of an object break off', async () => {
    const half = Readable.from(
      (async function* () {
        yield await Promise.resolve(Buffer.from('{"kind":'));
        throw anError('ECONNRESET');
      })(),
    );
    const Body = Object.assign(half, {
      transformToByteArray: async () => Buffer.concat(await half.toArray()),
    });
    await expect(bucket(() => Promise.resolve({ Body })).read('k')).rejects.toThrow(
      new ServiceError('s3:GetObject', 'ECONNRESET'),
    );
  });

  it('copies the bytes with this ETag, with any characters in the key', async () => {
    const inputs: unknown[] = [];
    const { copy } = bucket(({ input }) => Promise.resolve(inputs.push(input)));
    expect(await copy('a/b c+d é%', 'redriven/a/b c+d é%', '"etag"')).toBe('copied');
    expect(inputs).toEqual([
      {
        Bucket: 'failures',
        Key: 'redriven/a/b c+d é%',
        CopySource: 'failures/a/b%20c%2Bd%20%C3%A9%25',
        CopySourceIfMatch: '"etag"',
      },
    ]);
  });

  it('reports an object that has changed or is missing when it copies', async () => {
    expect(await failing('PreconditionFailed', 412).copy('k', 'to', '"e"')).toBe('changed');
    expect(await failing('NoSuchKey', 404).copy('k', 'to', '"e"')).toBe('gone');
    await expect(failing('AccessDenied', 403).copy('k', 'to', '"e"')).rejects.toThrow(
      new ServiceError('s3:PutObject', 'AccessDenied'),
    );
  });

  it('fails without a quote of the answer when it cannot list or delete', async () => {
    await expect(failing('AccessDenied', 403).remove('k')).rejects.toThrow(
      new ServiceError('s3:DeleteObject', 'AccessDenied'),
    );
    await expect(failing('NoSuchBucket', 404).list('').next()).rejects.toThrow(
      new ServiceError('s3:ListBucket', 'NoSuchBucket'),
    );
  });
});
