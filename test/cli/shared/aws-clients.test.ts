/** Tests the commands' clients against a server with behaviour that the emulators lack. */
import { createServer, type RequestListener, type Server } from 'node:http';
import { createKinesisClient, createS3Client } from '../../../cli/shared/aws-clients';
import { listObjects } from '../../../cli/backfill/s3-objects';
import { createFailureBucket } from '../../../cli/redrive/bucket-client';
import { createPutRecords } from '../../../cli/shared/stream';
import { never } from '../redrive/fake-services';
import { startListening } from '../../../local/stack/http-forwarding';

const LIST =
  '<ListBucketResult><Contents><Key>k</Key><Size>9</Size><ETag>"e"</ETag></Contents></ListBucketResult>';

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

async function aServer(answer: RequestListener): Promise<void> {
  const server = createServer(answer);
  servers.push(server);
  const url = await startListening(server);
  Object.assign(process.env, {
    ...{ AWS_REGION: 'eu-west-1', AWS_ACCESS_KEY_ID: 'key', AWS_SECRET_ACCESS_KEY: 'secret' },
    ...{ AWS_ENDPOINT_URL_S3: url, AWS_ENDPOINT_URL_KINESIS: url },
  });
}

it('sends records when the clock of the machine is an hour behind', async () => {
  const hourAhead = () => new Date(Date.now() + 3_600_000);
  await aServer((request, response) => {
    response.setHeader('Date', hourAhead().toUTCString());
    response.setHeader('Content-Type', 'application/x-amz-json-1.1');
    const [, at = ''] = /^(\d{8}T\d{4})/.exec(String(request.headers['x-amz-date'])) ?? [];
    const isSkewed = !hourAhead().toISOString().replaceAll(/[-:]/g, '').startsWith(at.slice(0, 11));
    response.statusCode = isSkewed ? 400 : 200;
    response.end(
      JSON.stringify(
        isSkewed
          ? { __type: 'InvalidSignatureException', message: 'Signature expired' }
          : { Records: [{ SequenceNumber: '1', ShardId: 's' }] },
      ),
    );
  });
  const putRecords = createPutRecords(createKinesisClient());
  expect(await putRecords('stream', [{ partitionKey: 'k', data: Buffer.of(1) }])).toEqual([undefined]);
});

it('finds a bucket when it is in another region than the stream', async () => {
  const regions: string[] = [];
  await aServer(({ headers }, response) => {
    const [, region = ''] = /Credential=[^/]*\/\d*\/([^/]*)/.exec(String(headers.authorization)) ?? [];
    regions.push(region);
    response.setHeader('x-amz-bucket-region', 'ap-southeast-2');
    response.statusCode = region === 'ap-southeast-2' ? 200 : 301;
    response.end(region === 'ap-southeast-2' ? LIST : '<Error><Code>PermanentRedirect</Code></Error>');
  });
  for await (const { name } of listObjects(createS3Client(), 'b', '', never)) expect(name).toBe('k');
  expect(regions).toEqual(['eu-west-1', 'ap-southeast-2']);
});

describe('Ctrl-C ends a read from S3 at once, and is not a failure:', () => {
  const redrive = async (stopping: AbortSignal) => {
    const bucket = createFailureBucket(createS3Client(), 'b', stopping);
    for await (const [object] of bucket.list('')) await bucket.read(object?.key ?? '');
  };
  const backfill = async (stopping: AbortSignal) => {
    for await (const { open } of listObjects(createS3Client(), 'b', '', stopping))
      for await (const chunk of open()) expect(chunk.length).toBeGreaterThan(0);
  };

  it.each([
    ['the list of a redrive', redrive, 'list'],
    ['an object of a redrive', redrive, 'object'],
    ['the list of a backfill', backfill, 'list'],
    ['an object of a backfill', backfill, 'object'],
  ])('%s', async (_what, run, stalled) => {
    const stopping = new AbortController();
    const ctrlC = new Error('Ctrl-C');
    await aServer(({ url = '' }, response) => {
      if (stalled === 'object' && url.includes('list-type')) {
        response.end(LIST);
        return;
      }
      // An answer that begins, but does not end.
      response.setHeader('Content-Length', '9');
      response.write('half');
      setTimeout(() => {
        stopping.abort(ctrlC);
      }, 100);
    });
    await expect(run(stopping.signal)).rejects.toBe(ctrlC);
  });
});
