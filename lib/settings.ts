/**
 * What an operator can set: `bin/` reads it from the context in `cdk.json`, another CDK app passes it as the stack's props.
 * Wrong settings stop the synthesis with one message that lists them all.
 */
import { Token } from 'aws-cdk-lib';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';

/** Settings of the pipeline. All are optional; the defaults are what most contact centres want. */
export interface ContactRecordPipelineSettings {
  /**
   * ARN of an existing Kinesis data stream that Connect exports contact records to, in the stack's own account and
   * region. It may be shared with other consumers and other kinds of events.
   * @default a stream is created: on demand, encrypted, with seven days' retention
   */
  readonly streamArn?: string;
  /**
   * ARN of the customer-managed KMS key that the existing stream is encrypted with. Only with `streamArn`.
   * @default the existing stream is not encrypted, or with the key that AWS manages
   */
  readonly streamKeyArn?: string;
  /**
   * ARN of the Connect instance whose contact records are to be exported to the stream; several in a list. The instance
   * must not export contact records to anything yet. Removing it ends the export.
   * @default none: the export is set up by hand, or exists already
   */
  readonly connectInstanceArn?: string | readonly string[];
  /** Most records in one batch: 1 to 10,000. @default 500 */
  readonly batchSize?: number;
  /**
   * How long the event source mapping waits to fill a batch, in seconds: 0 to 300. Longer means fewer invocations and
   * later messages.
   * @default 0
   */
  readonly batchingWindowSeconds?: number;
  /** Batches of one shard that are processed at the same time: 1 to 10. @default 1 */
  readonly parallelizationFactor?: number;
  /**
   * Hours after which a record that can't be processed goes to the failure bucket instead of being retried: 1 to 167. It
   * has to be less than the stream's retention, or records expire in the stream and are lost.
   * @default 144 with a stream of the stack's own, which keeps records for 168 hours; 20 with an existing one, which may
   * keep them for no more than 24
   */
  readonly maxRecordAgeHours?: number;
  /**
   * Abandoned contacts that ended more hours ago than this are counted, but not published: 1 to 87,600. For a first
   * deployment on a stream with history, and wherever calling back the next day does more harm than good.
   * @default none: every abandoned contact is published, however late
   */
  readonly notifyWithinHours?: number;
  /**
   * Days after its end at which a contact is deleted from the records table: 1 to 36,500. Counted from the contact's own
   * time, so that an update doesn't prolong it. Contacts stored before this was set stay.
   * @default none: contacts are kept
   */
  readonly contactRetentionDays?: number;
  /**
   * Whether the records table has a DynamoDB stream with each new image, for functions that react to every contact. The
   * table is not replaced when this changes.
   * @default false
   */
  readonly recordsTableStream?: boolean;
  /**
   * E-mail address that receives alarms. It must confirm the subscription that AWS sends.
   * @default none: alarms are seen in CloudWatch, and by what else subscribes to the operations topic
   */
  readonly alarmEmail?: string;
  /**
   * Hours without a stored contact record after which an alarm fires: 1 to 24. For contact centres that never close.
   * @default none
   */
  readonly noRecordsAlarmHours?: number;
  /** Days that the function's logs are kept: one of the values that CloudWatch Logs knows. @default 180 */
  readonly logRetentionDays?: RetentionDays;
  /** Whether the function is traced with AWS X-Ray. @default false */
  readonly tracing?: boolean;
  /** Other accounts (twelve digits) that may subscribe to the abandoned contacts. @default none */
  readonly subscriberAccounts?: readonly string[];
  /**
   * What becomes of stream, tables, bucket, key and logs when the stack, or one of them, is deleted: `retain` or `destroy`.
   * @default 'retain'
   */
  readonly removalPolicy?: 'retain' | 'destroy';
}

/** Where the stack is deployed, as far as that is known at synthesis. */
export interface DeploymentTarget {
  readonly account?: string | undefined;
  readonly region?: string | undefined;
  readonly stackName?: string | undefined;
}

/** All that is wrong with the settings, in one message. */
export class SettingsError extends Error {
  constructor(problems: readonly string[]) {
    super(['Wrong settings:', ...problems].join('\n  - '));
  }
}

const defaults = ({ streamArn }: ContactRecordPipelineSettings) => ({
  batchSize: 500,
  batchingWindowSeconds: 0,
  parallelizationFactor: 1,
  maxRecordAgeHours: streamArn === undefined ? 144 : 20,
  recordsTableStream: false,
  logRetentionDays: RetentionDays.SIX_MONTHS,
  tracing: false,
  subscriberAccounts: [] as readonly string[],
  removalPolicy: 'retain' as 'retain' | 'destroy',
});

