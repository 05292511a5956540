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
  /** The name that the stack has or will have: the name of that role begins with it. */
  stackName: string;
  place: Place;
}

/** A mapping that is stopped over a long weekend loses nothing. */
const GOOD_RETENTION_HOURS = 72;

/** Resolves to undefined if it can't be found out, or there is no such stream. */
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
    `The retention of ${hours} hours is short: an outage that is not repaired within it loses records. For 168 hours, run`,
    `aws kinesis increase-stream-retention-period --stream-name ${StreamName} --retention-period-hours 168`,
    'and then set maxRecordAgeHours to 144.',
  );
}

/** Resolves to the ARN of a customer-managed key. `keyId` may be an id, an ARN or an alias. */
async function checkKey(
  keyId: string | undefined,
  question: StreamQuestion,
  services: DoctorServices,
  findings: Findings,
): Promise<string | undefined> {
  const { add, ask } = findings;
  if (keyId === undefined) {
    add('key', 'ok', 'The stream is not encrypted by a key of yours: nothing is to be set.');
    return undefined;
  }
  // Not asked for: KMS would create this key if there is none.
  if (keyId.endsWith('alias/aws/kinesis')) {
    add('key', 'ok', 'The stream is encrypted with the key that AWS manages: nothing is to be set.');
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
    add(
      'key',
      'todo',
      `The stream's key ${keyId} does not exist: nothing can write to the stream, or read it.`,
    );
    return undefined;
  }
  if (key.KeyManager === 'AWS') {
    add('key', 'ok', 'The stream is encrypted with the key that AWS manages: nothing is to be set.');
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
    const text = `The stream's key ${arn} is not usable (${KeyState ?? 'no state'}): nothing can write to the stream, or read it.`;
    add('key', 'todo', text);
  }
  if (AWSAccountId !== undefined && AWSAccountId !== question.place.account) {
    const text = `The stream's key belongs to the account ${AWSAccountId}: the stack accepts keys of its own account only.`;
    add('key', 'todo', text);
    return;
  }
  const policy = await ask('key policy', services.readKeyPolicy(arn));
  if (policy === NOT_KNOWN) return;
  checkUse(policy, describeConnect(question), question, add);
  checkUse(policy, describeFunction(question), question, add);
}

/** A role that uses the key through Kinesis. */
interface KeyUser extends Pick<KeyUse, 'action' | 'isAllowedByIam'> {
  who: string;
  /** Undefined if it is not known. */
  role: string | undefined;
  /** What happens if it may not use the key. */
  consequence: string;
  /** Of a statement that allows it. */
  allowing: object;
}

const describeConnect = ({ instance }: StreamQuestion): KeyUser => ({
  who: "Connect's service-linked role",
  role: instance?.role,
  action: 'kms:GenerateDataKey',
  isAllowedByIam: false,
  consequence:
    "what Connect exports is lost, unless the role's own policies allow it, which is not checked here",
  allowing: { Principal: { AWS: instance?.role } },
});

/** Before a deployment, only how the name begins is known: CloudFormation shortens it, and adds twelve characters. */
function describeFunction({
  functionRole,
  stackName,
  place: { partition, account },
}: StreamQuestion): KeyUser {
  const roles = `arn:${partition}:iam::${account}:role/${stackName.slice(0, 24)}`;
  return {
    who: "the function's role",
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
  const { who, role, action, isAllowedByIam, consequence, allowing } = user;
  if (role === undefined) {
    add(
      'key policy',
      'unknown',
      `The name of ${who} is not known: whether it may use the key was not checked.`,
    );
    return;
  }
  const context = {
    'kms:ViaService': `kinesis.${place.region}.amazonaws.com`,
    'kms:EncryptionContext:aws:kinesis:arn': arn,
  };
  const use = { action, principalArn: role, account: place.account, isAllowedByIam, context };
  switch (evaluateKeyPolicy(policy, use)) {
    case 'allowed':
      add('key policy', 'ok', `The key's policy allows ${who} ${action}.`);
      break;
    case 'unclear': {
      const text = `Whether the key's policy allows ${who} ${action} depends on something that this command does not know.`;
      add('key policy', 'unknown', text, 'Look at the policy: docs/doctor.md says what it needs.');
      break;
    }
    case 'denied':
      add(
        'key policy',
        'todo',
        `A Deny statement of the key's policy denies ${who} ${action}: ${consequence}. Narrow that statement.`,
      );
      break;
    case 'not-allowed': {
      const text = `The key's policy does not allow ${who} ${action}: ${consequence}. Add this statement to it:`;
      add(
        'key policy',
        'todo',
        text,
        JSON.stringify({ Effect: 'Allow', Action: action, Resource: '*', ...allowing }),
      );
    }
  }
}
