/**
 * The AWS clients, with explicit limits, as the four calls that the function makes. Nothing else of AWS is called.
 */
import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';
import type { Put } from '../steps/ledger';
import { MAX_IN_FLIGHT } from '../batch/process-batch';
import type { PublishMessage } from '../steps/publish';
import type { PutObject } from '../steps/quarantine';
import type { PutItem } from '../steps/store';

export interface Calls {
  readonly putItem: PutItem;
  readonly put: Put;
  readonly publishMessage: PublishMessage;
  readonly putObject: PutObject;
}

/** No request waits for a socket: its limits would count the wait, and a slow table look like an outage (docs/adr/0009). */
const SOCKETS = { maxSockets: MAX_IN_FLIGHT };

/**
 * For one attempt, milliseconds: a call has up to three attempts and, by its abort signal, a limit over all of them.
 * Without `throwOnRequestTimeout`, the SDK only warns; without a connection timeout, it waits for ever.
 */
const LIMITS = {
  maxAttempts: 3,
  requestHandler: {
    ...{ connectionTimeout: 1_000, requestTimeout: 3_000, throwOnRequestTimeout: true },
    ...{ httpsAgent: SOCKETS, httpAgent: SOCKETS },
  },
};

/**
 * What the SDK does to each request and a put can do without, a sixth of what it takes (docs/adr/0016): a copy of it for a log
 * that nobody keeps, the header that names the SDK, and the one by which SQS, SNS, S3 and Lambda recognise loops.
 */
const NOT_NEEDED = ['loggerMiddleware', 'getUserAgentMiddleware', 'recursionDetectionMiddleware'];

/** Credentials, region and endpoints come from the environment, as Lambda sets it. */
export function awsCalls(): Calls {
  const dynamodb = new DynamoDBClient(LIMITS);
  for (const name of NOT_NEEDED) dynamodb.middlewareStack.remove(name);
  const documents = DynamoDBDocumentClient.from(dynamodb);
  const sns = new SNSClient(LIMITS);
  return {
    putItem: (input, signal) => dynamodb.send(new PutItemCommand(input), { abortSignal: signal }),
    put: (input, signal) => documents.send(new PutCommand(input), { abortSignal: signal }),
    publishMessage: (input, signal) => sns.send(new PublishCommand(input), { abortSignal: signal }),
    putObject: putObjectWhenNeeded(),
  };
}

/** The S3 client is as large as all the rest, and only a record that is set aside needs it: loaded at its first use. */
function putObjectWhenNeeded(): PutObject {
  let loaded: Promise<PutObject> | undefined;
  return async (input, signal) => {
    loaded ??= import('./s3-client').then(({ putObjectBy }) => putObjectBy(LIMITS));
    return (await loaded)(input, signal);
  };
}
