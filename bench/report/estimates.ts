/** What is not measured, but estimates from what was: catching up, dollars, and sizes. */
import { type BatchSeconds, measuredBatchSeconds } from '../model/batch-seconds';
import { capacities, drain, type Drained, type Pipeline } from '../model/catch-up';
import { type Dollars, perMillionContacts } from '../model/dollars';
import { ASSUMED, DEPLOYED } from '../model/prices';
import { type Size, sizeFor } from '../model/sizing';
import type { Requests, Results } from '../results';
import { mainRun } from './targets';

const CONTACTS_PER_HOUR = [100, 1_000, 10_000, 100_000, 1_000_000] as const;
export const BACKLOG = 200_000;
export const SHARDS = [1, 2, 4, 8] as const;
export const PARALLELIZATIONS = [1, 2, 5, 10] as const;
/** Contacts a second. */
export const ARRIVALS = [1, 10, 100, 1_000] as const;
const KILOBYTES = [1, 2, 9] as const;

export interface Estimates {
  readonly requests: Requests;
  readonly deliveriesPerContact: number;
  readonly batchSeconds: BatchSeconds;
  readonly sizes: readonly Size[];
  readonly millions: readonly { readonly kilobytes: number; readonly dollars: Dollars }[];
  catchUp(shards: number, parallelization: number, contactsPerSecond: number): Drained;
  capacities(shards: number, parallelization: number): ReturnType<typeof capacities>;
}

/** @throws Error if the pipeline was not measured on mixed input, whose copies and versions are those of a contact centre */
export function estimate(results: Results): Estimates {
  const requests = mainRun(results, 'pipeline', 'mixed')?.requests;
  if (!requests)
    throw new Error(
      'The pipeline was not measured on mixed input: nothing can be estimated from these results.',
    );
  const batchSeconds = measuredBatchSeconds(results);
  const deliveriesPerContact = requests.deliveries / requests.contacts;
  const pipeline = (shards: number, parallelization: number, contactsPerSecond: number): Pipeline => ({
    shards,
    parallelization,
    batchSize: DEPLOYED.batchSize,
    recordKilobytes: ASSUMED.recordKilobytes,
    arrivals: contactsPerSecond * deliveriesPerContact,
    batchSeconds,
  });
  return {
    requests,
    deliveriesPerContact,
    batchSeconds,
    sizes: CONTACTS_PER_HOUR.map((each) => sizeFor(each, { requests, lag: results.lag, batchSeconds })),
    millions: KILOBYTES.map((kilobytes) => ({
      kilobytes,
      dollars: perMillionContacts(requests, kilobytes, DEPLOYED.batchSize, batchSeconds),
    })),
    catchUp: (shards, parallelization, contactsPerSecond) =>
      drain(pipeline(shards, parallelization, contactsPerSecond), BACKLOG),
    capacities: (shards, parallelization) => capacities(pipeline(shards, parallelization, 0)),
  };
}
