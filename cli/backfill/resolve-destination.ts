/** Finds the stream of a backfill. Refuses it if subscribers could get messages about old contacts. */
import { NO_LIMIT } from '../../lambda/contact-records/contract';
import { requireRegionAndCredentials } from '../shared/aws-clients';
import { readStackOutputs } from '../shared/stack-outputs';
import { UsageError } from '../shared/usage-error';
import type { Settings, Target } from './backfill-options';

export interface Destination {
  /** Empty in a dry run without a destination. */
  region: string;
  /** Name or ARN. Undefined in a dry run without a destination. */
  stream: string | undefined;
  /** Hours from the stack's output; `set` or `unknown` if only the stream is given. */
  notifyWithinHours: string;
}

/**
 * Finds region, stream and notify limit of the destination.
 *
 * @throws UsageError if `notifyWithinHours` is not set there, and no option accepts that
 */
export async function resolveDestination(settings: Settings): Promise<Destination> {
  const { target, notifyOldContacts, isDryRun } = settings;
  if (target === undefined) return { region: '', stream: undefined, notifyWithinHours: NO_LIMIT };
  const region = await requireRegionAndCredentials();
  const { stream, notifyWithinHours } = await lookUpTarget(target, region);
  const isLimited = notifyWithinHours !== NO_LIMIT && notifyWithinHours !== 'unknown';
  if (!isLimited && !notifyOldContacts && !isDryRun) throw new UsageError(REFUSAL[target.kind]);
  return { region, stream, notifyWithinHours };
}

const REFUSAL = {
  stack:
    'notifyWithinHours is not set: every abandoned contact of the input would be published, however old it is. ' +
    'Set it in cdk.json and deploy, or give --notify-old-contacts.',
  stream:
    'A stream does not show whether notifyWithinHours is set: use --stack, or give --assume-notify-limit or ' +
    '--notify-old-contacts.',
};

async function lookUpTarget(target: Target, region: string): Promise<Omit<Destination, 'region'>> {
  if (target.kind === 'stream') {
    return { stream: target.name, notifyWithinHours: target.assumeNotifyLimit ? 'set' : 'unknown' };
  }
  const output = await readStackOutputs(target.name, region);
  return { stream: output('StreamName'), notifyWithinHours: output('NotifyWithinHours') };
}
