import { Token } from 'aws-cdk-lib';
import { checkSettings, readSettings } from '../../lib/settings';
import { tableIn } from '../markdown';

const HERE = { account: '111122223333', region: 'us-east-1' };
const STREAM = 'arn:aws:kinesis:us-east-1:111122223333:stream/contact-records';
const KEY = 'arn:aws:kms:us-east-1:111122223333:key/00000000-0000-4000-8000-000000000001';
const INSTANCE = 'arn:aws:connect:us-east-1:111122223333:instance/00000000-0000-4000-8000-000000000002';

const fromContext = (context: Record<string, unknown>) => readSettings(context, HERE);
/** What the message says of each setting, a line each. */
const problemsOf = (settings: object, place: object = HERE): string[] => {
  try {
    checkSettings(settings, place);
    return [];
  } catch (error) {
    const [title, ...problems] = (error as Error).message.split('\n  - ');
    expect(title).toBe('Wrong settings:');
    return problems;
  }
};

describe('settings', () => {
  it('have defaults, which are what most contact centres want', () => {
    expect(checkSettings({}, HERE)).toEqual({
      batchSize: 500,
      batchingWindowSeconds: 0,
      parallelizationFactor: 1,
      maxRecordAgeHours: 144,
      recordsTableStream: false,
      logRetentionDays: 180,
      tracing: false,
      subscriberAccounts: [],
      removalPolicy: 'retain',
      connectInstanceArns: [],
    });
  });

  it('have a shorter record age when the stream exists, which may keep records for one day', () => {
    expect(checkSettings({ streamArn: STREAM }, HERE).maxRecordAgeHours).toBe(20);
    expect(checkSettings({ streamArn: STREAM, maxRecordAgeHours: 100 }, HERE).maxRecordAgeHours).toBe(100);
  });

  it('that are undefined are not set', () => {
    const batchSize = undefined as unknown as number;
    expect(checkSettings({ batchSize, notifyWithinHours: undefined }, HERE)).toEqual(checkSettings({}, HERE));
  });

  it('may name several Connect instances, or one', () => {
    expect(checkSettings({ connectInstanceArn: INSTANCE }, HERE).connectInstanceArns).toEqual([INSTANCE]);
    const two = [INSTANCE, `${INSTANCE}-b`];
    expect(checkSettings({ connectInstanceArn: two }, HERE).connectInstanceArns).toEqual(two);
  });

  it('may be references to resources of the same app, which are not known yet', () => {
    const streamArn = Token.asString({ 'Fn::GetAtt': ['Stream', 'Arn'] });
    expect(problemsOf({ streamArn })).toEqual([]);
  });

  it('are right for another partition', () => {
    const place = { account: '111122223333', region: 'us-gov-west-1' };
    expect(
      problemsOf({ streamArn: 'arn:aws-us-gov:kinesis:us-gov-west-1:111122223333:stream/s' }, place),
    ).toEqual([]);
  });
});

