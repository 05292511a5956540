import {
  classifyDynamoDbError,
  classifyPutError,
  getExistingItem,
  RetryableError,
  toRetryableError,
  classifySnsError,
} from '../../../../lambda/contact-records/aws/errors';

type Service = 'DynamoDB' | 'SNS';
const answerIn = (error: unknown, service: Service) =>
  service === 'DynamoDB' ? classifyDynamoDbError(error) : classifySnsError(error);

/** An error as the SDK throws it. */
const thrown = (name: string, message = '', httpStatusCode?: number): Error =>
  Object.assign(new Error(message), { name, $metadata: { httpStatusCode } });
const thrownWith = (name: string, code: unknown): Error => Object.assign(thrown(name), { code });

describe('the closed list of answers that are the same at every retry', () => {
  it.each<[Service, Error, string]>([
    [
      'DynamoDB',
      thrown('ConditionalCheckFailedException', 'The conditional request failed'),
      'condition-failed',
    ],
    [
      'DynamoDB',
      thrown('ValidationException', 'Item size has exceeded the maximum allowed size'),
      'item-too-large',
    ],
    [
      'DynamoDB',
      thrown('ValidationException', 'Item size to update has exceeded the maximum allowed size'),
      'item-too-large',
    ],
    ['SNS', thrown('InvalidParameterException', 'Invalid parameter: Message too long'), 'message-refused'],
    ['SNS', thrown('InvalidParameterException', 'Invalid parameter: Empty message'), 'message-refused'],
    [
      'SNS',
      thrown('InvalidParameterValueException', "The message attribute 'x' must use non-empty string value."),
      'message-refused',
    ],
  ])('%s: %s', (service, error, answer) => {
    expect(answerIn(error, service)).toBe(answer);
  });
});

describe('everything else is retryable, so that no outage drains the stream into the bucket', () => {
  it.each<[Service, unknown]>([
    ['DynamoDB', thrown('ProvisionedThroughputExceededException')],
    ['DynamoDB', thrown('ThrottlingException')],
    ['DynamoDB', thrown('ResourceNotFoundException')],
    ['DynamoDB', thrown('AccessDeniedException')],
    ['DynamoDB', thrown('ValidationException', 'One or more parameter values were invalid')],
    ['DynamoDB', thrown('InvalidParameterException', 'Invalid parameter: Message too long')],
    ['DynamoDB', thrown('OtherException', 'Item size has exceeded the maximum allowed size')],
    [
      'DynamoDB',
      thrown('ValidationException', 'A filter says: item size has exceeded the maximum allowed size'),
    ],
    ['DynamoDB', new SyntaxError('Unexpected end of JSON input')],
    ['DynamoDB', new TypeError('x is undefined')],
    ['SNS', thrown('InvalidParameterException', 'Invalid parameter: TopicArn')],
    [
      'SNS',
      thrown('InvalidParameterException', 'Invalid parameter: The MessageGroupId parameter is required'),
    ],
    ['SNS', thrown('InvalidParameterException', 'TopicArn: invalid parameter: message too long')],
    ['SNS', thrown('OtherException', 'Invalid parameter: Message too long')],
    ['SNS', thrown('OtherException', "The message attribute 'x' must use non-empty string value.")],
    ['SNS', thrown('InvalidParameterValueException', 'something else')],
    ['SNS', thrown('NotFoundException', 'Topic does not exist')],
    ['SNS', thrown('KMSDisabledException')],
    ['SNS', thrown('ConditionalCheckFailedException')],
    ['SNS', 'a string'],
    ['DynamoDB', undefined],
  ])('%s: %s', (service, error) => {
    expect(() => answerIn(error, service)).toThrow(RetryableError);
  });

  it('keeps the name and the status, and nothing that could quote a record', () => {
    const thrownError = Object.assign(thrown('ThrottlingException', 'for +12065550101', 400), {
      Item: { ContactId: { S: 'c' } },
    });
    const error = (() => {
      try {
        return answerIn(thrownError, 'DynamoDB');
      } catch (caught) {
        return caught as RetryableError;
      }
    })();
    expect(error).toMatchObject({ source: 'DynamoDB', reason: 'ThrottlingException', httpStatus: 400 });
    expect(JSON.stringify(error) + String(error)).not.toContain('+12065550101');
    expect(toRetryableError(thrown('call +12065550101'), 'S3').message).toBe('S3: unknown error');
    expect(() => answerIn(Object.assign(new Error(), { code: 'ECONNREFUSED' }), 'SNS')).toThrow(
      'SNS: ECONNREFUSED',
    );
  });

  it.each<[what: string, thrown: unknown, name: string]>([
    ["an error's own name, whatever its code", thrownWith('TimeoutError', 'ETIMEDOUT'), 'TimeoutError'],
    ['the code where the name says nothing', thrownWith('Error', 'ECONNRESET'), 'ECONNRESET'],
    ['the name where there is no code', new Error(), 'Error'],
    ['the name where the code is no word', thrownWith('Error', 7), 'Error'],
    ['the type of what is no error', 'for +12065550101', 'string'],
    ['no name that begins like a telephone number', thrown('+12065550101.Error'), 'unknown error'],
  ])('is called by %s', (_what, error, name) => {
    expect(toRetryableError(error, 'S3')).toMatchObject({
      name: 'RetryableError',
      message: `S3: ${name}`,
      reason: name,
    });
  });
});

describe('an error of a put into the records table', () => {
  it('is a rejection when the put is invalid', () => {
    const error = thrown('ValidationException', 'Type mismatch for Index Key');

    expect(classifyPutError(error)).toBe('rejected');
  });

  it.each([
    [thrown('ConditionalCheckFailedException'), 'condition-failed'],
    [thrown('ValidationException', 'Item size has exceeded the maximum allowed size'), 'item-too-large'],
  ])('is classified like that of any table otherwise: %s', (error, answer) => {
    expect(classifyPutError(error)).toBe(answer);
  });

  it.each([
    'ThrottlingException',
    'AccessDeniedException',
    'ResourceNotFoundException',
    'SerializationException',
  ])('is retryable when it is another one: %s', (name) => {
    expect(() => classifyPutError(thrown(name))).toThrow(RetryableError);
  });
});

describe('the item that made a condition fail', () => {
  it('comes with the error', () => {
    const Item = { ContactId: { S: 'c' } };
    expect(getExistingItem(Object.assign(thrown('ConditionalCheckFailedException'), { Item }))).toBe(Item);
  });

  it('must come with it: without it, nothing tells a redelivered record from a stale one', () => {
    const answer = thrown('ConditionalCheckFailedException');
    expect(() => getExistingItem(answer)).toThrow(RetryableError);
    expect(() => getExistingItem(answer)).toThrow('DynamoDB: condition failed without the old item');
  });
});
