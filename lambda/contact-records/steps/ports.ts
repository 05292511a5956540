/**
 * Creates the functions through which a batch calls AWS services and reads the clock. The simulation replaces the calls to
 * AWS.
 */
import type { AwsCalls } from '../aws/clients';
import type { Environment } from '../environment';
import { createLedger } from './ledger';
import { createProbe, type Probe } from './probe';
import { createPublish, type Pause, type Publish } from './publish';
import { createQuarantine, type Quarantine } from './quarantine';
import { createReadContact, type ReadContact } from './read-contact';
import { createStore, type Store } from './store';

export interface Ports {
  readonly store: Store;
  readonly probe: Probe;
  readonly readContact: ReadContact;
  readonly publish: Publish;
  readonly quarantine: Quarantine;
  /** The clock, in milliseconds since 1970. */
  readonly now: () => number;
  /** Contacts that ended longer ago are not published. Default: all are. */
  readonly notifyWithinHours?: number;
}

/** Creates the ports over calls to AWS. */
export const createPorts = (
  environment: Environment,
  calls: AwsCalls,
  now: () => number,
  pause: Pause,
): Ports => ({
  store: createStore(environment.recordsTable, calls.putItem, environment.contactRetentionDays),
  probe: createProbe(environment.recordsTable, calls.putItem, environment.contactRetentionDays),
  readContact: createReadContact(environment.recordsTable, calls.getItem),
  publish: createPublish(
    environment.abandonedContactsTopic,
    calls.publishMessage,
    createLedger(environment.ledgerTable, calls.put, now),
    pause,
  ),
  quarantine: createQuarantine(environment.failureBucket, calls.putObject),
  now,
  notifyWithinHours: environment.notifyWithinHours,
});
