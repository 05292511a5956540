/** Runs `npm run smoke` as an operator does: in another process, against the emulators and the bundled function. */
import { DeleteItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { CreateStreamCommand, waitUntilStreamExists } from '@aws-sdk/client-kinesis';
import { ListSubscriptionsByTopicCommand } from '@aws-sdk/client-sns';
import {
  GetQueueAttributesCommand,
  ListQueuesCommand,
  QueueDoesNotExist,
  ReceiveMessageCommand,
} from '@aws-sdk/client-sqs';
import { type BundledFunction, bundledFunction } from './bundled-function';
import { aCommand, until } from './command';
import { aName, clients } from './emulators';

jest.setTimeout(120_000);

let bundled: BundledFunction;
/** A stream that no function reads. */
const unread = aName('unread');

beforeAll(async () => {
  bundled = await bundledFunction('smoke');
  await clients.kinesis.send(new CreateStreamCommand({ StreamName: unread, ShardCount: 1 }));
  const wait = { client: clients.kinesis, maxWaitTime: 30, minDelay: 0.05, maxDelay: 0.5 };
  await waitUntilStreamExists(wait, { StreamName: unread });
});
afterAll(() => bundled.stop());

/** Runs with `--yes` and the names of the resources. */
const smoke = (...args: string[]) => {
  const { stream, recordsTable, topicArn } = bundled.stack.names;
  const names = ['--table', recordsTable, '--topic', topicArn];
  return aCommand('smoke', ['--stream', stream, ...names, '--yes', ...args]);
};

const contactIdIn = (errors: string) => /smoke-test-[0-9a-f-]{36}/.exec(errors)?.[0] ?? '';

/** Lists what the stack itself did not create: items, queues, subscriptions. */
async function leftBehind() {
  const { recordsTable, topicArn, queueUrl } = bundled.stack.names;
  const [{ Items = [] }, { Subscriptions = [] }, { QueueUrls = [] }] = await Promise.all([
    clients.dynamodb.send(new ScanCommand({ TableName: recordsTable, ConsistentRead: true })),
    clients.sns.send(new ListSubscriptionsByTopicCommand({ TopicArn: topicArn })),
    clients.sqs.send(new ListQueuesCommand({ QueueNamePrefix: 'smoke-test-' })),
  ]);
  const own = queueUrl.split('/').at(-1) ?? '';
  // Other suites run the command, too. They have other topics.
  const isOfTopic = async (QueueUrl: string) => {
    const command = new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['Policy'] });
    const answer = await clients.sqs.send(command).catch((error: unknown) => {
      // Another suite has just removed its queue.
      if (error instanceof QueueDoesNotExist) return undefined;
      throw error;
    });
    return answer?.Attributes?.Policy?.includes(topicArn) === true;
  };
  const areOfTopic = await Promise.all(QueueUrls.map(isOfTopic));
  return {
    items: Items,
    subscriptions: Subscriptions.filter(({ Endpoint }) => !Endpoint?.endsWith(`:${own}`)),
    queues: QueueUrls.filter((_url, index) => areOfTopic[index]),
  };
}
const NOTHING = { items: [], subscriptions: [], queues: [] };

/** What the topic's other subscriber, the stack's own queue, has got since the last call: bodies. */
async function readMessages(): Promise<string[]> {
  const { Messages = [] } = await clients.sqs.send(
    new ReceiveMessageCommand({
      QueueUrl: bundled.stack.names.queueUrl,
      MaxNumberOfMessages: 10,
      WaitTimeSeconds: 1,
    }),
  );
  return Messages.map(({ Body = '' }) => Body);
}

it('shows the stored record, and leaves no item and no message', async () => {
  const { status, output, errors } = await smoke().ended;

  expect({ status, errors }).toEqual({
    status: 0,
    errors: expect.stringContaining('smoke-test-') as unknown,
  });
  expect(output).toMatch(/^put {6}Kinesis: shardId-\d{12}, sequence number \d+$/m);
  expect(output).toMatch(/^stored {3}DynamoDB: \d+\.\d s after the put; the item is as it should be$/m);
  expect(output).toMatch(/^ {9}Attributes +\{"contact-record-pipeline":"smoke test"\}$/m);
  expect(output).toMatch(/removed {2}item\n$/);
  expect(await leftBehind()).toEqual(NOTHING);
  expect(await readMessages()).toEqual([]);
});

