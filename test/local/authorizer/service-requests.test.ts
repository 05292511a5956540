import { readAccessKeyId, readNeededActions } from '../../../local/authorizer/service-requests';

const aRequest = (overrides: { method?: string; url?: string; headers?: object; body?: string } = {}) => {
  const { method = 'POST', url = '/', headers = {}, body = '' } = overrides;
  return { method, url, headers: { ...headers }, body: Buffer.from(body) };
};
const target = (operation: string, body: object) =>
  aRequest({ headers: { 'x-amz-target': `Any_20120810.${operation}` }, body: JSON.stringify(body) });

it("reads a table, and the item's key, from DynamoDB's protocol", () => {
  const request = target('PutItem', { TableName: 't', Item: { ContactId: { S: 'c-1' } } });

  expect(readNeededActions('dynamodb', request)).toEqual([
    {
      action: 'dynamodb:PutItem',
      resource: 'arn:aws:dynamodb:us-east-1:000000000000:table/t',
      context: { 'dynamodb:LeadingKeys': ['c-1'] },
    },
  ]);
});

it('reads a topic from a form', () => {
  const request = aRequest({ body: 'Action=Publish&TopicArn=arn%3Aaws%3Asns%3Aany&Message=m' });

  expect(readNeededActions('sns', request)).toEqual([
    { action: 'sns:Publish', resource: 'arn:aws:sns:any', context: {} },
  ]);
});

it.each<[action: string, method: string, url: string, resource: string]>([
  ['PutObject', 'PUT', '/bucket/a/b%20c?x-id=PutObject', 'bucket/a/b c'],
  ['GetObject', 'GET', '/bucket/key?x-id=GetObject', 'bucket/key'],
  ['DeleteObject', 'DELETE', '/bucket/key?x-id=DeleteObject', 'bucket/key'],
  ['ListBucket', 'GET', '/bucket?list-type=2&prefix=a', 'bucket'],
  ['ListBucketVersions', 'GET', '/bucket?versions=&key-marker=a&version-id-marker=b', 'bucket'],
  ['GetObjectVersion', 'GET', '/bucket/key?versionId=a&x-id=GetObject', 'bucket/key'],
  ['DeleteObjectVersion', 'DELETE', '/bucket/key?versionId=a', 'bucket/key'],
])("reads s3:%s from S3's method and path", (action, method, url, resource) => {
  expect(readNeededActions('s3', aRequest({ method, url }))).toEqual([
    { action: `s3:${action}`, resource: `arn:aws:s3:::${resource}`, context: {} },
  ]);
});

it('needs reading and writing for a copy', () => {
  const headers = { 'x-amz-copy-source': 'bucket/from' };

  const needed = readNeededActions('s3', aRequest({ method: 'PUT', url: '/bucket/to', headers }));

  expect(needed.map(({ action, resource }) => `${action} ${resource}`)).toEqual([
    's3:GetObject arn:aws:s3:::bucket/from',
    's3:PutObject arn:aws:s3:::bucket/to',
  ]);
});

it.each([
  ['dynamodb:TransactWriteItems', () => readNeededActions('dynamodb', target('TransactWriteItems', {}))],
  ['the S3 request POST ?delete', () => readNeededActions('s3', aRequest({ url: '/bucket?delete' }))],
])('rejects an operation that it does not know: %s', (what, read) => {
  expect(read).toThrow(`the authorizer does not know ${what}`);
});

it('rejects a request to Kinesis that names no stream', () => {
  expect(() => readNeededActions('kinesis', target('GetRecords', { ShardIterator: 'any' }))).toThrow(
    'StreamARN',
  );
});

it('reads the access key id from the signature', () => {
  const authorization = 'AWS4-HMAC-SHA256 Credential=an-id/20240305/us-east-1/sns/aws4_request, Signature=x';

  expect(readAccessKeyId(aRequest({ headers: { authorization } }))).toBe('an-id');
});
