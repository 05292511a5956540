import { ServiceError } from '../../../cli/shared/service-error';

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
