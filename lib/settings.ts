/**
 * Defines and checks the settings. `bin/` reads them from the context in `cdk.json`; another CDK app passes them as the
 * stack's props. Wrong settings stop the synthesis with one message that lists all of them.
 */
import { Token } from 'aws-cdk-lib';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';

/** Settings of the pipeline. All are optional. */
export interface ContactRecordPipelineSettings {
  /**
   * ARN of an existing Kinesis data stream that receives contact records from Connect. It must be in the stack's account
   * and region. Other consumers and other kinds of events can share it.
   * @default - creates an encrypted on-demand stream with seven days of retention
   */
  readonly streamArn?: string;
  /**
   * ARN of the customer-managed KMS key of the existing stream. It requires `streamArn`.
   * @default - the existing stream is not encrypted, or uses the key that AWS manages
   */
  readonly streamKeyArn?: string;
  /**
   * ARN of the Connect instance that exports its contact records, or a list. The instance must not have an export of
   * contact records yet. Removing the ARN ends the export.
   * @default - the stack creates no export
   */
  readonly connectInstanceArn?: string | readonly string[];
  /**
   * Maximum number of records in a batch, from 1 to 10,000.
   * @default 500
   */
  readonly batchSize?: number;
  /**
   * Seconds to wait for a full batch, from 0 to 300. A longer window means fewer invocations and later messages.
   * @default 0
   */
  readonly batchingWindowSeconds?: number;
  /**
   * Number of batches of a shard that are processed concurrently, from 1 to 10.
   * @default 1
   */
  readonly parallelizationFactor?: number;
  /**
   * Hours after which an unprocessed record goes to the failure bucket, from 1 to 167. The value must be less than the
   * stream's retention; otherwise, records expire in the stream and are lost.
   * @default 144, or 20 with `streamArn`, because a stream's default retention is 24 hours
   */
  readonly maxRecordAgeHours?: number;
  /**
   * Maximum hours between a contact's end and its publication, from 1 to 87,600. Older abandoned contacts are only counted.
   * Set it before a first deployment on a stream with history, or if late callbacks do harm.
   * @default - no limit
   */
  readonly notifyWithinHours?: number;
  /**
   * Days from a contact's end until its deletion, from 1 to 36,500. An update does not prolong the time. Contacts that
   * were stored before this setting are kept.
   * @default - contacts are kept
   */
  readonly contactRetentionDays?: number;
  /**
   * Whether the records table has a DynamoDB stream with each new image. Functions can then react to every contact. A
   * change does not replace the table.
   * @default false
   */
  readonly recordsTableStream?: boolean;
  /**
   * E-mail address that receives alarms. It must confirm the subscription that AWS sends.
   * @default - no email is sent
   */
  readonly alarmEmail?: string;
  /**
   * Hours without a stored contact record after which an alarm fires, from 1 to 24. It is for contact centres that never
   * close.
   * @default - no alarm
   */
  readonly noRecordsAlarmHours?: number;
  /**
   * Days for which the function's logs are kept. CloudWatch Logs supports only certain values.
   * @default 180
   */
  readonly logRetentionDays?: RetentionDays;
  /**
   * Whether AWS X-Ray traces the function.
   * @default false
   */
  readonly tracing?: boolean;
  /**
   * Other accounts (twelve digits) that can subscribe to the abandoned contacts.
   * @default - only the stack's account
   */
  readonly subscriberAccounts?: readonly string[];
  /**
   * What happens to stored data when the stack is deleted: `retain` or `destroy`. It applies to stream, tables, bucket, key
   * and logs.
   * @default 'retain'
   */
  readonly removalPolicy?: 'retain' | 'destroy';
}

/** Where the stack is deployed, as far as the synthesis knows it. */
export interface DeploymentTarget {
  readonly account?: string | undefined;
  readonly region?: string | undefined;
  readonly stackName?: string | undefined;
}

/** Lists all wrong settings in one message. */
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

/** Checked settings, with the defaults filled in. Each construct takes those that it uses. */
export type CheckedSettings = ReturnType<typeof checkSettings>;

/** Retention of the stack's own stream. It covers an outage over a long weekend. */
export const STREAM_RETENTION_HOURS = 168;

/**
 * Checks settings and fills in the defaults.
 *
 * @throws SettingsError with each wrong value and the expected one
 */
export function checkSettings(settings: ContactRecordPipelineSettings, target: DeploymentTarget) {
  const problems = findProblems(settings, target);
  if (problems.length > 0) throw new SettingsError(problems);
  const { connectInstanceArn, ...others } = withoutUndefined(settings);
  const given = { ...defaults(settings), ...others };
  return {
    ...given,
    // Callers without type checking can pass a value instead of a list.
    subscriberAccounts: [given.subscriberAccounts].flat(),
    connectInstanceArns: [connectInstanceArn ?? []].flat(),
  };
}

/**
 * Reads the settings from the CDK context.
 *
 * With `-c name=value`, numbers and booleans are strings, and lists are joined by commas.
 *
 * @param context - the whole context, including the CDK's own
 * @throws SettingsError with each wrong value and each unknown name
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
      .map((name) => `"${name}" is not a setting. ${KNOWN}`),
    ...findProblems(settings, target),
  ];
  if (problems.length > 0) throw new SettingsError(problems);
  return settings;
}

const parseContextValue = ({ fromText }: Check, value: unknown): unknown =>
  typeof value === 'string' && fromText ? fromText(value) : value;

interface Check {
  /** The end of the sentence "must be …". */
  readonly expected: string;
  readonly isValid: (value: unknown) => boolean;
  /**
   * Converts a text of the context to the value.
   * @default - the text is the value
   */
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

/** Checks a text. References to resources of the same app are tokens, whose values are unknown at synthesis. */
const text = (expected: string, pattern: RegExp): Check => ({
  expected,
  isValid: (value) => typeof value === 'string' && (Token.isUnresolved(value) || pattern.test(value)),
});

const oneOrMore = (each: Check): Check => ({
  expected: `${each.expected}, or a list without duplicates`,
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

/** Whether a name is a misspelt setting. The names of the CDK's own context contain other characters. */
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
    problems.push(
      '"streamKeyArn" requires "streamArn": a stream that the stack creates uses the stack\'s key',
    );
  return [...problems, ...findForeignArns(settings, invalid, target), ...findNameProblems(target)];
}

/** Limit by the display name of the operations topic. SNS allows 100 characters, including "Operations of ". */
const MAX_STACK_NAME = 86;

/** Finds names that CloudFormation accepts, but with which the deployment fails. */
function findNameProblems({ stackName = '' }: DeploymentTarget): string[] {
  if (Token.isUnresolved(stackName)) return [];
  if (/^(aws|ssm)/i.test(stackName))
    return [`"stackName" must not begin with aws or ssm, which Systems Manager reserves: ${stackName}`];
  if (stackName.length <= MAX_STACK_NAME) return [];
  return [
    `"stackName" must have at most ${MAX_STACK_NAME} characters, not ${stackName.length}: ${stackName}`,
  ];
}

/** Finds ARNs of another region or account. Lambda and Connect use only streams of their own region and account. */
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