it('receives the message, and leaves only the ledger’s entry, with --abandoned', async () => {
  const { status, output, errors } = await smoke('--abandoned').ended;

  expect({ status, output }).toMatchObject({ status: 0 });
  expect(errors).toContain('EVERY SUBSCRIBER of the topic gets its message');
  expect(output).toMatch(
    /^message {2}SNS: \d+\.\d s after the put, id \S+; the message is as it should be$/m,
  );
  expect(output).toMatch(/^ {9}EventType +ContactAbandoned$/m);
  expect(output).toMatch(/^ {9}QueueDuration +50$/m);
  expect(await leftBehind()).toEqual(NOTHING);

  const ContactId = contactIdIn(errors);
  const [body = '', ...more] = await readMessages();
  expect(JSON.parse(body)).toMatchObject({ ContactId });
  expect(more).toEqual([]);

  // Kinesis delivers it once more: the item is back, as the command's help says.
  const { stack } = bundled;
  await stack.putRecords([{ data: Buffer.from(body), partitionKey: ContactId }]);
  await stack.whenCaughtUp(30_000);
  const item = { TableName: stack.names.recordsTable, Key: { ContactId: { S: ContactId } } };
  const { Attributes } = await clients.dynamodb.send(
    new DeleteItemCommand({ ...item, ReturnValues: 'ALL_OLD' }),
  );
  expect(Attributes).toMatchObject({ ContactId: { S: ContactId } });
  expect(await readMessages()).toEqual([]);
});

it('ends in time, says what to check, and leaves no queue when no function runs', async () => {
  const from = performance.now();
  const { status, output, errors } = await smoke('--stream', unread, '--abandoned', '--wait-seconds', '2')
    .ended;

  expect(status).toBe(1);
  expect(performance.now() - from).toBeLessThan(30_000);
  expect(output).toMatch(/^FAILED {3}DynamoDB: after 2\.\d s the item is not in /m);
  expect(output).toContain('whether the event source mapping of the function is enabled');
  expect(output).toContain('the record may be in the stream, and the function may still process it');
  expect(output).toContain(`--key '{"ContactId":{"S":"${contactIdIn(errors)}"}}'`);
  expect(await leftBehind()).toEqual(NOTHING);
});

it('removes subscription and queue when Ctrl-C comes while it waits', async () => {
  const { child, written, ended } = smoke('--stream', unread, '--abandoned');
  await until(() => written.output.includes('sequence number'), 'the put');
  expect((await leftBehind()).queues).toHaveLength(1);
  expect((await leftBehind()).subscriptions).toHaveLength(1);
  child.kill('SIGINT');

  const { status, output } = await ended;
  expect(status).toBe(130);
  expect(output).toContain('the record may be in the stream, and the function may still process it');
  expect(output).not.toContain('FAILED');
  expect(await leftBehind()).toEqual(NOTHING);
});

it('puts no record, and removes the queue, when the topic does not exist', async () => {
  const { status, output, errors } = await smoke('--topic', `${bundled.stack.names.topicArn}x`, '--abandoned')
    .ended;

  expect(status).toBe(1);
  expect(errors).toContain('sns:Subscribe failed (NotFoundException): check the name');
  expect(output).not.toContain('put');
  expect(await leftBehind()).toEqual(NOTHING);
});

it('prints only one object with all events with --json', async () => {
  const { status, output, errors } = await smoke('--json').ended;
  expect(status).toBe(0);
  expect(JSON.parse(output)).toMatchObject({
    outcome: 'passed',
    contactId: contactIdIn(errors),
    targets: { stream: bundled.stack.names.stream },
    events: [
      { kind: 'put', accepted: { shardId: expect.any(String) as unknown } },
      { kind: 'stored', item: { ContactId: contactIdIn(errors) }, differing: [] },
      { kind: 'removed', name: 'item' },
    ],
  });
});

