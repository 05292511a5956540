/** Sends one synthetic record through the deployed pipeline, and removes temporary resources. */
import { isDeepStrictEqual } from 'node:util';
import type { Clock } from '../shared/run-clock';
import { parseJson } from '../shared/parse-json';
import { getSafeErrorName, ServiceError } from '../shared/service-error';
import { isObject } from '../../lambda/contact-records/json/is-object';
import { createMessage } from '../../lambda/contact-records/steps/message';
import type { SmokeRecord } from './smoke-record';
import type { Accepted, PutRecord, RecordsTable } from './smoke-services';
import type { OpenQueue, Receive, ReceivedMessage, TemporaryResource } from './temporary-queue';

export type SmokeEvent =
  | { kind: 'created' | 'removed'; name: string }
  | { kind: 'put'; accepted: Accepted }
  /** The item is in the table; `differing` names the fields that differ from the record. */
  | { kind: 'stored'; item: Record<string, unknown>; afterMs: number; differing: string[] }
  | { kind: 'arrived'; message: ReceivedMessage; afterMs: number; differing: string[] }
  | { kind: 'not-stored' | 'not-arrived'; afterMs: number }
  /** The function may process the record after this run. */
  | { kind: 'record-left' }
  | { kind: 'not-removed'; temporary: TemporaryResource; why: string };

export type SmokeOutcome = 'passed' | 'failed' | 'stopped';

export interface SmokePorts {
  putRecord: PutRecord;
  table: RecordsTable;
  /** Undefined if the test waits for no message. */
  openQueue: OpenQueue | undefined;
  clock: Clock;
  stopping: AbortSignal;
}

/** A new queue, subscription and filter need time before they work. */
const SETTLE_MS = 2_000;
const POLL_MS = 250;

export interface SmokeRun {
  record: SmokeRecord;
  /** Time to wait for item and message together, from the put. */
  waitMs: number;
  /** The command that deletes the item. */
  deleteCommand: string;
  /** Called for each event at once. */
  onEvent: (event: SmokeEvent) => void;
}

/**
 * Runs the test, and removes temporary resources even if it fails.
 *
 * @throws ServiceError if a service refuses a request or doesn't answer
 */
export async function runSmokeTest(run: SmokeRun, ports: SmokePorts): Promise<SmokeOutcome> {
  const created: TemporaryResource[] = [];
  let outcome: SmokeOutcome;
  let isAllRemoved: boolean;
  try {
    outcome = await sendThroughPipeline(run, ports, created);
  } finally {
    isAllRemoved = await removeAll(created, run.onEvent);
  }
  return outcome === 'passed' && !isAllRemoved ? 'failed' : outcome;
}

async function sendThroughPipeline(
  run: SmokeRun,
  ports: SmokePorts,
  created: TemporaryResource[],
): Promise<SmokeOutcome> {
  const { table, openQueue, clock } = ports;
  const { ContactId } = run.record;
  const isStopping = () => ports.stopping.aborted;
  // A missing permission to read or delete the item must show before the put.
  await table.read(ContactId);
  await table.remove(ContactId);
  if (isStopping()) return 'stopped';

  const receive = await openQueue?.(ContactId, (temporary) => {
    created.push(temporary);
    run.onEvent({ kind: 'created', name: temporary.name });
  });
  if (receive) await clock.sleep(SETTLE_MS);
  if (isStopping()) return 'stopped';

  const waitFor = await putAndWait(run, ports);
  let outcome: SmokeOutcome | undefined;
  try {
    const stored = await checkItem(run, ports, waitFor, created);
    outcome = stored === 'passed' && receive ? await checkMessage(run, ports, waitFor, receive) : stored;
    return outcome;
  } finally {
    if (outcome !== 'passed') run.onEvent({ kind: 'record-left' });
  }
}

