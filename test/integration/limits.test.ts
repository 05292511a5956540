/**
 * Every call ends: a service that hangs, or answers byte by byte, delays an invocation by at most five seconds. Then
 * the batch is retried from the first record that is not done. The function waits for a slow service.
 */
import type { RequestListener } from 'node:http';
import { aContactRecord, anAnsweredContactRecord } from '../factories';
import { type BundledFunction, bundledFunction } from './bundled-function';

let bundled: BundledFunction;
beforeAll(async () => {
  bundled = await bundledFunction('limits');
});
afterAll(() => bundled.stop());

const hanging: RequestListener = () => undefined;
const dripping: RequestListener = (_request, response) => {
  response.writeHead(200, { 'content-type': 'application/x-amz-json-1.0' });
  const drip = setInterval(() => response.write(' '), 100);
  response.on('close', () => {
    clearInterval(drip);
  });
};
const slowlyThrottling: RequestListener = (_request, response) => {
  response.writeHead(503, { 'retry-after': '3600' }).end('{}');
};

it.each<[string, string, RequestListener]>([
  ['DynamoDB hangs', 'AWS_ENDPOINT_URL_DYNAMODB', hanging],
  ['DynamoDB drips', 'AWS_ENDPOINT_URL_DYNAMODB', dripping],
  ['DynamoDB asks to come back in an hour', 'AWS_ENDPOINT_URL_DYNAMODB', slowlyThrottling],
  ['SNS hangs', 'AWS_ENDPOINT_URL_SNS', hanging],
  ['S3 hangs', 'AWS_ENDPOINT_URL_S3', hanging],
])('when %s', async (what, variable, listener) => {
  const batch =
    variable === 'AWS_ENDPOINT_URL_S3'
      ? [anAnsweredContactRecord({ ContactId: what }), 'garbage']
      : [{ EventType: 'LOGIN' }, aContactRecord({ ContactId: what })];
  const { outcomes, lines } = await bundled.process([batch], {
    [variable]: await bundled.aService(listener),
  });
  expect(outcomes).toEqual([{ kind: 'returned', payload: { batchItemFailures: [{ itemIdentifier: '2' }] } }]);
  expect(lines.some((line) => line.includes('batch ended early'))).toBe(true);
  const summary = lines.find((line) => line.includes('batch processed')) ?? '';
  // All attempts of a call without the limit over them would take nine seconds and more.
  expect((JSON.parse(summary) as { durationMs: number }).durationMs).toBeLessThan(8_000);
});

it('a table that takes longer than a connection may is only slow: all is done in one invocation', async () => {
  const records = Array.from({ length: 300 }, (_, i) => anAnsweredContactRecord({ ContactId: `slow-${i}` }));
  const slow: RequestListener = (request, response) => {
    request.resume().on('end', () => {
      setTimeout(
        () => response.writeHead(200, { 'content-type': 'application/x-amz-json-1.0' }).end('{}'),
        1_200,
      );
    });
  };
  const { outcomes } = await bundled.process([records], {
    AWS_ENDPOINT_URL_DYNAMODB: await bundled.aService(slow),
  });
  expect(outcomes).toEqual([{ kind: 'returned', payload: { batchItemFailures: [] } }]);
});
