import { callService, ServiceError } from '../../../cli/shared/service-error';

it.each([
  ['kinesis:PutRecord', 'KMSAccessDeniedException', "check that the credentials may use the stack's key."],
  [
    'dynamodb:GetItem',
    'AccessDeniedException',
    "the credentials lack dynamodb:GetItem, or the use of the stack's key.",
  ],
  ['sns:Subscribe', 'AuthorizationErrorException', 'the credentials lack sns:Subscribe.'],
  ['s3:ListBucket', 'AccessDenied', 'the credentials lack s3:ListBucket.'],
  ['s3:ListBucket', 'NoSuchBucket', 'check the name and the region (AWS_REGION).'],
  ['s3:ListBucket', 'PermanentRedirect', 'the resource is in another region; set AWS_REGION.'],
  ['kinesis:PutRecord', 'ResourceNotFoundException', 'check the name and the region (AWS_REGION).'],
  [
    'cloudformation:DescribeStacks',
    'ExpiredToken',
    'the credentials are not valid or have expired; sign in again.',
  ],
  [
    'dynamodb:GetItem',
    'UnrecognizedClientException',
    'the credentials are not valid or have expired; sign in again.',
  ],
  ['sns:Subscribe', 'InvalidClientTokenId', 'the credentials are not valid or have expired; sign in again.'],
  ['s3:GetObject', 'RequestTimeTooSkewed', 'the clock of this machine is wrong; correct it.'],
  [
    'kinesis:PutRecords',
    'InvalidSignatureException',
    'the credentials are not valid, or the clock of this machine is wrong.',
  ],
  ['kinesis:PutRecord', 'ECONNREFUSED', 'check the network, AWS_REGION, and AWS_ENDPOINT_URL_* if set.'],
  ['kinesis:PutRecord', 'TimeoutError', 'check the network, AWS_REGION, and AWS_ENDPOINT_URL_* if set.'],
  [
    'kinesis:PutRecords',
    'ProvisionedThroughputExceededException, 10 times in a row',
    'the service throttles requests; run the command again.',
  ],
])('%s: %s says what to do', (call, what, advice) => {
  expect(new ServiceError(call, what).message).toBe(`${call} failed (${what}): ${advice}`);
});

it('names an unknown error, and gives no advice', () => {
  expect(new ServiceError('sqs:CreateQueue', 'Odd').message).toBe('sqs:CreateQueue failed (Odd).');
});

/** Rejects as the SDK does, with an error of its own. */
const neverAnswer = ({ abortSignal }: { abortSignal: AbortSignal }) =>
  new Promise((_, reject) => {
    abortSignal.addEventListener('abort', () => {
      const { name } = abortSignal.reason as Error;
      reject(Object.assign(new Error('Request aborted'), { name }));
    });
  });

it('throws the reason of the caller when the caller stops a call', async () => {
  const stopping = new AbortController();

  const calling = callService('s3:ListBucket', neverAnswer, { stopping: stopping.signal });
  stopping.abort(new Error('Ctrl-C'));

  await expect(calling).rejects.toThrow('Ctrl-C');
});

it('sends nothing when the caller has stopped before', async () => {
  const stopping = AbortSignal.abort(new Error('Ctrl-C'));

  const calling = callService('s3:ListBucket', () => Promise.resolve('sent'), { stopping });

  await expect(calling).rejects.toThrow('Ctrl-C');
});

it('fails when a call does not end within its limit', async () => {
  const calling = callService('s3:ListBucket', neverAnswer, { milliseconds: 1 });

  await expect(calling).rejects.toThrow('s3:ListBucket failed (TimeoutError): check the network');
});