/** Puts the record. Resolves to a function that waits, with its limit counted from the put. */
async function putAndWait({ record, waitMs, onEvent }: SmokeRun, { putRecord, clock, stopping }: SmokePorts) {
  try {
    onEvent({ kind: 'put', accepted: await putRecord(JSON.stringify(record), record.ContactId) });
  } catch (error) {
    // Without an answer, the record may be in the stream.
    if (!(error instanceof ServiceError && error.isRefused)) onEvent({ kind: 'record-left' });
    throw error;
  }
  const putAt = clock.now();
  return async <T>(look: () => Promise<T | undefined>, failure: 'not-stored' | 'not-arrived') => {
    for (;;) {
      const found = await look();
      const afterMs = Math.round(clock.now() - putAt);
      const isOver = afterMs >= waitMs && !stopping.aborted;
      if (found === undefined && isOver) onEvent({ kind: failure, afterMs });
      if (found !== undefined || stopping.aborted || isOver) return { found, afterMs };
      await clock.sleep(POLL_MS);
    }
  };
}

type WaitFor = Awaited<ReturnType<typeof putAndWait>>;

async function checkItem(
  { record, deleteCommand, onEvent }: SmokeRun,
  { table, stopping }: SmokePorts,
  waitFor: WaitFor,
  created: TemporaryResource[],
): Promise<SmokeOutcome> {
  const { ContactId } = record;
  const { found: item, afterMs } = await waitFor(() => table.read(ContactId), 'not-stored');
  if (item === undefined) return stopping.aborted ? 'stopped' : 'failed';
  created.push({ name: 'item', remove: () => table.remove(ContactId), removeCommand: deleteCommand });
  const differing = findDifferingNames(record, item);
  onEvent({ kind: 'stored', item, afterMs, differing });
  return differing.length === 0 ? 'passed' : 'failed';
}

async function checkMessage(
  { record, onEvent }: SmokeRun,
  { stopping }: SmokePorts,
  waitFor: WaitFor,
  receive: Receive,
): Promise<SmokeOutcome> {
  // Until the new filter works, the queue may get messages for other contacts.
  const look = async () => (await receive()).find(({ body }) => isOfContact(body, record.ContactId));
  const { found: message, afterMs } = await waitFor(look, 'not-arrived');
  if (message === undefined) return stopping.aborted ? 'stopped' : 'failed';
  const differing = [
    ...(isDeepStrictEqual(parseJson(message.body), record) ? [] : ['body']),
    ...findDifferingNames(createExpectedAttributes(record), message.attributes),
  ];
  onEvent({ kind: 'arrived', message, afterMs, differing });
  return differing.length === 0 ? 'passed' : 'failed';
}

/** Creates the attributes that docs/message.md promises. */
const createExpectedAttributes = (record: SmokeRecord) =>
  Object.fromEntries(
    Object.entries(createMessage(record, JSON.stringify(record)).MessageAttributes).map(
      ([name, { StringValue }]) => [name, StringValue],
    ),
  );

/** Finds the names whose values differ from the expected ones; `actual` may have more names. */
const findDifferingNames = (expected: Record<string, unknown>, actual: Record<string, unknown>) =>
  Object.keys(expected).filter((name) => !isDeepStrictEqual(expected[name], actual[name]));

function isOfContact(body: string, contactId: string): boolean {
  const message = parseJson(body);
  return isObject(message) && message.ContactId === contactId;
}

/** Removes all resources in parallel, because the user may wait. Resolves to whether all are removed. */
async function removeAll(created: TemporaryResource[], onEvent: SmokeRun['onEvent']): Promise<boolean> {
  const removals = created.map(async (temporary) => {
    try {
      await temporary.remove();
      onEvent({ kind: 'removed', name: temporary.name });
      return true;
    } catch (error) {
      const why = error instanceof ServiceError ? error.message : `${getSafeErrorName(error)}.`;
      onEvent({ kind: 'not-removed', temporary, why });
      return false;
    }
  });
  return (await Promise.all(removals)).every(Boolean);
}