describe('a wrong setting stops the synthesis', () => {
  it.each<[string, unknown, string]>([
    ['batchSize', 0, 'a whole number from 1 to 10000, not 0'],
    ['batchSize', 10_001, 'a whole number from 1 to 10000, not 10001'],
    ['batchSize', 1.5, 'a whole number from 1 to 10000, not 1.5'],
    ['batchSize', null, 'a whole number from 1 to 10000, not null'],
    ['batchSize', true, 'a whole number from 1 to 10000, not true'],
    ['batchingWindowSeconds', 301, 'a whole number from 0 to 300, not 301'],
    ['parallelizationFactor', 11, 'a whole number from 1 to 10, not 11'],
    ['maxRecordAgeHours', 168, 'a whole number from 1 to 167, not 168'],
    ['notifyWithinHours', 0, 'a whole number from 1 to 87600, not 0'],
    ['contactRetentionDays', 36_501, 'a whole number from 1 to 36500, not 36501'],
    ['noRecordsAlarmHours', 25, 'a whole number from 1 to 24, not 25'],
    ['alarmEmail', 'operations', 'an e-mail address, not "operations"'],
    ['tracing', 'on', 'one of true, false, not "on"'],
    ['removalPolicy', 'snapshot', 'one of retain, destroy, not "snapshot"'],
    ['subscriberAccounts', ['12'], 'an account of twelve digits, or a list without duplicates, not ["12"]'],
    ['subscriberAccounts', [], 'an account of twelve digits, or a list without duplicates, not []'],
    [
      'streamArn',
      'contact-records',
      'the ARN of a Kinesis data stream, like arn:aws:kinesis:us-east-1:111122223333:stream/name, not "contact-records"',
    ],
    [
      'streamArn',
      'arn:aws:firehose:us-east-1:111122223333:deliverystream/d',
      'the ARN of a Kinesis data stream, like arn:aws:kinesis:us-east-1:111122223333:stream/name, not ' +
        '"arn:aws:firehose:us-east-1:111122223333:deliverystream/d"',
    ],
    [
      'subscriberAccounts',
      ['111122223333', '111122223333'],
      'an account of twelve digits, or a list without duplicates, not ["111122223333","111122223333"]',
    ],
    [
      'connectInstanceArn',
      [INSTANCE, 'x'],
      'the ARN of a Connect instance, like arn:aws:connect:us-east-1:111122223333:instance/id, or a list without duplicates, not ' +
        `["${INSTANCE}","x"]`,
    ],
  ])('%s: %j', (name, value, expected) => {
    expect(problemsOf({ [name]: value })).toEqual([`"${name}" must be ${expected}`]);
  });

  it('days that CloudWatch Logs does not know', () => {
    expect(problemsOf({ logRetentionDays: 100 })).toEqual([
      expect.stringMatching(/^"logRetentionDays" must be one of 1, 3, 5, 7, 14, 30, .*3653, not 100$/),
    ]);
  });

  it('an alias instead of a key, and a key without its stream', () => {
    expect(problemsOf({ streamKeyArn: 'arn:aws:kms:us-east-1:111122223333:alias/mine' })).toEqual([
      expect.stringContaining('must be the ARN of a KMS key (not of an alias)'),
      expect.stringContaining('"streamKeyArn" requires "streamArn"'),
    ]);
  });

  it("another region's or account's stream, key or instance", () => {
    const elsewhere = (arn: string) =>
      arn.replace('us-east-1', 'eu-west-1').replace('111122223333', '999988887777');
    expect(
      problemsOf({
        streamArn: elsewhere(STREAM),
        streamKeyArn: KEY,
        connectInstanceArn: elsewhere(INSTANCE),
      }),
    ).toEqual([
      '"streamArn" must be in the region of the deployment, us-east-1, not in eu-west-1',
      '"streamArn" must be in the account of the deployment, 111122223333, not in 999988887777',
      '"connectInstanceArn" must be in the region of the deployment, us-east-1, not in eu-west-1',
      '"connectInstanceArn" must be in the account of the deployment, 111122223333, not in 999988887777',
    ]);
  });

  it.each(['awsContacts', 'AWS', 'SSM-contacts'])('a name that Systems Manager refuses: %s', (stackName) => {
    expect(problemsOf({}, { ...HERE, stackName })).toEqual([
      `"stackName" must not begin with aws or ssm, which Systems Manager reserves: ${stackName}`,
    ]);
  });

  it('a name that is too long for the names that are derived from it', () => {
    expect(problemsOf({}, { ...HERE, stackName: 'S'.repeat(86) })).toEqual([]);
    expect(problemsOf({}, { ...HERE, stackName: 'S'.repeat(87) })).toEqual([
      `"stackName" must have at most 86 characters, not 87: ${'S'.repeat(87)}`,
    ]);
  });

  it('also when account and region are not yet known: they must be the same', () => {
    const instance = INSTANCE.replace('us-east-1', 'eu-west-1');
    expect(problemsOf({ streamArn: STREAM, connectInstanceArn: instance }, {})).toEqual([
      '"connectInstanceArn" must be in the region of "streamArn", us-east-1, not in eu-west-1',
    ]);
    expect(problemsOf({ streamArn: STREAM, streamKeyArn: KEY, connectInstanceArn: INSTANCE }, {})).toEqual(
      [],
    );
  });
});

describe('settings from the CDK context', () => {
  it('are empty where nothing is set: the stack knows its defaults', () => {
    expect(fromContext({ '@aws-cdk/aws-iam:minimizePolicies': true, 'aws:cdk:bundling-stacks': [] })).toEqual(
      {},
    );
  });

  it('may be as JSON has them, or texts, as `-c` gives them', () => {
    const settings = {
      batchSize: 100,
      tracing: true,
      removalPolicy: 'destroy',
      subscriberAccounts: ['111122223333', '444455556666'],
    };
    expect(fromContext(settings)).toEqual(settings);
    const texts = {
      batchSize: '100',
      tracing: 'true',
      removalPolicy: 'destroy',
      subscriberAccounts: '111122223333, 444455556666',
    };
    expect(fromContext(texts)).toEqual(settings);
  });

  it.each(['batchsize', 'batch-size', 'notifyWithin', 'StreamArn', 'stream_arn'])(
    'that are misspelt stop the synthesis instead of being passed over: %s',
    (name) => {
      expect(() => fromContext({ [name]: '1' })).toThrow(
        new RegExp(
          `^Wrong settings:\\n  - "${name}" is not a setting. Settings are streamArn, .*removalPolicy$`,
        ),
      );
    },
  );

  it('name everything that is wrong at once', () => {
    expect(() => fromContext({ batchSize: 'many', size: 1, batchingWindowSeconds: 301 })).toThrow(
      /^Wrong settings:\n {2}- "size" is not a setting\. .*\n {2}- "batchSize" must be .*, not "many"\n {2}- "batchingWindowSeconds" must be .*, not 301$/,
    );
  });
});

it('are exactly those in docs/deploy.md, with the name of the stack', () => {
  const explained = tableIn('docs/deploy.md', 'Settings').flatMap(([names = '']) =>
    Array.from(names.matchAll(/`(\w+)`/g), ([, name]) => name),
  );
  const [, known = ''] = /Settings are (.*)$/m.exec(wrongOf({ size: 1 })) ?? [];
  expect(explained.sort()).toEqual(['stackName', ...known.split(', ')].sort());
});

function wrongOf(context: Record<string, unknown>): string {
  try {
    fromContext(context);
    return '';
  } catch (error) {
    return (error as Error).message;
  }
}
