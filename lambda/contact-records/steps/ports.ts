/**
 * The steps that reach out to services, made of the calls to AWS: the same for the function and for its simulation.
 */
import type { Calls } from '../aws/clients';
import type { Environment } from '../environment';
import { ledgerIn } from './ledger';
import type { Steps } from '../batch/process-contact';
import { type Pause, publishTo } from './publish';
import { quarantineIn } from './quarantine';
import { storeIn } from './store';

/**
 * @param now - the clock, in milliseconds since 1970
 */
export const stepsOver = (
  environment: Environment,
  calls: Calls,
  now: () => number,
  pause: Pause,
): Steps => ({
  store: storeIn(environment.recordsTable, calls.putItem, environment.contactRetentionDays),
  publish: publishTo(
    environment.abandonedContactsTopic,
    calls.publishMessage,
    ledgerIn(environment.ledgerTable, calls.put, now),
    pause,
  ),
  quarantine: quarantineIn(environment.failureBucket, calls.putObject),
  now,
  notifyWithinHours: environment.notifyWithinHours,
});
