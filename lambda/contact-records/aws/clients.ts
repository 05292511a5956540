/** The AWS clients, with explicit limits, as the five calls that the function makes. It calls AWS nowhere else. */
import { DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import type { S3ClientConfig } from '@aws-sdk/client-s3';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';
import type { Put } from '../steps/ledger';
import type { PublishMessage } from '../steps/publish';
import type { PutObject } from '../steps/quarantine';
import type { GetItem } from '../steps/read-contact';
import type { PutItem } from '../steps/store';

export interface AwsCalls {
  readonly putItem: PutItem;
  readonly getItem: GetItem;
  readonly put: Put;
  readonly publishMessage: PublishMessage;
  readonly putObject: PutObject;
}

/**
 * Creates the calls. Credentials, region and endpoints come from the environment, as Lambda sets it.
 *
 * @param maxSockets - of each client: the requests that are in flight at the same time, so that none waits for a socket.
 *   The limits below would count that wait, and a slow table would look like an outage (docs/adr/0009)
 */
export function createAwsCalls(maxSockets: number): AwsCalls {
  const config = createClientConfig(maxSockets);
  const dynamodb = new DynamoDBClient(config);
  for (const name of UNUSED_MIDDLEWARE) dynamodb.middlewareStack.remove(name);
  const documents = DynamoDBDocumentClient.from(dynamodb);
  const sns = new SNSClient(config);
  return {
    putItem: (input, signal) => dynamodb.send(new PutItemCommand(input), { abortSignal: signal }),
    getItem: (input, signal) => dynamodb.send(new GetItemCommand(input), { abortSignal: signal }),
    put: (input, signal) => documents.send(new PutCommand(input), { abortSignal: signal }),
    publishMessage: (input, signal) => sns.send(new PublishCommand(input), { abortSignal: signal }),
    putObject: loadPutObjectOnFirstUse(config),
  };
}

/** A put does not need it, and it takes a sixth of its CPU: a log that is off, and two headers (docs/adr/0016). */
const UNUSED_MIDDLEWARE = ['loggerMiddleware', 'getUserAgentMiddleware', 'recursionDetectionMiddleware'];

/**
 * Limits for one attempt, in milliseconds. A call has up to three attempts, and its abort signal limits all of them.
 * Without `throwOnRequestTimeout` the SDK only warns; without a connection timeout it waits without limit.
 */
function createClientConfig(maxSockets: number) {
  return {
    maxAttempts: 3,
    requestHandler: {
      ...{ connectionTimeout: 1_000, requestTimeout: 3_000, throwOnRequestTimeout: true },
      ...{ httpsAgent: { maxSockets }, httpAgent: { maxSockets } },
    },
  };
}

/** Loads the S3 client on first use: it is as large as all the rest, and only failed records need it. */
function loadPutObjectOnFirstUse(config: S3ClientConfig): PutObject {
  let loaded: Promise<PutObject> | undefined;
  return async (input, signal) => {
    loaded ??= import('./s3-client').then(({ createPutObject }) => createPutObject(config));
    return (await loaded)(input, signal);
  };
}
