/** Checks a stream: its retention, its key and the key's policy. */
import type { StreamDescriptionSummary } from '@aws-sdk/client-kinesis';
import type { KeyMetadata } from '@aws-sdk/client-kms';
import type { CheckedInstance, Place } from './check-account';
import type { DoctorServices } from './doctor-services';
import { type Findings, NOT_KNOWN } from './findings';
import { evaluateKeyPolicy, type KeyUse } from './key-policy';

export interface CheckedStream {
  arn: string;
  retentionHours: number;
  /** The customer-managed key, if there is one. */
  keyArn: string | undefined;
}

interface StreamQuestion {
  arn: string;
  instance: CheckedInstance | undefined;
  /** The role of the deployed function, if it is known. */
  functionRole: string | undefined;
  /** The name that the stack has or will have. The role's name begins with it. */
  stackName: string;
  place: Place;
}

/** With this retention, no record is lost if the mapping stops over a long weekend. */
const GOOD_RETENTION_HOURS = 72;

/** Checks a stream; resolves to undefined if it does not exist or can't be read. */
export async function checkStream(
  question: StreamQuestion,
  services: DoctorServices,
  findings: Findings,
): Promise<CheckedStream | undefined> {
  const { arn } = question;
  const stream = await findings.ask('stream', services.describeStream(arn));
  if (stream === NOT_KNOWN) return undefined;
  if (stream === undefined) {
    const text = `The stream ${arn} does not exist: records that Connect exports to it are lost.`;
    findings.add(
      'stream',
      'todo',
      text,
      'Choose another target in the Connect console, under Data streaming.',
    );
    return undefined;
  }
  const retentionHours = stream.RetentionPeriodHours ?? 24;
  describeStream(stream, retentionHours, findings.add);
  return { arn, retentionHours, keyArn: await checkKey(stream.KeyId, question, services, findings) };
}

function describeStream(
  { StreamName = '', StreamStatus }: StreamDescriptionSummary,
  hours: number,
  add: Findings['add'],
): void {
  if (StreamStatus === 'ACTIVE' || StreamStatus === 'UPDATING') {
    add('stream', 'ok', `The stream ${StreamName} is active, and keeps records for ${hours} hours.`);
  } else {
    add('stream', 'todo', `The stream ${StreamName} is not active (${StreamStatus ?? 'no status'}).`);
  }
  if (hours >= GOOD_RETENTION_HOURS) return;
  add(
    'retention',
    'note',
    `The retention of ${hours} hours is short: a longer outage loses records. For 168 hours, run`,
    `aws kinesis increase-stream-retention-period --stream-name ${StreamName} --retention-period-hours 168`,
    'and then set maxRecordAgeHours to 144.',
  );
}

/** Checks the stream's key; resolves to the ARN of a customer-managed key. `keyId` may be an id, ARN or alias. */
async function checkKey(
  keyId: string | undefined,
  question: StreamQuestion,
  services: DoctorServices,
  findings: Findings,
): Promise<string | undefined> {
  const { add, ask } = findings;
  if (keyId === undefined) {
    add('key', 'ok', 'The stream is not encrypted with a customer-managed key: streamKeyArn is not needed.');
    return undefined;
  }
  // DescribeKey would create this key if it does not exist.
  if (keyId.endsWith('alias/aws/kinesis')) {
    add('key', 'ok', 'The stream is encrypted with the AWS managed key: streamKeyArn is not needed.');
    return undefined;
  }
  const key = await ask('key', services.describeKey(keyId));
  if (key === NOT_KNOWN) {
    if (keyId.includes(':key/')) return keyId;
    add(
      'key',
      'unknown',
      `The ARN of the key ${keyId} is not known: streamKeyArn is missing from the settings.`,
    );
    return undefined;
  }
  if (key?.Arn === undefined) {
    add('key', 'todo', `The stream's key ${keyId} does not exist: no client can read or write the stream.`);
    return undefined;
  }
  if (key.KeyManager === 'AWS') {
    add('key', 'ok', 'The stream is encrypted with the AWS managed key: streamKeyArn is not needed.');
    return undefined;
  }
  await checkCustomerKey(key, key.Arn, question, services, findings);
  return key.Arn;
}

