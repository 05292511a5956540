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
  /** The name that the stack has or will have: the name of the function's role begins with it. */
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
    'and then this command again, which shows the maxRecordAgeHours for it.',
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
  checkConnectsUse(policy, question, add);
  checkFunctionsUse(policy, question, add);
}

function checkConnectsUse(
  policy: string,
  { arn, instance, place }: StreamQuestion,
  add: Findings['add'],
): void {
  if (instance?.role === undefined) {
    const text = "Connect's service-linked role is not known: whether it may use the key was not checked.";
    add('key policy', 'unknown', text);
    return;
  }
  const use = { ...createUse('kms:GenerateDataKey', instance.role, arn, place), isAllowedByIam: false };
  switch (evaluateKeyPolicy(policy, use)) {
    case 'allowed':
      add('key policy', 'ok', "Connect's service-linked role may write with the key (kms:GenerateDataKey).");
      break;
    case 'unclear':
      add('key policy', 'unknown', describeUnclear("Connect's service-linked role", use));
      break;
    case 'denied':
      add('key policy', 'todo', describeDenied("Connect's service-linked role", use));
      break;
    case 'not-allowed':
      add(
        'key policy',
        'todo',
        "The key's policy does not allow Connect's service-linked role kms:GenerateDataKey: what Connect exports is lost, " +
          "unless the role's own policies allow it, which is not checked here. Add this statement to the key's policy:",
        JSON.stringify({
          Effect: 'Allow',
          Principal: { AWS: instance.role },
          Action: 'kms:GenerateDataKey',
          Resource: '*',
        }),
      );
  }
}

function checkFunctionsUse(
  policy: string,
  { arn, stackName, place }: StreamQuestion,
  add: Findings['add'],
): void {
  const { partition, account } = place;
  const roles = `arn:${partition}:iam::${account}:role/`;
  // CloudFormation shortens both parts, and adds twelve characters that are not known before.
  const role = `${roles}${stackName.slice(0, 24)}-ContactRecordFunctionRol-AbCdEfGhIjKl`;
  const use = { ...createUse('kms:Decrypt', role, arn, place), isAllowedByIam: true };
  switch (evaluateKeyPolicy(policy, use)) {
    case 'allowed':
      add('key policy', 'ok', "The function's role may read with the key (kms:Decrypt).");
      break;
    case 'unclear':
      add('key policy', 'unknown', describeUnclear("the function's role", use));
      break;
    case 'denied':
      add('key policy', 'todo', describeDenied("the function's role", use));
      break;
    case 'not-allowed':
      add(
        'key policy',
        'todo',
        "The key's policy does not allow the function's role kms:Decrypt, and does not leave it to IAM: the function can't " +
          "read the stream. Add this statement to the key's policy:",
        JSON.stringify({
          Effect: 'Allow',
          Principal: { AWS: `arn:${partition}:iam::${account}:root` },
          Action: 'kms:Decrypt',
          Resource: '*',
          Condition: {
            ArnLike: { 'aws:PrincipalArn': `${roles}${stackName.slice(0, 24)}-ContactRecordFunction*` },
          },
        }),
      );
  }
}

/** A use of the key through Kinesis, which names the stream. */
const createUse = (
  action: string,
  principalArn: string,
  streamArn: string,
  { region, account }: Place,
): Omit<KeyUse, 'isAllowedByIam'> => ({
  action,
  principalArn,
  account,
  context: {
    'kms:ViaService': `kinesis.${region}.amazonaws.com`,
    'kms:EncryptionContext:aws:kinesis:arn': streamArn,
  },
});

const describeUnclear = (who: string, { action }: KeyUse) =>
  `Whether ${who} may use the key (${action}) depends on conditions that this command does not know: look at the key's policy.`;

const describeDenied = (who: string, { action }: KeyUse) =>
  `A Deny statement of the key's policy keeps ${who} from using the key (${action}): remove or narrow it.`;
