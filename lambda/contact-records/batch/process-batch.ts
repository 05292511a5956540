/**
 * Processes a batch. It decodes all deliveries, groups the versions of each contact, then runs the work items with
 * bounded concurrency. The first retryable error, or the deadline, stops new work; work in flight ends. Then it decides on
 * the rejected puts. The checkpoint is the lowest sequence number that is not done.
 */
import type { KinesisStreamRecord } from 'aws-lambda';
import { RetryableError, toRetryableError } from '../aws/errors';
import { type Drift, findDrift } from '../contact-record/drift';
import { decode, type Unreadable } from '../steps/decode';
import type { Ports } from '../steps/ports';
import type { Deadline } from './deadline';
import { groupByContact, type Version } from './group-by-contact';
import { createInvocationPorts } from './invocation-ports';
import type { BatchResult, RejectedPut, WorkItemResult } from './outcome';
import { CALLS_PER_CONTACT, processContact } from './process-contact';
import { CALLS_PER_REJECTION, type RunResult, settleRejections } from './settle-rejections';

/** Unit of work: one contact's versions, or a delivery that is not a contact record. */
interface WorkItem {
  /** Index in the batch of the first delivery. */
  readonly position: number;
  /** Length of the largest payload, in characters of base64. */
  readonly characters: number;
  /** Runs once. It keeps the contact's versions in memory, so it is replaced when the work item is done. */
  run: () => Promise<WorkItemResult | RejectedPut>;
}

type Done = Map<WorkItem['position'], WorkItemResult>;

/**
 * Processes a batch. Failures of services are in the result, not thrown.
 *
 * @param records - in the order of their sequence numbers, as the mapping sends them
 */
export async function processBatch(
  records: readonly KinesisStreamRecord[],
  ports: Ports,
  deadline: Deadline,
): Promise<BatchResult> {
  const { workItems, drift } = createWorkItems(records, ports, deadline);
  const done: Done = new Map();
  const run = (items: readonly WorkItem[]) => runWorkItems(items, done, deadline);
  const { rejected, error } = await run(workItems);
  const undecided = await settleRejections(rejected, run, ports, deadline);

  const firstNotDone = workItems.find((item) => !done.has(item.position));
  return {
    done: [...done.values()],
    drift,
    ...(firstNotDone && {
      error: error ?? undecided ?? new RetryableError('deadline', 'no time left for the rest of the batch'),
      retryFrom: records[firstNotDone.position]?.kinesis.sequenceNumber ?? '',
    }),
  };
}

/** Runs work items with bounded concurrency, until all are settled, an error or the deadline. */
async function runWorkItems(
  workItems: readonly WorkItem[],
  done: Done,
  deadline: Deadline,
): Promise<RunResult<WorkItem>> {
  const rejected: WorkItem[] = [];
  const inFlight = new Set<WorkItem>();
  let retryableError: RetryableError | undefined;
  let oneEnded: (() => void) | undefined;

  const run = async (item: WorkItem) => {
    try {
      const result = await item.run();
      if ('sendAgain' in result) rejected.push({ ...item, run: result.sendAgain });
      else done.set(item.position, result);
      item.run = NOT_AGAIN;
    } catch (error) {
      retryableError ??= error instanceof RetryableError ? error : toRetryableError(error, 'function');
    }
    inFlight.delete(item);
    oneEnded?.();
  };
  const untilOneEnds = () => new Promise<void>((resolve) => (oneEnded = resolve));
  // The first item always starts, however little time is left: each invocation makes progress.
  const mayStart = (item: WorkItem) =>
    retryableError === undefined && (item === workItems[0] || deadline.hasTimeFor(countCalls()));
  const countCalls = () => CALLS_PER_CONTACT + (rejected.length > 0 ? CALLS_PER_REJECTION : 0);

  for (const item of workItems) {
    if (!hasRoom(inFlight, item, done.size)) {
      do await untilOneEnds();
      while (inFlight.size > getMaxInFlight(done.size) * REFILL_AT || !hasRoom(inFlight, item, done.size));
    }
    if (!mayStart(item)) break;
    inFlight.add(item);
    void run(item);
  }
  while (inFlight.size > 0) await untilOneEnds();
  return { rejected: rejected.sort((a, b) => a.position - b.position), error: retryableError };
}

/**
 * Upper bound for base64 characters in flight: more than 140 ordinary records have. A larger record is processed alone,
 * because several records of a megabyte would exceed the memory and the time limit of the first call.
 */
export const MAX_CHARACTERS_IN_FLIGHT = 1_000_000;

/** Upper bound for work items in flight (docs/adr/0009). */
export const MAX_IN_FLIGHT = 140;

/**
 * Upper bound for work items in flight when a batch begins. Every second one that is done allows one more. The first
 * calls in a new sandbox take much more CPU. With little CPU, 140 of them at once would exceed a call's limit.
 */
const FIRST_IN_FLIGHT = 8;

/** Start more work when no more than this share is in flight. Bursts are a third cheaper (docs/adr/0009). */
const REFILL_AT = 0.36;

const getMaxInFlight = (done: number): number =>
  Math.min(MAX_IN_FLIGHT, FIRST_IN_FLIGHT + Math.floor(done / 2));

function hasRoom(inFlight: ReadonlySet<WorkItem>, item: WorkItem, done: number): boolean {
  if (inFlight.size === 0) return true;
  let { characters } = item;
  for (const other of inFlight) characters += other.characters;
  return inFlight.size < getMaxInFlight(done) && characters <= MAX_CHARACTERS_IN_FLIGHT;
}

/** Decodes the whole batch and returns its work items in the order of the batch. */
function createWorkItems(
  records: readonly KinesisStreamRecord[],
  ports: Ports,
  deadline: Deadline,
): { workItems: WorkItem[]; drift: Drift[] } {
  const invocationPorts = createInvocationPorts(ports);
  const workItems: WorkItem[] = [];
  const versions: Version[] = [];
  const drift: Drift[] = [];

  for (const [position, delivery] of records.entries()) {
    const decoded = decode(delivery.kinesis.data);
    const characters = delivery.kinesis.data.length;
    switch (decoded.kind) {
      case 'contact-record':
        versions.push({ position, delivery, contactRecord: decoded });
        drift.push(...findDrift(decoded.record));
        break;
      case 'ignored':
        workItems.push({ position, characters, run: () => Promise.resolve(IGNORED) });
        break;
      case 'unreadable':
        workItems.push({
          position,
          characters,
          run: () => saveUnreadable(delivery, decoded, ports, deadline),
        });
        break;
    }
  }
  for (const contactVersions of groupByContact(versions)) {
    workItems.push({
      position: contactVersions.position,
      characters: Math.max(...contactVersions.versions.map(({ delivery }) => delivery.kinesis.data.length)),
      run: () => processContact(contactVersions, invocationPorts, deadline),
    });
  }
  return { workItems: workItems.sort((a, b) => a.position - b.position), drift };
}

const NOT_AGAIN = () => Promise.reject(new Error('a work item runs once'));

const IGNORED: WorkItemResult = { outcomes: ['ignored'], failedRecords: [] };

async function saveUnreadable(
  delivery: KinesisStreamRecord,
  unreadable: Unreadable,
  { quarantine }: Ports,
  deadline: Deadline,
): Promise<WorkItemResult> {
  await quarantine('quarantined', unreadable.reason, delivery, deadline);
  return {
    outcomes: ['quarantined'],
    failedRecords: [{ ...unreadable, kind: 'quarantined', eventId: delivery.eventID }],
  };
}
