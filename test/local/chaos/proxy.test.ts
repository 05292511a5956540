import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { type Fault, FAULT_KINDS, type FaultKind, FAULTS } from '../../../local/chaos/faults';
import { type Proxy, startProxy } from '../../../local/chaos/proxy';
import type { Service } from '../../../local/chaos/requests';
import { startListening } from '../../../local/stack/http-forwarding';

/** A service that counts what it has done, and answers as each service would. */
let done: string[];
let server: Server;
let proxy: Proxy | undefined;

const ANSWERS: Record<Service, [type: string, body: string]> = {
  dynamodb: ['application/x-amz-json-1.0', '{"Attributes":{}}'],
  sns: [
    'text/xml',
    '<PublishResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><PublishResult><MessageId>m-1</MessageId>' +
      '</PublishResult><ResponseMetadata><RequestId>r</RequestId></ResponseMetadata></PublishResponse>',
  ],
  s3: ['application/xml', ''],
};

beforeEach(async () => {
  done = [];
  server = createServer((request, response) => {
    const service: Service = request.headers['x-amz-target']
      ? 'dynamodb'
      : request.method === 'PUT'
        ? 's3'
        : 'sns';
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      done.push(body);
      const [type, answer] = ANSWERS[service];
      response.writeHead(200, { 'content-type': type }).end(answer);
    });
  });
  await startListening(server);
});

afterEach(async () => {
  await proxy?.stop();
  server.closeAllConnections();
  server.close();
});

async function aProxy(fault?: Pick<Fault, 'kind'> & Partial<Fault>, stallMs = 20_000): Promise<Proxy> {
  const target = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  proxy = await startProxy({
    targets: { dynamodb: target, sns: target, s3: target },
    faultFor: () => fault && { variant: 0, outage: false, ...fault },
    stallMs,
  });
  return proxy;
}

/** Sends one attempt of the real client; returns what it throws, or `undefined`. */
async function call(service: Service, { endpoints }: Proxy): Promise<(Error & Thrown) | undefined> {
  const shared = {
    endpoint: endpoints[service],
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 1,
    userAgentAppId: 'process-7',
    requestHandler: new NodeHttpHandler({ requestTimeout: 1_000, throwOnRequestTimeout: true }),
  };
  try {
    switch (service) {
      case 'dynamodb': {
        const Item = { ContactId: { S: 'c-1' }, Secret: { S: '+12065550101' } };
        await new DynamoDBClient(shared).send(new PutItemCommand({ TableName: 'records', Item }));
        return undefined;
      }
      case 'sns': {
        const Message = JSON.stringify({ ContactId: 'c-1', Secret: '+12065550101' });
        await new SNSClient(shared).send(
          new PublishCommand({ TopicArn: 'arn:aws:sns:us-east-1:0:t', Message }),
        );
        return undefined;
      }
      case 's3':
        await new S3Client({ ...shared, forcePathStyle: true }).send(
          new PutObjectCommand({ Bucket: 'b', Key: 'k', Body: '{}' }),
        );
        return undefined;
    }
  } catch (error) {
    return error as Error & Thrown;
  }
}
interface Thrown {
  $metadata?: { httpStatusCode?: number };
}

const SERVICES: Service[] = ['dynamodb', 'sns', 's3'];

it.each(SERVICES)('forwards requests to %s when there is no fault', async (service) => {
  expect(await call(service, await aProxy())).toBeUndefined();
  expect(done).toHaveLength(1);
});

describe.each(SERVICES)('%s', (service) => {
  it.each(FAULT_KINDS)(
    '%s: the client sees a fault, and the service has acted as the kind says',
    async (kind) => {
      const error = await call(service, await aProxy({ kind }));
      expect(error).toBeInstanceOf(Error);
      expect(done).toHaveLength(FAULTS[kind].acted ? 1 : 0);
    },
  );
});

it.each<[Service, FaultKind, number, string, number | undefined]>([
  ['dynamodb', 'throttled', 0, 'ProvisionedThroughputExceededException', 400],
  ['dynamodb', 'throttled', 1, 'ThrottlingException', 400],
  ['sns', 'throttled', 0, 'Throttling', 400],
  ['s3', 'throttled', 0, 'SlowDown', 503],
  ['dynamodb', 'server-error', 0, 'InternalServerError', 500],
  ['sns', 'server-error', 1, 'ServiceUnavailable', 503],
  ['s3', 'error-after', 0, 'InternalError', 500],
  ['dynamodb', 'answer-halved', 0, 'SyntaxError', 200],
  ['dynamodb', 'stalled', 0, 'TimeoutError', undefined],
  ['sns', 'answer-stalled', 0, 'TimeoutError', undefined],
])('%s, %s (%i): the SDK reads it as %s', async (service, kind, variant, name, status) => {
  const error = await call(service, await aProxy({ kind, variant }));
  expect({ name: error?.name, status: error?.$metadata?.httpStatusCode }).toEqual({ name, status });
});

it.each<[FaultKind, number]>([
  ['reset', 0],
  ['answer-dropped', 0],
  ['answer-halved', 1],
])('%s (%i) breaks the connection', async (kind, variant) => {
  const error = await call('dynamodb', await aProxy({ kind, variant }));
  expect(error?.message).toMatch(/ECONNRESET|aborted/);
});

it('makes every variant of garbage fail the call', async () => {
  for (let variant = 0; variant < 2 ** 8; variant += 7) {
    expect(await call('dynamodb', await aProxy({ kind: 'garbage', variant }))).toBeInstanceOf(Error);
    await proxy?.stop();
  }
  expect(done).toEqual([]);
});

it('ends a stall after its time', async () => {
  const { endpoints } = await aProxy({ kind: 'stalled' }, 100);
  const startedAt = performance.now();
  await expect(fetch(endpoints.sns, { method: 'POST', body: 'x' })).rejects.toThrow();
  expect(performance.now() - startedAt).toBeGreaterThanOrEqual(95);
});

it('ends a stalled request when the proxy stops', async () => {
  const { endpoints, stop } = await aProxy({ kind: 'stalled' });
  const stalled = fetch(endpoints.sns, { method: 'POST', body: 'x' }).catch(() => 'broken off');
  await new Promise((resolve) => setTimeout(resolve, 100));
  await stop();
  expect(await stalled).toBe('broken off');
});

it('records ids, times and the process of a publish, and no value of the record', async () => {
  const running = await aProxy();
  const { exchanges } = running;
  await call('sns', running);
  expect(exchanges).toEqual([
    expect.objectContaining({ operation: 'publish', contactId: 'c-1', process: 'process-7', attempt: 1 }),
  ]);
  expect(exchanges[0]?.acted).toMatchObject({ status: 200, messageId: 'm-1' });
  expect(exchanges[0]?.handedAt).toBeGreaterThan(0);
  expect(JSON.stringify(exchanges)).not.toContain('+1206');
});

it('records that the service acted when its answer was lost', async () => {
  const running = await aProxy({ kind: 'answer-dropped' });
  const { exchanges } = running;
  await call('sns', running);
  expect(exchanges).toMatchObject([{ fault: 'answer-dropped', acted: { status: 200 } }]);
  expect(exchanges[0]?.handedAt).toBeUndefined();
});

it('records an emulator failure when the emulator does not answer', async () => {
  const running = await aProxy();
  server.close();
  server.closeAllConnections();
  expect(await call('sns', running)).toBeInstanceOf(Error);
  expect(running.exchanges).toMatchObject([{ emulatorFailed: true }]);
});
