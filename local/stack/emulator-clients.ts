/** Creates SDK clients for the emulators. */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { KinesisClient } from '@aws-sdk/client-kinesis';
import { S3Client } from '@aws-sdk/client-s3';
import { SNSClient } from '@aws-sdk/client-sns';
import { SQSClient } from '@aws-sdk/client-sqs';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import type { Emulators } from '../emulators/start-emulators';

/** The emulators know only this account, and accept any credentials. */
export const REGION = 'us-east-1';
export const ACCOUNT = '000000000000';
export const CREDENTIALS = { accessKeyId: 'local', secretAccessKey: 'local' };
/** Access key id of the function's role, by which the authorizer knows it. DynamoDB Local accepts letters only. */
export const EXECUTION_ROLE_KEY = 'executionrole';

export interface Clients {
  kinesis: KinesisClient;
  dynamodb: DynamoDBClient;
  sns: SNSClient;
  sqs: SQSClient;
  s3: S3Client;
}

/** Creates one client for each service; `destroyClients` closes their connections. */
export function createClients(
  { endpoints }: Pick<Emulators, 'endpoints'>,
  accessKeyId = CREDENTIALS.accessKeyId,
): Clients {
  const shared = { region: REGION, credentials: { ...CREDENTIALS, accessKeyId } };
  return {
    // By default the Kinesis client uses HTTP/2, which the emulator does not support.
    kinesis: new KinesisClient({
      ...shared,
      endpoint: endpoints.kinesis,
      requestHandler: new NodeHttpHandler(),
    }),
    dynamodb: new DynamoDBClient({ ...shared, endpoint: endpoints.dynamodb }),
    sns: new SNSClient({ ...shared, endpoint: endpoints.sns }),
    sqs: new SQSClient({ ...shared, endpoint: endpoints.sqs }),
    s3: new S3Client({ ...shared, endpoint: endpoints.s3, forcePathStyle: true }),
  };
}

export function destroyClients(clients: Clients): void {
  for (const client of Object.values(clients) as Clients[keyof Clients][]) client.destroy();
}