it('changes nothing when there is no terminal and no --yes', async () => {
  const { status, output, errors } = await aCommand('smoke', ['--stack', 'a-stack']).ended;
  expect({ status, output, errors }).toEqual({
    status: 2,
    output: '',
    errors:
      'The command asks before it changes anything, and there is no terminal: give --yes to run without the question.\n',
  });
});

it.each([
  [{ AWS_REGION: '' }, 'No region is set: set AWS_REGION, for example to us-east-1.\n'],
  [{ AWS_ACCESS_KEY_ID: '' }, 'No credentials were found: sign in, or set AWS_PROFILE.\n'],
])('says what is missing when the environment has %j', async (environment, errors) => {
  const nowhereElse = {
    ...{ AWS_CONFIG_FILE: '/dev/null', AWS_SHARED_CREDENTIALS_FILE: '/dev/null', AWS_DEFAULT_REGION: '' },
    AWS_EC2_METADATA_DISABLED: 'true',
  };
  const run = aCommand('smoke', ['--stack', 'a-stack', '--yes'], { ...nowhereElse, ...environment });
  expect(await run.ended).toEqual({ status: 2, output: '', errors });
});

describe('the names come from CloudFormation', () => {
  const OUTPUTS = () => {
    const { stream, recordsTable, topicArn } = bundled.stack.names;
    return { StreamName: stream, RecordsTableName: recordsTable, AbandonedContactsTopicArn: topicArn };
  };
  const described = (outputs: Record<string, string>) => {
    const members = Object.entries(outputs).map(
      ([key, value]) => `<member><OutputKey>${key}</OutputKey><OutputValue>${value}</OutputValue></member>`,
    );
    return `<DescribeStacksResponse xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/"><DescribeStacksResult>
      <Stacks><member><StackName>a-stack</StackName><StackStatus>CREATE_COMPLETE</StackStatus>
      <Outputs>${members.join('')}</Outputs></member></Stacks>
      </DescribeStacksResult></DescribeStacksResponse>`;
  };
  const refused = (code: string, message: string) =>
    `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error></ErrorResponse>`;

  async function smokeStack(status: number, answer: string) {
    const requests: string[] = [];
    const endpoint = await bundled.aService((request, response) => {
      void request.toArray().then((chunks) => {
        requests.push(Buffer.concat(chunks as Buffer[]).toString());
        response.writeHead(status, { 'Content-Type': 'text/xml' }).end(answer);
      });
    });
    const environment = { AWS_ENDPOINT_URL_CLOUDFORMATION: endpoint };
    const ended = await aCommand('smoke', ['--stack', 'a-stack', '--yes'], environment).ended;
    return { ...ended, requests };
  }

  it('of the stack that was asked for', async () => {
    const { status, output, errors, requests } = await smokeStack(200, described(OUTPUTS()));
    expect({ status, output }).toMatchObject({ status: 0 });
    expect(requests).toEqual([expect.stringMatching(/Action=DescribeStacks.*StackName=a-stack/)]);
    expect(errors).toContain(`stream  ${bundled.stack.names.stream}`);
    expect(await leftBehind()).toEqual(NOTHING);
  });

  it.each([
    [
      'the stack does not exist',
      2,
      () => [400, refused('ValidationError', 'Stack with id a-stack does not exist')] as const,
      'There is no stack a-stack in us-east-1: check --stack, AWS_REGION and the account.\n',
    ],
    [
      'an output is missing',
      2,
      () => [200, described({ StreamName: 'only-this' })] as const,
      'The stack a-stack has no output RecordsTableName: check that it is a stack of this pipeline, and deploy it again.\n',
    ],
    [
      'access is denied',
      1,
      () => [403, refused('AccessDenied', 'User: arn:aws:iam::111122223333:user/CANARY …')] as const,
      'cloudformation:DescribeStacks failed (AccessDenied): the credentials lack cloudformation:DescribeStacks.\n',
    ],
  ])('reports one sentence, and changes nothing, when %s', async (_, status, answer, errors) => {
    const [httpStatus, body] = answer();
    expect(await smokeStack(httpStatus, body)).toMatchObject({ status, output: '', errors });
  });
});
