/** Runs the checks against services on loopback with the formats of the SDK's models. */
import { readSettings } from '../../../lib/settings';
import * as account from './account';
import { examine } from './account';
import { type Answers, AwsError } from './aws-server';

const STACK = { stack: 'ContactRecordPipeline' };
const notOk = ({ findings }: account.Examined) => findings.filter(({ level }) => level !== 'ok');

it('finds nothing to do when a deployed stack is right', async () => {
  const examined = await examine({}, STACK);

  expect(notOk(examined)).toEqual([]);
  expect(examined.settings).toBeUndefined();
  expect(examined.findings.map(({ check }) => check)).toEqual([
    ...[
      'credentials',
      'bootstrap',
      'instance',
      'stack',
      'export',
      'stream',
      'key',
      'key policy',
      'key policy',
    ],
    ...['mapping', 'alarms', 'contacts', 'records'],
  ]);
});

describe('settings', () => {
  const NO_EXPORT = { 'connect:ListInstanceStorageConfigs': { StorageConfigs: [] } };

  it('has the instance when it exports nothing', async () => {
    const { settings, about } = await examine(NO_EXPORT);

    expect(settings).toEqual({ connectInstanceArn: account.INSTANCE_ARN });
    expect(about('export')).toEqual([expect.stringMatching(/^ok: .*the deployment sets up the export/)]);
  });

  it('leaves the export to a person when CloudFormation cannot set it up in the region', async () => {
    const { settings, about } = await examine(NO_EXPORT, { region: 'eu-west-1' });

    expect(settings).toEqual({});
    expect(about('export')).toEqual([expect.stringMatching(/^note: .*can't set it up in eu-west-1/)]);
  });

  it('has stream, key and record age when the instance exports to an encrypted stream', async () => {
    const { settings } = await examine();

    expect(settings).toEqual({
      streamArn: account.STREAM,
      streamKeyArn: account.KEY,
      maxRecordAgeHours: 144,
      notifyWithinHours: 24,
    });
  });

  it.each([
    [24, 20],
    [48, 41],
    [168, 144],
    [8760, 144],
  ])(
    'keeps the record age below a retention of %d hours',
    async (RetentionPeriodHours, maxRecordAgeHours) => {
      const stream = account.aStream({ RetentionPeriodHours });
      const { settings } = await examine({ 'kinesis:DescribeStreamSummary': stream });

      expect(settings).toMatchObject({ maxRecordAgeHours });
    },
  );

  it.each([
    [account.KEY, { streamKeyArn: account.KEY }],
    ['alias/exports', {}],
  ])('has the key when KMS may not be asked and the stream names it: %s', async (KeyId, key) => {
    const { settings, about } = await examine({
      'kinesis:DescribeStreamSummary': account.aStream({ KeyId }),
      'kms:DescribeKey': new AwsError('AccessDeniedException'),
    });

    const others = { streamArn: account.STREAM, maxRecordAgeHours: 144, notifyWithinHours: 24 };
    expect(settings).toEqual({ ...others, ...key });
    expect(about('key').some((text) => text.includes('streamKeyArn is missing'))).toBe(KeyId !== account.KEY);
  });

  it('is empty when the instance exports to a Firehose, and says what comes after the deployment', async () => {
    const { settings, about } = await examine({
      'connect:ListInstanceStorageConfigs': account.aFirehoseExport(),
    });

    expect(settings).toEqual({});
    expect(about('export')).toEqual([
      expect.stringMatching(
        /^note: .*deliverystream\/lake, which .* can't read.*\nDeploy, and run this command with --stack/,
      ),
    ]);
  });

  it('does not propose the stream of a deployed stack as an existing one', async () => {
    const own = `${account.STREAM.split('/')[0] ?? ''}/ContactRecordPipeline-ContactRecordStreamECEDD669-AbC`;
    const { settings, about } = await examine({
      'connect:ListInstanceStorageConfigs': account.aStreamExport(own),
    });

    expect(settings).toBeUndefined();
    expect(about('stack')).toEqual([
      expect.stringMatching(/^todo: .*stream of a deployed stack.*\n--stack NAME$/),
    ]);
  });

  it.each<[string, Answers['cloudformation:DescribeStacks']]>([
    ["can't be asked for", new AwsError('AccessDenied', 403)],
    ['has no outputs yet', { Stacks: [{ StackStatus: 'CREATE_IN_PROGRESS' }] }],
  ])('is missing when the stack %s', async (_, answer) => {
    const { settings } = await examine({ 'cloudformation:DescribeStacks': answer }, STACK);

    expect(settings).toBeUndefined();
  });

  it('has the name of a stack that is not deployed yet', async () => {
    const noStack = new AwsError('ValidationError', 400, 'Stack with id Sales does not exist');
    const { settings, about } = await examine(
      { ...NO_EXPORT, 'cloudformation:DescribeStacks': noStack },
      { stack: 'Sales' },
    );

    expect(settings).toEqual({ stackName: 'Sales', connectInstanceArn: account.INSTANCE_ARN });
    expect(about('stack')).toEqual([
      expect.stringMatching(/^todo: There is no stack Sales in eu-central-1 yet/),
    ]);
  });

  it('is missing when the export of the instance is unknown', async () => {
    const { settings } = await examine({
      'connect:ListInstanceStorageConfigs': new AwsError('AccessDeniedException', 403),
    });

    expect(settings).toBeUndefined();
  });

  it.each([NO_EXPORT, {}, { 'connect:ListInstanceStorageConfigs': account.aFirehoseExport() }])(
    'is accepted by the stack (%#)',
    async (changes) => {
      const { settings = {} } = await examine(changes);
      const target = { account: account.ACCOUNT, region: account.REGION };
      const read = readSettings({ ...settings }, target);

      expect(Object.keys(read)).toEqual(Object.keys(settings));
    },
  );
});

/** What is changed, with the finding: the check, and how it begins. */
const FINDINGS: [string, Partial<Answers>, string, RegExp][] = [
  [
    'the CDK is not bootstrapped',
    { 'ssm:GetParameter': new AwsError('ParameterNotFound') },
    'bootstrap',
    /^todo: .*not bootstrapped.*\nnpx cdk bootstrap aws:\/\/111122223333\/eu-central-1$/,
  ],
  [
    'the bootstrap is too old',
    { 'ssm:GetParameter': { Parameter: { Value: '5' } } },
    'bootstrap',
    /^todo: .*too old: it has version 5, and the stack needs 6/,
  ],
  [
    'there is no such instance',
    { 'connect:DescribeInstance': new AwsError('ResourceNotFoundException', 404) },
    'instance',
    /^todo: There is no Connect instance .* in eu-central-1/,
  ],
  [
    'the instance is being created',
    { 'connect:DescribeInstance': { Instance: { InstanceStatus: 'CREATION_IN_PROGRESS' } } },
    'instance',
    /^todo: .*not active \(CREATION_IN_PROGRESS\)/,
  ],
  [
    'the export has another target than the stack',
    { 'connect:ListInstanceStorageConfigs': account.aFirehoseExport() },
    'export',
    /^todo: .*deliverystream\/lake, not to the stack's stream.*\naws connect update-instance-storage-config .*--association-id association .*StreamArn=.*exports/,
  ],
  [
    'the instance exports nothing',
    { 'connect:ListInstanceStorageConfigs': {} },
    'export',
    /^todo: The instance exports no contact records.*\naws connect associate-instance-storage-config /,
  ],
  [
    'the stream does not exist',
    { 'kinesis:DescribeStreamSummary': new AwsError('ResourceNotFoundException') },
    'stream',
    /^todo: The stream .* does not exist: records that Connect exports to it are lost/,
  ],
  [
    'the stream is being deleted',
    { 'kinesis:DescribeStreamSummary': account.aStream({ StreamStatus: 'DELETING' }) },
    'stream',
    /^todo: .*not active \(DELETING\)/,
  ],
  [
    'the retention is short',
    { 'kinesis:DescribeStreamSummary': account.aStream({ RetentionPeriodHours: 24 }) },
    'retention',
    /^note: The retention of 24 hours is short.*\naws kinesis increase-stream-retention-period --stream-name exports --retention-period-hours 168\n/,
  ],
  [
    'records expire before they are given up',
    { 'kinesis:DescribeStreamSummary': account.aStream({ RetentionPeriodHours: 144 }) },
    'mapping',
    /^todo: The maximum record age is 144 hours, and the stream keeps records for 144 hours/,
  ],
  [
    'records are never given up',
    { 'lambda:ListEventSourceMappings': account.aMapping({ MaximumRecordAgeInSeconds: -1 }) },
    'mapping',
    /^todo: The maximum record age has no limit/,
  ],
  [
    'the key is pending deletion',
    { 'kms:DescribeKey': account.aKey({ KeyState: 'PendingDeletion' }) },
    'key',
    /^todo: .*not usable \(PendingDeletion\)/,
  ],
  [
    'the key does not exist',
    { 'kms:DescribeKey': new AwsError('NotFoundException') },
    'key',
    /^todo: .*does not exist/,
  ],
  [
    'the key is of another account',
    { 'kms:DescribeKey': account.aKey({ AWSAccountId: '444455556666' }) },
    'key',
    /^todo: .*belongs to the account 444455556666/,
  ],
  [
    "the key's policy lacks Connect's role",
    { 'kms:GetKeyPolicy': account.aPolicy(account.ROOT_STATEMENT) },
    'key policy',
    /^todo: .*does not allow Connect's service-linked role kms:GenerateDataKey.*\n\{"Effect":"Allow","Action":"kms:GenerateDataKey","Resource":"\*","Principal":\{"AWS":"[^"]*AWSServiceRoleForAmazonConnect_AbC"\}\}$/,
  ],
  [
    "the key's policy neither has the function's role nor leaves it to IAM",
    { 'kms:GetKeyPolicy': account.aPolicy(account.CONNECT_STATEMENT) },
    'key policy',
    /^todo: .*does not allow the function's role kms:Decrypt.*\n\{.*role\/ContactRecordPipeline\*-ContactRecordFunction\*/,
  ],
  [
    "the key's policy denies it",
    {
      'kms:GetKeyPolicy': account.aPolicy(account.ROOT_STATEMENT, account.CONNECT_STATEMENT, {
        ...{ Effect: 'Deny', Principal: '*', Action: 'kms:Decrypt', Resource: '*' },
      }),
    },
    'key policy',
    /^todo: A Deny statement of the key's policy denies the function's role kms:Decrypt/,
  ],
  [
    "the key's policy has a condition that is not understood",
    {
      'kms:GetKeyPolicy': account.aPolicy(account.ROOT_STATEMENT, {
        ...account.CONNECT_STATEMENT,
        Condition: { IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } },
      }),
    },
    'key policy',
    /^unknown: This command cannot evaluate whether the key's policy allows Connect's service-linked role kms:Gen/,
  ],
  [
    'the stack is being changed',
    { 'cloudformation:DescribeStacks': account.aStack('UPDATE_IN_PROGRESS') },
    'stack',
    /^todo: .*is in progress \(UPDATE_IN_PROGRESS\)/,
  ],
  [
    'the deployment failed',
    { 'cloudformation:DescribeStacks': account.aStack('ROLLBACK_COMPLETE') },
    'stack',
    /^todo: .*failed \(ROLLBACK_COMPLETE\).*\naws cloudformation describe-stack-events /,
  ],
  [
    'the stack is another one',
    { 'cloudformation:DescribeStacks': account.aStack('CREATE_COMPLETE', { FunctionArn: '' }) },
    'stack',
    /^todo: .*lacks outputs/,
  ],
  [
    'the function does not exist',
    { 'lambda:GetFunctionConfiguration': new AwsError('ResourceNotFoundException', 404) },
    'function',
    /^todo: The function .*:function:pipeline of the stack does not exist/,
  ],
  [
    'there is no mapping',
    { 'lambda:ListEventSourceMappings': { EventSourceMappings: [] } },
    'mapping',
    /^todo: The function has no event source mapping/,
  ],
  [
    'the mapping is disabled',
    { 'lambda:ListEventSourceMappings': account.aMapping({ State: 'Disabled' }) },
    'mapping',
    /^todo: .*not enabled \(Disabled\).*\naws lambda update-event-source-mapping --uuid mapping-id --enabled$/,
  ],
  [
    'the mapping is being created',
    { 'lambda:ListEventSourceMappings': account.aMapping({ State: 'Creating' }) },
    'mapping',
    /^todo: .*not ready \(Creating\)/,
  ],
  [
    'the last batch failed',
    {
      'lambda:ListEventSourceMappings': account.aMapping({
        LastProcessingResult: 'PROBLEM: Function call failed',
      }),
    },
    'mapping',
    /^todo: .*its last batch failed.*\nPROBLEM: Function call failed$/,
  ],
  [
    "the alarm's e-mail is not confirmed",
    {
      'sns:ListSubscriptionsByTopic': (topic) =>
        account.aSubscription(topic === account.OPERATIONS ? 'PendingConfirmation' : undefined),
    },
    'alarms',
    /^todo: The subscription of operations@example\.com \(email\) waits for its confirmation.*\naws sns subscribe /,
  ],
  [
    'the alarm topic has no subscriber',
    {
      'sns:ListSubscriptionsByTopic': (topic) =>
        topic === account.OPERATIONS ? { Subscriptions: [] } : account.aSubscription(),
    },
    'alarms',
    /^todo: The alarm topic has no subscriber/,
  ],
  [
    'only a deleted subscription is left',
    {
      'sns:ListSubscriptionsByTopic': (topic) =>
        account.aSubscription(topic === account.OPERATIONS ? 'Deleted' : undefined),
    },
    'alarms',
    /^todo: The alarm topic has no subscriber/,
  ],
  [
    'the topic of contacts has no subscriber',
    {
      'sns:ListSubscriptionsByTopic': (topic) =>
        topic === account.CONTACTS ? { Subscriptions: [] } : account.aSubscription(),
    },
    'contacts',
    /^note: The topic of abandoned contacts has no subscriber/,
  ],
  [
    'a subscription on a later page is not confirmed',
    {
      'sns:ListSubscriptionsByTopic': (_, token) =>
        token === null
          ? { ...account.aSubscription(), NextToken: 'more' }
          : account.aSubscription('PendingConfirmation'),
    },
    'contacts',
    /^todo: The subscription of /,
  ],
  [
    'no record was stored',
    { 'dynamodb:Scan': { Count: 0 } },
    'records',
    /^todo: The table records has no record yet.*\nnpm run smoke -- --stack ContactRecordPipeline$/,
  ],
];

it.each(FINDINGS)('says so when %s', async (_, changes, check, finding) => {
  const { about } = await examine(changes, STACK);

  expect(about(check)).toContainEqual(expect.stringMatching(finding));
});

it('accepts a key policy that names the role of the deployed function alone', async () => {
  const statement = {
    ...account.CONNECT_STATEMENT,
    Principal: { AWS: account.FUNCTION_ROLE },
    Action: 'kms:Decrypt',
  };
  const policy = account.aPolicy(account.CONNECT_STATEMENT, statement);
  const examined = await examine({ 'kms:GetKeyPolicy': policy }, STACK);

  expect(notOk(examined)).toEqual([]);
});

it.each(['ContactRecordPipeline', 'A-stack-whose-name-is-longer-than-a-role-has-room-for'])(
  'accepts the statement that it printed for the function of %s',
  async (stack) => {
    const noStack = new AwsError('ValidationError', 400, `Stack with id ${stack} does not exist`);
    const before = { 'cloudformation:DescribeStacks': noStack };
    const withoutIt = { ...before, 'kms:GetKeyPolicy': account.aPolicy(account.CONNECT_STATEMENT) };
    const { findings } = await examine(withoutIt, { stack });
    const [printed = ''] = findings.find(({ text }) => text.includes('kms:Decrypt'))?.lines ?? [];

    const policy = account.aPolicy(account.CONNECT_STATEMENT, JSON.parse(printed) as object);
    const { about } = await examine({ ...before, 'kms:GetKeyPolicy': policy }, { stack });

    expect(about('key policy')).toEqual([expect.stringMatching(/^ok/), expect.stringMatching(/^ok/)]);
  },
);

it('has a stream of its own when the instance exports to one in another region', async () => {
  const elsewhere = account.STREAM.replace('eu-central-1', 'us-east-1');
  const { about, settings } = await examine({
    'connect:ListInstanceStorageConfigs': account.aStreamExport(elsewhere),
  });

  expect(settings).toEqual({});
  expect(about('export')).toEqual([expect.stringMatching(/^note: .*us-east-1.* can't read/)]);
});

it('names the other Regions when the instance is replicated', async () => {
  const { about } = await examine({
    'connect:DescribeInstance': {
      Instance: { InstanceStatus: 'ACTIVE', Arn: account.INSTANCE_ARN, ServiceRole: account.CONNECT_ROLE },
      ReplicationConfiguration: { ReplicationStatusSummaryList: [{ Region: 'eu-west-2' }] },
    },
  });

  expect(about('instance')).toContainEqual(expect.stringMatching(/^note: .*Global Resiliency\): eu-west-2/));
});

it.each([{ EncryptionType: 'NONE', KeyId: undefined }, { KeyId: 'alias/aws/kinesis' }])(
  'asks KMS nothing when the stream has %j',
  async (change) => {
    const { about, requests } = await examine({ 'kinesis:DescribeStreamSummary': account.aStream(change) });

    expect(about('key')).toEqual([expect.stringMatching(/^ok: /)]);
    expect(requests.filter(({ call }) => call.startsWith('kms:'))).toEqual([]);
  },
);

describe('a missing permission', () => {
  const DENIED: [keyof Answers, AwsError['code'], string][] = [
    ['ssm:GetParameter', 'AccessDeniedException', 'bootstrap'],
    ['connect:DescribeInstance', 'AccessDeniedException', 'instance'],
    ['connect:ListInstanceStorageConfigs', 'AccessDeniedException', 'export'],
    ['kinesis:DescribeStreamSummary', 'AccessDeniedException', 'stream'],
    ['kms:DescribeKey', 'AccessDeniedException', 'key'],
    ['kms:GetKeyPolicy', 'AccessDeniedException', 'key policy'],
    ['cloudformation:DescribeStacks', 'AccessDenied', 'stack'],
    ['lambda:GetFunctionConfiguration', 'AccessDeniedException', 'function'],
    ['lambda:ListEventSourceMappings', 'AccessDeniedException', 'mapping'],
    ['sns:ListSubscriptionsByTopic', 'AuthorizationError', 'alarms'],
    ['dynamodb:Scan', 'AccessDeniedException', 'records'],
  ];

  it.each(DENIED)('is one sentence that names the action when %s is denied', async (call, code, check) => {
    const denied = new AwsError(code, 403, 'User CANARY is not authorized to perform it');
    const changes = { [call]: call === 'sns:ListSubscriptionsByTopic' ? () => denied : denied };
    const { about, findings } = await examine(changes, STACK);

    expect(about(check)).toContainEqual(
      expect.stringMatching(`^unknown: ${call} failed \\(\\w+\\): .*lack ${call}`),
    );
    expect(JSON.stringify(findings)).not.toContain('CANARY');
  });

  it('runs all other checks when all permissions are missing', async () => {
    const changes = Object.fromEntries(
      DENIED.map(([call, code]) => {
        const denied = new AwsError(code, 403);
        return [call, call === 'sns:ListSubscriptionsByTopic' ? () => denied : denied];
      }),
    );
    const { findings } = await examine(changes);

    expect(findings.filter(({ level }) => level === 'unknown').map(({ check }) => check)).toEqual([
      ...['bootstrap', 'instance', 'export'],
    ]);
  });
});

it('ends the run when the credentials are not valid', async () => {
  const invalid = new AwsError('InvalidClientTokenId', 403);

  await expect(examine({ 'sts:GetCallerIdentity': invalid })).rejects.toThrow(
    'sts:GetCallerIdentity failed (InvalidClientTokenId): the credentials are not valid or have expired; sign in again.',
  );
});
