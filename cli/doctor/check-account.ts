/** Checks the credentials, the CDK's bootstrap and the Connect instance. */
import type { DoctorServices } from './doctor-services';
import { type Findings, NOT_KNOWN } from './findings';

export interface Place {
  partition: string;
  region: string;
  account: string;
}

/**
 * Finds the account and region of the credentials.
 *
 * @throws ServiceError if the credentials don't work, because no other check is possible then
 */
export async function checkCredentials(
  region: string,
  services: DoctorServices,
  { add }: Findings,
): Promise<Place> {
  const { account, arn } = await services.identifyCaller();
  add('credentials', 'ok', `Account ${account}, region ${region}, as ${arn}.`);
  return { partition: arn.split(':')[1] ?? 'aws', region, account };
}

/** The version that the synthesized stack requires. */
const MIN_BOOTSTRAP_VERSION = 6;

export async function checkBootstrap(
  { region, account }: Place,
  services: DoctorServices,
  { add, ask }: Findings,
): Promise<void> {
  const version = await ask('bootstrap', services.readBootstrapVersion());
  if (version === NOT_KNOWN) return;
  const command = `npx cdk bootstrap aws://${account}/${region}`;
  if (version === undefined) {
    add('bootstrap', 'todo', 'The CDK is not bootstrapped in this account and region. Run:', command);
  } else if (version >= MIN_BOOTSTRAP_VERSION) {
    add('bootstrap', 'ok', `The CDK is bootstrapped, version ${version}.`);
  } else {
    const text = `The CDK's bootstrap is too old: it has version ${version}, and the stack needs ${MIN_BOOTSTRAP_VERSION}. Run:`;
    add('bootstrap', 'todo', text, command);
  }
}

export interface CheckedInstance {
  arn: string;
  /** The service-linked role with which Connect writes, if it is known. */
  role: string | undefined;
}

/** Checks that the instance exists and is active. Resolves to undefined if it does not exist. */
export async function checkInstance(
  id: string,
  { partition, region, account }: Place,
  services: DoctorServices,
  { add, ask }: Findings,
): Promise<CheckedInstance | undefined> {
  const instance = await ask('instance', services.describeInstance(id));
  const arn = `arn:${partition}:connect:${region}:${account}:instance/${id}`;
  if (instance === NOT_KNOWN) return { arn, role: undefined };
  if (instance === undefined) {
    const text = `There is no Connect instance ${id} in ${region}: check --instance, AWS_REGION and the account.`;
    add('instance', 'todo', text);
    return undefined;
  }
  if (instance.status === 'ACTIVE') {
    add('instance', 'ok', `The Connect instance ${id} is active.`);
  } else {
    const text = `The Connect instance ${id} is not active (${instance.status ?? 'no status'}): wait until it is active.`;
    add('instance', 'todo', text);
  }
  if (instance.regions.length > 0) {
    add(
      'instance',
      'note',
      `The instance is replicated (Global Resiliency): ${instance.regions.join(', ')}. Connect may export a contact's record in ` +
        'only one of these Regions: deploy a stack in each.',
    );
  }
  return { arn: instance.arn ?? arn, role: instance.role };
}
