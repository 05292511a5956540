/**
 * Records hold phone numbers and whatever a contact flow wrote down. Nothing that the function prints, in any of its
 * outcomes and under any fault, may hold a value of a record beyond ids.
 */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { localFunction } from '../../local/local-function';
import { type LocalStack, startLocalStack } from '../../local/local-stack';
import type { FunctionSettings } from '../../local/function-process';
import { aContactRecord, aDelivery, aQueue } from '../factories';
import { aName, engines, synthesized } from './engines';

/** Stand at every place of a record where Connect, a customer or a contact flow could write something. */
const CANARY = /CANARY|\+?12065550199/;
const canaries = {
  Attributes: { name: 'CANARY-attribute', '+12065550199': 'CANARY', 'CANARY key': 'x' },
  CustomerEndpoint: { Address: '+12065550199', Type: 'CANARY-type' },
  SystemEndpoint: { Address: '+12065550199', Type: 'TELEPHONE_NUMBER' },
  Queue: aQueue({ Name: 'CANARY-queue', Unknown: 'CANARY' }),
  Channel: 'CANARY-channel',
  Tags: { 'CANARY tag': 'CANARY', x: 7 },
  '+12065550199': 'CANARY',
  'CANARY field name': { '12065550199': ['CANARY'] },
  UnknownField: 'CANARY-unknown',
  Recordings: [{ Location: 'CANARY-location', 'CANARY-key': 1 }],
  References: 'CANARY-references',
};
const aCanary = (ContactId: string, fields: Record<string, unknown> = {}) =>
  aContactRecord({ ContactId, ...canaries, ...fields });

let stack: LocalStack;
let folder: string;
let servers: Server[];

beforeAll(async () => {
  const { template, folder: assets } = await synthesized();
  stack = await startLocalStack({
    engines,
    synthesized: { template, folder: assets },
    stackName: aName('privacy'),
    shards: 1,
  });
  const code = [...template.values()].find(({ type }) => type === 'AWS::Lambda::Function')?.metadata[
    'aws:asset:path'
  ];
  folder = join(assets, code as string);
  servers = [];
});
afterAll(async () => {
  await stack.stop();
  for (const server of servers) server.close();
});

/** A service that answers every request in the same way; the answer may quote the request. */
async function aService(answer: (request: string) => { status: number; body: string }): Promise<string> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { status, body } = answer(Buffer.concat(chunks).toString());
      response.writeHead(status, { 'content-type': 'application/x-amz-json-1.0' }).end(body);
    });
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** All that the function prints while it processes these batches, one after the other. */
async function printedFor(batches: unknown[][], environment: Record<string, string> = {}): Promise<string[]> {
  const lines: string[] = [];
  const settings: FunctionSettings = {
    name: 'privacy',
    folder,
    handler: 'index.handler',
    environment: {
      RECORDS_TABLE_NAME: stack.names.recordsTable,
      LEDGER_TABLE_NAME: stack.names.ledgerTable,
      ABANDONED_CONTACTS_TOPIC_ARN: stack.names.topicArn,
      FAILURE_BUCKET_NAME: stack.names.bucket,
      AWS_ENDPOINT_URL_DYNAMODB: engines.endpoints.dynamodb,
      AWS_ENDPOINT_URL_SNS: engines.endpoints.sns,
      AWS_ENDPOINT_URL_S3: engines.endpoints.s3,
      // What an operator may set to see more.
      POWERTOOLS_LOGGER_LOG_EVENT: 'true',
      POWERTOOLS_LOG_LEVEL: 'TRACE',
      ...environment,
    },
    timeoutSeconds: 60,
    memoryMegabytes: 512,
    onOutput: (line) => lines.push(line),
  };
  const running = localFunction(settings);
  for (const payloads of batches) {
    const outcome = await running.invoke({
      Records: payloads.map((payload, i) => aDelivery(payload, i + 1)),
    });
    expect(outcome.kind).toBe('returned');
  }
  await running.stop();
  return lines;
}

const linesSaying = (lines: string[], what: string) => lines.filter((line) => line.includes(what));

/** That the canary sings at all: each scenario has to print what it is about, and nothing else. */
function expectPrivate(lines: string[], ...about: string[]): void {
  for (const what of about) expect(linesSaying(lines, what)).not.toHaveLength(0);
  expect(lines.filter((line) => CANARY.test(line))).toEqual([]);
}

