/** Tests how answers of S3 are handled, including answers that the emulators do not give. */
import type { S3Client } from '@aws-sdk/client-s3';
import { listObjects } from '../../../cli/backfill/s3-objects';
import { ServiceError } from '../../../cli/shared/service-error';
import { UnreadableSourceError } from '../../../cli/shared/sources';
import { never } from '../redrive/fake-services';

const anError = (name: string, httpStatusCode?: number) =>
  Object.assign(new Error('quotes +12065550199'), { name, $metadata: { httpStatusCode } });

/** Creates a bucket with one object; `answer` returns each range of it. */
const aClient = (size: number, answer: (range: string, request: number) => Uint8Array | Error) => {
  const asked: string[] = [];
  const send = ({ input }: { input: { Range?: string; IfMatch?: string } }) => {
    if (input.Range === undefined)
      return Promise.resolve({ Contents: [{ Key: 'k', Size: size, ETag: '"e"' }] });
    expect(input.IfMatch).toBe('"e"');
    asked.push(input.Range);
    const answered = answer(input.Range, asked.length);
    return answered instanceof Error
      ? Promise.reject(answered)
      : Promise.resolve({ Body: { transformToByteArray: () => Promise.resolve(answered) } });
  };
  return { s3: { send } as unknown as S3Client, asked };
};

async function read(s3: S3Client): Promise<number> {
  let bytes = 0;
  for await (const { open } of listObjects(s3, 'b', '', never))
    for await (const chunk of open()) bytes += chunk.length;
  return bytes;
}

const MIB = 1024 * 1024;

it('reads an object in ranges that follow each other', async () => {
  const { s3, asked } = aClient(
    9 * MIB,
    (_range, request) => new Uint8Array(request === 1 ? 5 * MIB : 4 * MIB),
  );
  expect(await read(s3)).toBe(9 * MIB);
  expect(asked).toEqual([`bytes=0-${8 * MIB - 1}`, `bytes=${5 * MIB}-${9 * MIB - 1}`]);
});

it('sends no request when the object is empty', async () => {
  const { s3, asked } = aClient(0, () => new Uint8Array(0));
  expect(await read(s3)).toBe(0);
  expect(asked).toEqual([]);
});

it('reads a range again when its bytes break off', async () => {
  const { s3, asked } = aClient(3, (_range, request) =>
    request < 2 ? anError('ECONNRESET') : new Uint8Array(3),
  );
  expect(await read(s3)).toBe(3);
  expect(asked).toHaveLength(2);
});

it.each([
  'AccessDenied',
  'NoSuchKey',
  'InvalidObjectState',
  'PreconditionFailed',
  'KMS.DisabledException',
  'InvalidRequest',
])('reports only this object as unreadable when S3 answers %s', async (name) => {
  const { s3 } = aClient(3, () => anError(name, 403));
  await expect(read(s3)).rejects.toThrow(new UnreadableSourceError(name));
});

it('reports an object as unreadable when it is shorter than its size', async () => {
  const { s3 } = aClient(3, () => new Uint8Array(0));
  await expect(read(s3)).rejects.toThrow(UnreadableSourceError);
});

it.each(['ExpiredToken', 'InvalidAccessKeyId', 'SignatureDoesNotMatch'])(
  '%s ends the run: with the others it would be the same',
  async (name) => {
    const { s3, asked } = aClient(3, () => anError(name, 400));
    await expect(read(s3)).rejects.toThrow(new ServiceError('s3:GetObject', name));
    expect(asked).toHaveLength(1);
  },
);