/** How long the stack's own stream keeps a record. Kinesis' price rises with it; a long weekend's outage is covered. */
export const STREAM_RETENTION_HOURS = 168;

/**
 * Checks settings and fills in the defaults.
 *
 * @throws SettingsError that names each wrong value and says what is expected
 */
export function checkSettings(settings: ContactRecordPipelineSettings, target: DeploymentTarget) {
  const problems = findProblems(settings, target);
  if (problems.length > 0) throw new SettingsError(problems);
  const { connectInstanceArn, ...others } = withoutUndefined(settings);
  const given = { ...defaults(settings), ...others };
  return {
    ...given,
    // Callers without type checking may pass one value instead of a list.
    subscriberAccounts: [given.subscriberAccounts].flat(),
    connectInstanceArns: [connectInstanceArn ?? []].flat(),
  };
}

/**
 * Reads the settings from the CDK context. Numbers, `true` and `false` may be strings there, and lists may be joined by
 * commas, as `-c name=value` gives them.
 *
 * @param context - everything in the context, that of the CDK itself included
 * @throws SettingsError that names each wrong value and each name that is no setting, and says what is expected
 */
export function readSettings(
  context: Readonly<Record<string, unknown>>,
  target: DeploymentTarget,
): ContactRecordPipelineSettings {
  const settings = Object.fromEntries(
    Object.keys(context)
      .filter(isSetting)
      .map((name) => [name, parseContextValue(CHECKS[name], context[name])]),
  );
  const problems = [
    ...Object.keys(context)
      .filter(isMisspelt)
      .map((name) => `"${name}" is no setting. ${KNOWN}`),
    ...findProblems(settings, target),
  ];
  if (problems.length > 0) throw new SettingsError(problems);
  return settings;
}

const parseContextValue = ({ fromText }: Check, value: unknown): unknown =>
  typeof value === 'string' && fromText ? fromText(value) : value;

interface Check {
  /** What is expected, after "must be". */
  readonly expected: string;
  readonly isValid: (value: unknown) => boolean;
  /** The value that a text in the context stands for. @default the text itself */
  readonly fromText?: (text: string) => unknown;
}

const wholeNumber = (least: number, most: number): Check => ({
  expected: `a whole number from ${least} to ${most}`,
  isValid: (value) => Number.isInteger(value) && Number(value) >= least && Number(value) <= most,
  fromText: (text) => (/^\d+$/.test(text) ? Number(text) : text),
});

const oneOf = (...values: readonly (string | number | boolean)[]): Check => ({
  expected: `one of ${values.join(', ')}`,
  isValid: (value) => values.some((known) => known === value),
  fromText: (text) => values.find((known) => String(known) === text) ?? text,
});

/** References to resources of the same app are not known before they are deployed. */
const text = (expected: string, pattern: RegExp): Check => ({
  expected,
  isValid: (value) => typeof value === 'string' && (Token.isUnresolved(value) || pattern.test(value)),
});

const oneOrMore = (each: Check): Check => ({
  expected: `${each.expected}, or a list of such, each once`,
  isValid: (value) => {
    const values = [value].flat();
    return values.length > 0 && values.every(each.isValid) && new Set(values).size === values.length;
  },
  fromText: (joined) => joined.split(',').map((part) => part.trim()),
});

const CHECKS: Readonly<Record<keyof ContactRecordPipelineSettings, Check>> = {
  streamArn: text(
    'the ARN of a Kinesis data stream, like arn:aws:kinesis:us-east-1:111122223333:stream/name',
    /^arn:aws[a-z-]*:kinesis:[a-z0-9-]+:\d{12}:stream\/[A-Za-z0-9_.-]{1,128}$/,
  ),
  streamKeyArn: text(
    'the ARN of a KMS key (not of an alias), like arn:aws:kms:us-east-1:111122223333:key/id',
    /^arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:key\/[A-Za-z0-9-]{1,128}$/,
  ),
  connectInstanceArn: oneOrMore(
    text(
      'the ARN of a Connect instance, like arn:aws:connect:us-east-1:111122223333:instance/id',
      /^arn:aws[a-z-]*:connect:[a-z0-9-]+:\d{12}:instance\/[A-Za-z0-9-]{1,100}$/,
    ),
  ),
  batchSize: wholeNumber(1, 10_000),
  batchingWindowSeconds: wholeNumber(0, 300),
  parallelizationFactor: wholeNumber(1, 10),
  maxRecordAgeHours: wholeNumber(1, STREAM_RETENTION_HOURS - 1),
  notifyWithinHours: wholeNumber(1, 87_600),
  contactRetentionDays: wholeNumber(1, 36_500),
  recordsTableStream: oneOf(true, false),
  alarmEmail: text('an e-mail address', /^[^\s@,]+@[^\s@,]+\.[^\s@,]+$/),
  noRecordsAlarmHours: wholeNumber(1, 24),
  logRetentionDays: oneOf(
    ...Object.values(RetentionDays).filter(
      (days) => Number.isInteger(days) && days !== RetentionDays.INFINITE,
    ),
  ),
  tracing: oneOf(true, false),
  subscriberAccounts: oneOrMore(text('an account of twelve digits', /^\d{12}$/)),
  removalPolicy: oneOf('retain', 'destroy'),
};

