import {
  findOnlyResource,
  parseTemplate,
  findReferencedResource,
  resolve,
  type ResourceValues,
} from '../../../local/stack/template';

const template = parseTemplate(
  JSON.stringify({
    Resources: {
      Stream: { Type: 'AWS::Kinesis::Stream' },
      Records: { Type: 'AWS::DynamoDB::Table', Properties: { BillingMode: 'PAY_PER_REQUEST' } },
      Ledger: { Type: 'AWS::DynamoDB::Table' },
    },
  }),
);

const created = new Map<string, ResourceValues>([
  ['Stream', { ref: 'local-stream', attributes: { Arn: 'arn:stream', 'Nested.Name': 'nested' } }],
]);

describe('a resource of the template', () => {
  it('is found by its type where there is one', () => {
    expect(findOnlyResource(template, 'AWS::Kinesis::Stream').logicalId).toBe('Stream');
  });

  it('that is missing is reported by its type', () => {
    expect(() => findOnlyResource(template, 'AWS::SNS::Topic')).toThrow(
      'the template has no AWS::SNS::Topic',
    );
  });

  it('that exists twice is an error', () => {
    expect(() => findOnlyResource(template, 'AWS::DynamoDB::Table')).toThrow(
      /more than one .*Records, Ledger/,
    );
  });

  it('is found by a reference to it', () => {
    expect(findReferencedResource(template, { Ref: 'Ledger' }).logicalId).toBe('Ledger');
    expect(findReferencedResource(template, { 'Fn::GetAtt': ['Stream', 'Arn'] }).logicalId).toBe('Stream');
  });

  it.each([{ Ref: 'Nothing' }, { 'Fn::ImportValue': 'Stream' }, 'Stream', undefined])(
    'is not found by %j, which names none',
    (value) => {
      expect(() => findReferencedResource(template, value)).toThrow(/names no resource/);
    },
  );
});

describe('resolving a value of the template', () => {
  it.each<[expression: unknown, expected: unknown]>([
    [{ Ref: 'Stream' }, 'local-stream'],
    [{ Ref: 'AWS::Region' }, 'us-east-1'],
    [{ Ref: 'AWS::Partition' }, 'aws'],
    [{ 'Fn::GetAtt': ['Stream', 'Arn'] }, 'arn:stream'],
    [{ 'Fn::GetAtt': 'Stream.Nested.Name' }, 'nested'],
    [{ 'Fn::Join': ['/', ['a', { Ref: 'Stream' }, 'b']] }, 'a/local-stream/b'],
    [
      { Name: { Ref: 'Stream' }, List: [1, { Ref: 'Stream' }], None: null },
      { Name: 'local-stream', List: [1, 'local-stream'], None: null },
    ],
    ['plain', 'plain'],
  ])('replaces %j', (expression, expected) => {
    expect(resolve(expression, created)).toEqual(expected);
  });

  it.each([
    { Ref: 'NotCreated' },
    { 'Fn::GetAtt': ['Stream', 'NoSuchAttribute'] },
    { 'Fn::GetAtt': ['Stream', ''] },
    { 'Fn::ImportValue': 'Other' },
  ])('shows what it cannot replace: %j', (expression) => {
    expect(() => resolve({ Somewhere: [expression] }, created)).toThrow(JSON.stringify(expression));
  });
});
