/** Writes the variables for a second terminal with `--keep`, and formats commands that use them. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { EmulatorOptions, Service } from '../emulators/start-emulators';
import { CREDENTIALS, REGION } from '../stack/emulator-clients';
import type { LocalStack } from '../stack/local-stack';

const FILE = 'local.env';

/** Writes the variables for a second terminal; returns the file's path. The emulators accept any credentials. */
export async function writeLocalEnv(folder: string, { emulators, names }: LocalStack): Promise<string> {
  const variables = {
    AWS_ACCESS_KEY_ID: CREDENTIALS.accessKeyId,
    AWS_SECRET_ACCESS_KEY: CREDENTIALS.secretAccessKey,
    AWS_REGION: REGION,
    AWS_DEFAULT_REGION: REGION,
    // Without a pager, the AWS CLI's output stays on the screen.
    AWS_PAGER: '',
    ...Object.fromEntries(
      Object.entries(emulators.endpoints).flatMap(([service, endpoint]) => [
        [nameEndpoint(service), endpoint],
        // AWS CLI versions before 2023 ignore the other variable, and some later ones ignore it for SQS.
        [service.toUpperCase(), endpoint],
      ]),
    ),
    ...{ STREAM: names.stream, TABLE: names.recordsTable, LEDGER: names.ledgerTable },
    ...{ TOPIC: names.topicArn, QUEUE: names.queueUrl, BUCKET: names.bucket },
  };
  const lines = Object.entries(variables).map(([name, value]) => `export ${name}='${value}'\n`);
  const path = join(folder, FILE);
  const head =
    '# Variables for the local stack of `npm start -- --keep`.\nunset AWS_PROFILE AWS_SESSION_TOKEN\n';
  await writeFile(path, head + lines.join(''));
  return path;
}

const nameEndpoint = (service: string) => `AWS_ENDPOINT_URL_${service.toUpperCase()}`;

/** Reads the ports of the last run with `--keep`. With the same ports, variables in a second terminal stay valid. */
export async function readLastPorts(folder: string): Promise<NonNullable<EmulatorOptions['ports']>> {
  const text = await readFile(join(folder, FILE), 'utf8').catch(() => '');
  const services: Service[] = ['kinesis', 'dynamodb', 'sns'];
  const ports = services.map((service) => {
    const [, port] =
      new RegExp(`${nameEndpoint(service)}='http://127\\.0\\.0\\.1:(\\d{4,5})'`).exec(text) ?? [];
    return [service, Number(port ?? 0)];
  });
  return Object.fromEntries(ports) as Partial<Record<Service, number>>;
}

/** Formats the commands for a second terminal; each line is at most 80 columns wide. */
export function formatConnectionHints(envPath: string, { notifyWithinHours }: LocalStack): string {
  const limit = notifyWithinHours === undefined ? '--notify-old-contacts' : '--assume-notify-limit';
  const path = /^[\w./-]+$/.test(envPath) ? envPath : `'${envPath.replaceAll("'", `'\\''`)}'`;
  return `Everything runs until Ctrl-C. In a second terminal, in this folder:
  . ${path.includes('/') ? path : `./${path}`}
  aws --endpoint-url $KINESIS kinesis put-record --stream-name $STREAM \\
    --partition-key any --data fileb://test/fixtures/abandoned-in-queue.json
  aws --endpoint-url $DYNAMODB dynamodb scan --table-name $TABLE --max-items 1
  aws --endpoint-url $DYNAMODB dynamodb scan --table-name $LEDGER --max-items 1
  aws --endpoint-url $SNS sns list-subscriptions-by-topic --topic-arn $TOPIC
  aws --endpoint-url $S3 s3 ls s3://$BUCKET --recursive
  npm run smoke -- --stream $STREAM --table $TABLE --topic $TOPIC --abandoned
  aws --endpoint-url $SQS sqs receive-message --queue-url $QUEUE
  npm run explain -- --table $TABLE --ledger $LEDGER --awaiting
  npm run backfill -- test/fixtures --stream $STREAM ${limit}
  npm run redrive -- --bucket $BUCKET
Deliveries and messages, as they come:
`;
}
