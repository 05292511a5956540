/**
 * `npm run smoke`: one synthetic contact record through the deployed pipeline, and what each part made of it.
 */
import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { KinesisClient } from '@aws-sdk/client-kinesis';
import { SNSClient } from '@aws-sdk/client-sns';
import { SQSClient } from '@aws-sdk/client-sqs';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { LIMITS, regionAndCredentialsOf, runOnServices } from './aws';
import { clockUntil } from './clock';
import { EXIT, runAsParsed } from './command';
import { isAgreed } from './confirm';
import { ServiceFault } from './service-fault';
import { HELP, parseArguments, type Settings } from './smoke/arguments';
import { explained, itemByHand, plan, printed } from './smoke/printed';
import { smokeRecord } from './smoke/record';
import { putRecordTo, recordsTable } from './smoke/services';
import { smoke, type SmokeOutcome } from './smoke/smoke';
import { targetsOf } from './smoke/targets';
import { queueOn } from './smoke/temporary-queue';
import { WrongUsage } from './usage';

const stopping = new AbortController();

async function run(settings: Settings): Promise<number> {
  try {
    return EXIT_FOR[await smokeTest(settings)];
  } catch (error) {
    if (!(error instanceof ServiceFault)) throw error;
    process.stderr.write(explained(error));
    return EXIT.wrong;
  }
}

const EXIT_FOR = { passed: EXIT.right, failed: EXIT.wrong, stopped: EXIT.interrupted } as const;

async function smokeTest({ target, isAbandoned, waitSeconds, isConfirmed }: Settings): Promise<SmokeOutcome> {
  if (!isConfirmed && !process.stdin.isTTY) {
    throw new WrongUsage('It asks before it touches anything, and here is no terminal: --yes goes without.');
  }
  const { cloudFormation, kinesis, dynamodb, sns, sqs } = clients();
  const region = await regionAndCredentialsOf(dynamodb);
  const targets = 'stack' in target ? await targetsOf(cloudFormation, target.stack, region) : target;
  const { stream, table, topic } = targets;

  const record = smokeRecord(Date.now(), isAbandoned);
  process.stderr.write(`${plan(record, targets, region, isAbandoned)}\n`);
  const terminal = { input: process.stdin, output: process.stderr };
  if (!isConfirmed && !(await isAgreed('Go ahead?', terminal, stopping.signal))) return 'stopped';

  const about = { table, itemByHand: itemByHand(table, record.ContactId), isAbandoned };
  return smoke(
    {
      record,
      waitMs: waitSeconds * 1000,
      itemByHand: about.itemByHand,
      tell: (step) => process.stdout.write(printed(step, about)),
    },
    {
      putRecord: putRecordTo(kinesis, stream),
      table: recordsTable(dynamodb, table),
      openQueue: isAbandoned && topic !== undefined ? queueOn(topic, { sns, sqs }) : undefined,
      clock: clockUntil(stopping.signal),
      stopping: stopping.signal,
    },
  );
}

/** Region, credentials and endpoints come from the environment, as for the AWS CLI. */
function clients() {
  const options = { requestHandler: LIMITS };
  return {
    cloudFormation: new CloudFormationClient(options),
    // The local engine of the stream speaks HTTP/1.1 only.
    kinesis: new KinesisClient({ requestHandler: new NodeHttpHandler(LIMITS) }),
    dynamodb: new DynamoDBClient(options),
    sns: new SNSClient(options),
    // The local engine names a host that not every machine can look up.
    sqs: new SQSClient({ ...options, useQueueUrlAsEndpoint: false }),
  };
}

runOnServices(
  () => runAsParsed(parseArguments(process.argv.slice(2)), HELP, run),
  stopping,
  'Stopping: removing what was made.',
);