async function checkCustomerKey(
  { KeyState, AWSAccountId }: KeyMetadata,
  arn: string,
  question: StreamQuestion,
  services: DoctorServices,
  { add, ask }: Findings,
): Promise<void> {
  if (KeyState === 'Enabled') {
    add('key', 'ok', `The stream is encrypted with the key ${arn}, which is enabled.`);
  } else {
    const text = `The stream's key ${arn} is not usable (${KeyState ?? 'no state'}): no client can read or write the stream.`;
    add('key', 'todo', text);
  }
  if (AWSAccountId !== undefined && AWSAccountId !== question.place.account) {
    const text = `The stream's key belongs to the account ${AWSAccountId}: the stack accepts only keys of its own account.`;
    add('key', 'todo', text);
    return;
  }
  const policy = await ask('key policy', services.readKeyPolicy(arn));
  if (policy === NOT_KNOWN) return;
  checkUse(policy, describeConnect(question), question, add);
  checkUse(policy, describeFunction(question), question, add);
}

/** Describes a role that uses the key through Kinesis. */
interface KeyUser extends Pick<KeyUse, 'action' | 'isAllowedByIam'> {
  name: string;
  /** Undefined if it is not known. */
  role: string | undefined;
  /** Describes the effect if the role may not use the key. */
  consequence: string;
  /** Members of a policy statement that allows the use. */
  allowing: object;
}

const describeConnect = ({ instance }: StreamQuestion): KeyUser => ({
  name: "Connect's service-linked role",
  role: instance?.role,
  action: 'kms:GenerateDataKey',
  isAllowedByIam: false,
  consequence: "exported records are lost, unless the role's own policies allow it (not checked here)",
  allowing: { Principal: { AWS: instance?.role } },
});

/** Describes the function's role. Before a deployment, only the beginning of its name is known. */
function describeFunction({
  functionRole,
  stackName,
  place: { partition, account },
}: StreamQuestion): KeyUser {
  const roles = `arn:${partition}:iam::${account}:role/${stackName.slice(0, 24)}`;
  return {
    name: "the function's role",
    role: functionRole ?? `${roles}${stackName.slice(24, 25)}-ContactRecordFunctionRole-AbCdEfGhIjKl`,
    action: 'kms:Decrypt',
    isAllowedByIam: true,
    consequence: "the function can't read the stream",
    allowing: {
      Principal: { AWS: `arn:${partition}:iam::${account}:root` },
      Condition: { ArnLike: { 'aws:PrincipalArn': `${roles}*-ContactRecordFunction*` } },
    },
  };
}

function checkUse(policy: string, user: KeyUser, { arn, place }: StreamQuestion, add: Findings['add']): void {
  const { name, role, action, isAllowedByIam, consequence, allowing } = user;
  if (role === undefined) {
    add('key policy', 'unknown', `The ARN of ${name} is not known: its use of the key was not checked.`);
    return;
  }
  const context = {
    'kms:ViaService': `kinesis.${place.region}.amazonaws.com`,
    'kms:EncryptionContext:aws:kinesis:arn': arn,
  };
  const use = { action, principalArn: role, account: place.account, isAllowedByIam, context };
  switch (evaluateKeyPolicy(policy, use)) {
    case 'allowed':
      add('key policy', 'ok', `The key's policy allows ${name} ${action}.`);
      break;
    case 'unclear': {
      const text = `This command cannot evaluate whether the key's policy allows ${name} ${action}.`;
      add(
        'key policy',
        'unknown',
        text,
        'Check the policy yourself: docs/doctor.md lists what it must allow.',
      );
      break;
    }
    case 'denied':
      add(
        'key policy',
        'todo',
        `A Deny statement of the key's policy denies ${name} ${action}: ${consequence}. Narrow that statement.`,
      );
      break;
    case 'not-allowed': {
      const text = `The key's policy does not allow ${name} ${action}: ${consequence}. Add this statement to it:`;
      add(
        'key policy',
        'todo',
        text,
        JSON.stringify({ Effect: 'Allow', Action: action, Resource: '*', ...allowing }),
      );
    }
  }
}