const isSetting = (name: string): name is keyof ContactRecordPipelineSettings => Object.hasOwn(CHECKS, name);

const KNOWN = `Settings are ${Object.keys(CHECKS).join(', ')}`;

/** Names in the CDK's own context have other characters; a setting's name in another spelling is a typing error. */
const isMisspelt = (name: string): boolean =>
  !isSetting(name) &&
  (/^[A-Za-z][A-Za-z0-9]*$/.test(name) ||
    Object.keys(CHECKS).some((known) => known.toLowerCase() === name.toLowerCase().replace(/[-_.]/g, '')));

function findProblems(settings: ContactRecordPipelineSettings, target: DeploymentTarget): string[] {
  const invalid = Object.entries(withoutUndefined(settings))
    .filter(([name, value]) => isSetting(name) && !CHECKS[name].isValid(value))
    .map(([name]) => name as keyof ContactRecordPipelineSettings);
  const problems = invalid.map(
    (name) => `"${name}" must be ${CHECKS[name].expected}, not ${JSON.stringify(settings[name])}`,
  );
  if (settings.streamKeyArn !== undefined && settings.streamArn === undefined)
    problems.push('"streamKeyArn" needs "streamArn": a stream that the stack creates has its own key');
  return [...problems, ...findForeignArns(settings, invalid, target), ...findNameProblems(target)];
}

/** The longest name that is derived from the stack's: SNS takes 100 characters, and "Operations of " is before it. */
const MAX_STACK_NAME = 86;

/** CloudFormation takes these names, and fails in the middle of the creation. */
function findNameProblems({ stackName = '' }: DeploymentTarget): string[] {
  if (Token.isUnresolved(stackName)) return [];
  if (/^(aws|ssm)/i.test(stackName))
    return [
      `"stackName" must not begin with aws or ssm, which Systems Manager keeps for itself: ${stackName}`,
    ];
  if (stackName.length <= MAX_STACK_NAME) return [];
  return [
    `"stackName" must have at most ${MAX_STACK_NAME} characters, not ${stackName.length}: ${stackName}`,
  ];
}

/** Lambda reads streams of its own region and account alone, and so does Connect write them. */
function findForeignArns(
  settings: ContactRecordPipelineSettings,
  invalid: readonly string[],
  target: DeploymentTarget,
): string[] {
  const arns = (['streamArn', 'streamKeyArn', 'connectInstanceArn'] as const).flatMap((name) =>
    invalid.includes(name) ? [] : [settings[name] ?? []].flat().map((arn) => ({ name, arn })),
  );
  const known = arns.filter(({ arn }) => !Token.isUnresolved(arn));
  const [first] = known.map(({ name, arn }) => ({ where: `of "${name}"`, ...parseArn(arn) }));
  return known.flatMap(({ name, arn }) =>
    (['region', 'account'] as const).flatMap((kind) => {
      const ofStack = target[kind];
      const isKnown = ofStack !== undefined && !Token.isUnresolved(ofStack);
      const expected = isKnown ? ofStack : first?.[kind];
      const where = isKnown ? 'of the deployment' : first?.where;
      const actual = parseArn(arn)[kind] ?? '';
      if (expected === undefined || actual === expected) return [];
      return [`"${name}" must be in the ${kind} ${where ?? ''}, ${expected}, not in ${actual}`];
    }),
  );
}

function parseArn(arn: string): Pick<DeploymentTarget, 'account' | 'region'> {
  const [, , , region, account] = arn.split(':');
  return { region, account };
}

const withoutUndefined = <T extends object>(settings: T): T =>
  Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined)) as T;