it('in none of the outcomes', async () => {
  const lines = await printedFor([
    [
      aCanary('p-1'),
      aCanary('p-2', { LastUpdateTimestamp: '2024-03-05T09:32:12Z' }),
      { EventType: 'CANARY' },
    ],
    [aCanary('p-1'), aCanary('p-1', { Changed: 'CANARY' }), aCanary('p-2')],
    [
      'CANARY',
      '{"CANARY": +12065550199}',
      '{"CANARY":"+12065550199"}',
      aCanary('p-3', { LastUpdateTimestamp: 'CANARY' }),
    ],
    [aCanary('p-4', { Big: 'CANARY'.repeat(80_000) }), aCanary('p-5', { '': 'CANARY' })],
    [Buffer.from([0xff, ...Buffer.from('CANARY')])],
  ]);
  expectPrivate(
    lines,
    'deviates from the model',
    'same-second-other-content',
    'item-too-large',
    '"Stale":',
    '"Published":',
  );
  expect(linesSaying(lines, 'record set aside').length).toBe(8);
});

it.each<[string, (request: string) => { status: number; body: string }, string]>([
  [
    'an error that quotes the request',
    (request) => ({
      status: 400,
      body: JSON.stringify({ __type: 'com.amazon.coral.validate#ValidationException', message: request }),
    }),
    'ValidationException',
  ],
  [
    'half an answer that quotes the request',
    (request) => ({ status: 200, body: `{"Attributes": ${request.slice(0, -9)}` }),
    'DynamoDB',
  ],
  ['half an error', (request) => ({ status: 400, body: `{"message": "${request}` }), 'DynamoDB'],
  [
    'an error whose name quotes the request',
    (request) => ({ status: 400, body: JSON.stringify({ __type: `x#${request}` }) }),
    'DynamoDB',
  ],
  [
    'a failed condition without the old item',
    (request) => ({
      status: 400,
      body: JSON.stringify({ __type: 'x#ConditionalCheckFailedException', message: request }),
    }),
    'without the old item',
  ],
])('not when DynamoDB gives %s', async (_what, answer, about) => {
  const lines = await printedFor([[aCanary('q-1')]], { AWS_ENDPOINT_URL_DYNAMODB: await aService(answer) });
  expectPrivate(lines, about, 'service call failed');
});

it('not when SNS fails, and quotes the message', async () => {
  const xml = (code: string, about: string) => (request: string) => ({
    status: 400,
    body: `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>${about} ${encodeURI(request)} CANARY</Message></Error></ErrorResponse>`,
  });
  const failing = await printedFor([[aCanary('r-1', { Channel: 'VOICE' })]], {
    AWS_ENDPOINT_URL_SNS: await aService(xml('InvalidParameter', 'Invalid parameter: TopicArn')),
  });
  expectPrivate(failing, 'InvalidParameterException');
  const refusing = await printedFor([[aCanary('r-2', { Channel: 'VOICE' })]], {
    AWS_ENDPOINT_URL_SNS: await aService(xml('ParameterValueInvalid', 'The message attribute')),
  });
  expectPrivate(refusing, 'message-refused');
});

it('not when a service can not be reached', async () => {
  const nobody = 'http://127.0.0.1:9';
  expectPrivate(await printedFor([[aCanary('s-1')]], { AWS_ENDPOINT_URL_DYNAMODB: nobody }), 'ECONNREFUSED');
  expectPrivate(await printedFor([['CANARY']], { AWS_ENDPOINT_URL_S3: nobody }), '"where":"S3"');
});

it('not in the name of an object in the failure bucket, nor in an attribute of a message', async () => {
  // Both are outside of what the key encrypts; that messages are private is tested with the message itself.
  const { ListObjectsV2Command } = await import('@aws-sdk/client-s3');
  const { Contents = [] } = await stack.clients.s3.send(
    new ListObjectsV2Command({ Bucket: stack.names.bucket }),
  );
  expect(Contents.length).toBeGreaterThan(0);
  expect(Contents.filter(({ Key = '' }) => CANARY.test(Key))).toEqual([]);
});
