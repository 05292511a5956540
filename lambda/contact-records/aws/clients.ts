/** The AWS clients, with explicit limits, as the five calls that the function makes. It calls AWS nowhere else. */
import { DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';
import type { Put } from '../steps/ledger';
import type { PublishMessage } from '../steps/publish';
import type { PutObject } from '../steps/quarantine';
import type { GetItem } from '../steps/read-contact';
import type { PutItem } from '../steps/store';
import { callSignal } from './call-signal';
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
  const requestHandler = createRequestHandler(now);
  const createDynamoDb = (cacheMiddleware: boolean) => {
    const client = new DynamoDBClient({ ...config, requestHandler, cacheMiddleware });
    for (const name of UNUSED_MIDDLEWARE) client.middlewareStack.remove(name);
    makeFastToCopy(client.config);
    return client;
  };
  const dynamodb = createDynamoDb(true);
  // The document client accepts no client whose middleware is cached.
  const documents = DynamoDBDocumentClient.from(createDynamoDb(false));
  const sns = new SNSClient({
    ...config,
    requestHandler: createRequestHandler(now),
    cacheMiddleware: true,
  });
  const putObject = loadPutObjectOnFirstUse(now);
  return {
    putItem: limitCall((input) => dynamodb.send(new PutItemCommand(input))),
    getItem: limitCall((input) => dynamodb.send(new GetItemCommand(input))),
    put: limitCall((input) => documents.send(new PutCommand(input))),
    publishMessage: limitCall((input) => sns.send(new PublishCommand(input))),
    putObject: (input, signal) => callSignal.run(signal, () => putObject(input, signal)),
  };
}

/**
 * Passes the signal to the request handler and the retries. It is not an option of `send`, because the SDK caches its
 * middleware only for calls without options. The cache saves a tenth of a put's CPU time.
 */
const limitCall =
  <Input, Output>(send: (input: Input) => Promise<Output>) =>
  (input: Input, signal: AbortSignal): Promise<Output> =>
    callSignal.run(signal, send, input);

/** Middleware that a put does not need: logging and two headers. It takes a sixth of the CPU (docs/adr/0016). */
const UNUSED_MIDDLEWARE = ['loggerMiddleware', 'getUserAgentMiddleware', 'recursionDetectionMiddleware'];

/**
 * Makes a client's configuration fast to copy: the SDK does so four times for each call. V8 stores an object in a fast
 * form if it is often read as the prototype of another object.
 */
function makeFastToCopy(config: { readonly region: unknown }): void {
  const child = Object.create(config) as typeof config;
  for (let read = 0; read < 1_000; read++) if (!child.region) return;
}

/** Loads the S3 client on first use. It is as large as all other code, and only failed records need it. */
function loadPutObjectOnFirstUse(now: () => number): PutObject {
  let loaded: Promise<PutObject> | undefined;
  return async (input, signal) => {
    loaded ??= import('./s3-client').then(({ createPutObject }) => createPutObject(now));
    return (await loaded)(input, signal);
  };
}
