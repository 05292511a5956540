/**
 * Tests that the function prints no value of a record except ids, in all outcomes and failures. Records contain phone
 * numbers, and any text that a contact flow writes.
 */
import { join } from 'node:path';
import { ListObjectsV2Command } from '@aws-sdk/client-s3';
import { PROBE_ID } from '../../lambda/contact-records/batch/settle-rejections';
import { aContactRecord, aQueue } from '../factories';
import { type BundledFunction, bundledFunction } from './bundled-function';

/** Canaries for each place of a record in which Connect, a customer or a contact flow may write. */
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

let bundled: BundledFunction;
beforeAll(async () => {
  bundled = await bundledFunction('privacy');
});
afterAll(() => bundled.stop());

/** A service whose answer may quote the request. */
const aService = (answer: (request: string) => { status: number; body: string }): Promise<string> =>
  bundled.aService((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { status, body } = answer(Buffer.concat(chunks).toString());
      response.writeHead(status, { 'content-type': 'application/x-amz-json-1.0' }).end(body);
    });
  });

/** All that the function prints while it processes these batches, with what an operator may set to see more. */
async function printedFor(batches: unknown[][], environment: Record<string, string> = {}): Promise<string[]> {
  const talkative = { POWERTOOLS_LOGGER_LOG_EVENT: 'true', POWERTOOLS_LOG_LEVEL: 'TRACE' };
  const { outcomes, lines } = await bundled.process(batches, { ...talkative, ...environment });
  expect(outcomes.map(({ kind }) => kind)).toEqual(batches.map(() => 'returned'));
  return lines;
}

const linesSaying = (lines: string[], what: string) => lines.filter((line) => line.includes(what));

/** Expects that a scenario prints its own lines, and no canary. */
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
  expect(linesSaying(lines, 'failed record saved').length).toBe(8);
});

it.each<[string, (request: string) => { status: number; body: string }, string]>([
  [
    'an error that quotes the request',
    (request) => ({
      status: 400,
      body: JSON.stringify({ __type: 'com.amazon.coral.validate#ValidationException', message: request }),
    }),
    'rejects a well-formed contact record',
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
  expectPrivate(lines, about, 'batch ended early');
});

it('not when DynamoDB rejects one record, and quotes it', async () => {
  const answer = (request: string) => ({
    status: 400,
    body: JSON.stringify({
      __type: `x#${request.includes(PROBE_ID) ? 'ConditionalCheckFailedException' : 'ValidationException'}`,
      message: request,
    }),
  });

  const lines = await printedFor([[aCanary('q-2')]], { AWS_ENDPOINT_URL_DYNAMODB: await aService(answer) });

  expectPrivate(lines, 'rejected-by-dynamodb');
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
  const closedPort = 'http://127.0.0.1:9';
  expectPrivate(
    await printedFor([[aCanary('s-1')]], { AWS_ENDPOINT_URL_DYNAMODB: closedPort }),
    'ECONNREFUSED',
  );
  expectPrivate(await printedFor([['CANARY']], { AWS_ENDPOINT_URL_S3: closedPort }), '"source":"S3"');
});

it('not when an internal error quotes the record: only where it was made', async () => {
  const preloaded = `--require ${join(__dirname, 'internal-error.cjs')}`;
  const lines = await printedFor([[aCanary('t-1', { Text: 'CANARY-internal-error' })]], {
    NODE_OPTIONS: preloaded,
  });
  expectPrivate(lines, 'processing-error');
  const [failedRecords = ''] = linesSaying(lines, 'failed record saved');
  const { internalError } = JSON.parse(failedRecords) as {
    internalError: { name: string; frames: string[] };
  };
  expect(internalError.name).toBe('TypeError');
  expect(internalError.frames[0]).toContain('internal-error.cjs');
  expect(internalError.frames[1]).toMatch(/lambda\/contact-records\/json\/dynamodb-limits\.ts:\d+/);
});

it('not in the name of an object in the failure bucket', async () => {
  // The key does not encrypt names of objects. Another test checks that messages are private.
  const { Contents = [] } = await bundled.stack.clients.s3.send(
    new ListObjectsV2Command({ Bucket: bundled.stack.names.bucket }),
  );
  expect(Contents.length).toBeGreaterThan(0);
  expect(Contents.filter(({ Key = '' }) => CANARY.test(Key))).toEqual([]);
});
