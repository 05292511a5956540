/**
 * `npm run smoke`: one synthetic contact record through the deployed pipeline, and what each part made of it.
 */
import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { KinesisClient } from '@aws-sdk/client-kinesis';
import { SNSClient } from '@aws-sdk/client-sns';
import { SQSClient } from '@aws-sdk/client-sqs';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { LIMITS_OF_SMALL, regionAndCredentialsOf } from '../shared/aws-clients';
import { clockUntil } from '../shared/clock';
import { paintOn } from '../shared/colours';
import { EXIT, runCommand, type Running } from '../shared/command';
import { isAgreed } from '../shared/confirm';
import { progressOn } from '../shared/progress';
import { smokeCommand, type Settings } from './smoke-options';
import { itemByHand, plan, printed } from './smoke-report';
import { smokeRecord } from './smoke-record';
import { putRecordTo, recordsTable } from './smoke-services';
import { smoke, type Step } from './smoke-test';
import { targetsOf } from './targets';
import { queueOn } from './temporary-queue';
import { UsageError } from '../shared/usage-error';

const EXIT_FOR = { passed: EXIT.success, failed: EXIT.failure, stopped: EXIT.interrupted } as const;

async function run(
  { target, isAbandoned, waitSeconds, isConfirmed }: Settings,
  { stopping, print, result }: Running,
): Promise<number> {
  if (!isConfirmed && !process.stdin.isTTY) {
    throw new UsageError('It asks before it touches anything, and here is no terminal: --yes goes without.');
  }
  const { cloudFormation, kinesis, dynamodb, sns, sqs } = clients();
  const region = await regionAndCredentialsOf(dynamodb);
  const targets = 'stack' in target ? await targetsOf(cloudFormation, target.stack, region) : target;
  const { stream, table, topic } = targets;

  const record = smokeRecord(Date.now(), isAbandoned);
  process.stderr.write(`${plan(record, targets, region, isAbandoned)}\n`);
  const terminal = { input: process.stdin, output: process.stderr };
  if (!isConfirmed && !(await isAgreed('Go ahead?', terminal, stopping))) return EXIT.interrupted;

  const about = { table, itemByHand: itemByHand(table, record.ContactId), isAbandoned };
  const steps: Step[] = [];
  Object.assign(result, {
    contactId: record.ContactId,
    region,
    targets,
    itemByHand: about.itemByHand,
    steps,
  });
  let putAt = performance.now();
  const waited = () => ({ done: Math.floor((performance.now() - putAt) / 1000), total: waitSeconds });
  const waiting = progressOn(process.stderr, waited, 'seconds waited', { isTransient: true });
  const paint = paintOn(process.stdout);
  const outcome = await smoke(
    {
      record,
      waitMs: waitSeconds * 1000,
      itemByHand: about.itemByHand,
      tell: (step) => {
        waiting.end();
        steps.push(step);
        print(printed(step, about, paint));
        if (step.kind === 'put') putAt = performance.now();
        if (step.kind === 'put' || (step.kind === 'stored' && isAbandoned)) waiting.begin();
      },
    },
    {
      putRecord: putRecordTo(kinesis, stream),
      table: recordsTable(dynamodb, table),
      openQueue: isAbandoned && topic !== undefined ? queueOn(topic, { sns, sqs }) : undefined,
      clock: clockUntil(stopping),
      stopping,
    },
  ).finally(waiting.end);
  result.outcome = outcome;
  return EXIT_FOR[outcome];
}

/** Region, credentials and endpoints come from the environment, as for the AWS CLI. */
function clients() {
  const options = { requestHandler: LIMITS_OF_SMALL };
  return {
    cloudFormation: new CloudFormationClient(options),
    // The local emulator of the stream speaks HTTP/1.1 only.
    kinesis: new KinesisClient({ requestHandler: new NodeHttpHandler(LIMITS_OF_SMALL) }),
    dynamodb: new DynamoDBClient(options),
    sns: new SNSClient(options),
    // The local emulator names a host that not every machine can look up.
    sqs: new SQSClient({ ...options, useQueueUrlAsEndpoint: false }),
  };
}

runCommand({
  commandLine: smokeCommand,
  run,
  onStop: 'Stopping: removing what was made.',
});
