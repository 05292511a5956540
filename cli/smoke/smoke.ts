/** `npm run smoke`: sends a synthetic record through the deployed pipeline, and shows each step. */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { KinesisClient } from '@aws-sdk/client-kinesis';
import { SNSClient } from '@aws-sdk/client-sns';
import { SQSClient } from '@aws-sdk/client-sqs';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { requireRegionAndCredentials, SMALL_REQUEST_LIMITS } from '../shared/aws-clients';
import { createPaint } from '../shared/colours';
import { askToProceed, requireTerminal } from '../shared/confirm';
import { createProgress } from '../shared/progress-line';
import { createRunClock } from '../shared/run-clock';
import { EXIT, runCommand, type Running } from '../shared/run-command';
import { readStackOutputs } from '../shared/stack-outputs';
import { type Settings, smokeCommand, type Targets } from './smoke-options';
import { createSmokeRecord, type SmokeRecord } from './smoke-record';
import { formatDeleteCommand, formatEvent, formatPlan } from './smoke-report';
import { createPutRecord, createRecordsTable } from './smoke-services';
import { runSmokeTest, type SmokeEvent, type SmokePorts } from './smoke-test';
import { createOpenQueue } from './temporary-queue';

const EXIT_FOR = { passed: EXIT.success, failed: EXIT.failure, stopped: EXIT.interrupted } as const;

async function run(settings: Settings, running: Running): Promise<number> {
  const { isAbandoned, isConfirmed } = settings;
  const { stopping, result } = running;
  if (!isConfirmed) requireTerminal('it changes anything');
  const region = await requireRegionAndCredentials();
  const targets = await resolveTargets(settings.target, region);
  const clients = createClients();

  const record = createSmokeRecord(Date.now(), isAbandoned);
  process.stderr.write(`${formatPlan(record, targets, region, isAbandoned)}\n`);
  if (!isConfirmed && !(await askToProceed(stopping))) return EXIT.interrupted;

  Object.assign(result, { contactId: record.ContactId, region, targets });
  const { stream, table, topic } = targets;
  const ports: SmokePorts = {
    putRecord: createPutRecord(clients.kinesis, stream),
    table: createRecordsTable(clients.dynamodb, table),
    openQueue: isAbandoned && topic !== undefined ? createOpenQueue(topic, clients) : undefined,
    clock: createRunClock(stopping),
    stopping,
  };
  return testAndReport(settings, record, table, ports, running);
}

/** Runs the test, and shows each event at once. */
async function testAndReport(
  { isAbandoned, waitSeconds }: Settings,
  record: SmokeRecord,
  table: string,
  ports: SmokePorts,
  { print, result }: Running,
): Promise<number> {
  const deleteCommand = formatDeleteCommand(table, record.ContactId);
  const events: SmokeEvent[] = [];
  Object.assign(result, { deleteCommand, events });
  let putAt = performance.now();
  const measureWait = () => ({ done: Math.floor((performance.now() - putAt) / 1000), total: waitSeconds });
  const waiting = createProgress(process.stderr, measureWait, 'seconds waited', { isTransient: true });
  const paint = createPaint(process.stdout);
  const onEvent = (event: SmokeEvent) => {
    waiting.end();
    events.push(event);
    print(formatEvent(event, { table, deleteCommand, isAbandoned }, paint));
    if (event.kind === 'put') putAt = performance.now();
    if (event.kind === 'put' || (event.kind === 'stored' && isAbandoned)) waiting.begin();
  };
  const smokeRun = { record, waitMs: waitSeconds * 1000, deleteCommand, onEvent };
  const outcome = await runSmokeTest(smokeRun, ports).finally(waiting.end);
  result.outcome = outcome;
  return EXIT_FOR[outcome];
}

async function resolveTargets(target: Settings['target'], region: string): Promise<Targets> {
  if (!('stack' in target)) return target;
  const output = await readStackOutputs(target.stack, region);
  return {
    stream: output('StreamName'),
    table: output('RecordsTableName'),
    topic: output('AbandonedContactsTopicArn'),
  };
}

/** Creates the clients. Region, credentials and endpoints come from the environment, as for the AWS CLI. */
function createClients() {
  const options = { requestHandler: SMALL_REQUEST_LIMITS };
  return {
    // The local emulator of Kinesis supports only HTTP/1.1.
    kinesis: new KinesisClient({ requestHandler: new NodeHttpHandler(SMALL_REQUEST_LIMITS) }),
    dynamodb: new DynamoDBClient(options),
    sns: new SNSClient(options),
    // The local emulator returns a host name that some machines cannot resolve.
    sqs: new SQSClient({ ...options, useQueueUrlAsEndpoint: false }),
  };
}

runCommand({ commandLine: smokeCommand, run, onStop: 'Stopping: removing temporary resources.' });
