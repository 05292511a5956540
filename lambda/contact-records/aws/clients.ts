/** The AWS clients, with explicit limits, as the five calls that the function makes. It calls AWS nowhere else. */
import { DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';
import type { Put } from '../steps/ledger';
import type { PublishMessage } from '../steps/publish';
import type { PutObject } from '../steps/quarantine';
import type { GetItem } from '../steps/read-contact';
import type { PutItem } from '../steps/store';
import { createRequestHandler } from './request-handler';
import { createRetryStrategy, MAX_ATTEMPTS } from './retry-strategy';

export interface AwsCalls {
  readonly putItem: PutItem;
  readonly getItem: GetItem;
  readonly put: Put;
  readonly publishMessage: PublishMessage;
  readonly putObject: PutObject;
}

/** Creates the calls. Credentials, region and endpoints come from the environment, as Lambda sets it. */
export function createAwsCalls(now: () => number): AwsCalls {
  const config = { maxAttempts: MAX_ATTEMPTS, retryStrategy: createRetryStrategy() };
  const dynamodb = new DynamoDBClient({ ...config, requestHandler: createRequestHandler(now) });
  for (const name of UNUSED_MIDDLEWARE) dynamodb.middlewareStack.remove(name);
  const documents = DynamoDBDocumentClient.from(dynamodb);
  const sns = new SNSClient({ ...config, requestHandler: createRequestHandler(now) });
  return {
    putItem: (input, signal) => dynamodb.send(new PutItemCommand(input), { abortSignal: signal }),
    getItem: (input, signal) => dynamodb.send(new GetItemCommand(input), { abortSignal: signal }),
    put: (input, signal) => documents.send(new PutCommand(input), { abortSignal: signal }),
    publishMessage: (input, signal) => sns.send(new PublishCommand(input), { abortSignal: signal }),
    putObject: loadPutObjectOnFirstUse(now),
  };
}

/** A put does not need it, and it takes a sixth of its CPU: a log that is off, and two headers (docs/adr/0016). */
const UNUSED_MIDDLEWARE = ['loggerMiddleware', 'getUserAgentMiddleware', 'recursionDetectionMiddleware'];

/** Loads the S3 client on first use: it is as large as all the rest, and only failed records need it. */
function loadPutObjectOnFirstUse(now: () => number): PutObject {
  let loaded: Promise<PutObject> | undefined;
  return async (input, signal) => {
    loaded ??= import('./s3-client').then(({ createPutObject }) => createPutObject(now));
    return (await loaded)(input, signal);
  };
}
