/**
 * A smoke test: one synthetic record on its way through the deployed pipeline, and nothing of it left at the end but
 * what is meant to stay.
 */
import { isDeepStrictEqual } from 'node:util';
import type { Clock } from '../shared/clock';
import { getSafeErrorName, ServiceError } from '../shared/service-error';
import { createMessage } from '../../lambda/contact-records/steps/message';
import type { SmokeRecord } from './smoke-record';
import type { Accepted, PutRecord, RecordsTable } from './smoke-services';
import type { OpenQueue, Receive, ReceivedMessage, Temporary } from './temporary-queue';

export type Step =
  | { kind: 'made' | 'removed'; what: string }
  | { kind: 'put'; accepted: Accepted }
  /** The item is in the table; `differing`: the fields of the record that it has otherwise. */
  | { kind: 'stored'; item: Record<string, unknown>; afterMs: number; differing: string[] }
  | { kind: 'arrived'; message: ReceivedMessage; afterMs: number; differing: string[] }
  | { kind: 'not-stored' | 'not-arrived'; afterMs: number }
  /** The record may be in the stream and still be processed after this run, also once more. */
  | { kind: 'record-left' }
  | { kind: 'not-removed'; temporary: Temporary; why: string };

export type SmokeOutcome = 'passed' | 'failed' | 'stopped';

export interface SmokePorts {
  putRecord: PutRecord;
  table: RecordsTable;
  /** Only where the message is awaited. */
  openQueue: OpenQueue | undefined;
  clock: Clock;
  stopping: AbortSignal;
}

/** SQS wants a second before a new queue is used; filter and subscription take their time, too. */
const SETTLE_MS = 2_000;
const POLL_MS = 250;

/** What a run is about. */
export interface SmokeRun {
  record: SmokeRecord;
  /** How long to wait for item and message together, from the put. */
  waitMs: number;
  /** The command that deletes the item. */
  itemByHand: string;
  /** Is told each step when it is done. */
  tell: (step: Step) => void;
}

/**
 * Runs the test, and removes what was made for it however it ends.
 *
 * @throws ServiceError if a service doesn't do what it was asked to
 */
export async function smoke(run: SmokeRun, ports: SmokePorts): Promise<SmokeOutcome> {
  const made: Temporary[] = [];
  let outcome: SmokeOutcome;
  let isAllRemoved: boolean;
  try {
    outcome = await wayThrough(run, ports, made);
  } finally {
    isAllRemoved = await removeAll(made, run.tell);
  }
  return outcome === 'passed' && !isAllRemoved ? 'failed' : outcome;
}

async function wayThrough(run: SmokeRun, ports: SmokePorts, made: Temporary[]): Promise<SmokeOutcome> {
  const { table, openQueue, clock, stopping } = ports;
  const { ContactId } = run.record;
  const isStopping = () => stopping.aborted;
  // Who may not read or delete the item learns it while there is none.
  await table.read(ContactId);
  await table.remove(ContactId);
  if (isStopping()) return 'stopped';

  const receive = await openQueue?.(ContactId, (temporary) => {
    made.push(temporary);
    run.tell({ kind: 'made', what: temporary.what });
  });
  if (receive) await clock.sleep(SETTLE_MS);
  if (isStopping()) return 'stopped';

  const within = await put(run, ports);
  let outcome: SmokeOutcome | undefined;
  try {
    const stored = await itemOf(run, ports, within, made);
    outcome = stored === 'passed' && receive ? await messageOf(run, ports, within, receive) : stored;
    return outcome;
  } finally {
    if (outcome !== 'passed') run.tell({ kind: 'record-left' });
  }
}

/** Puts the record; resolves to what waits from then on. */
async function put({ record, waitMs, tell }: SmokeRun, { putRecord, clock, stopping }: SmokePorts) {
  try {
    tell({ kind: 'put', accepted: await putRecord(JSON.stringify(record), record.ContactId) });
  } catch (error) {
    // Without an answer, nobody knows.
    if (!(error instanceof ServiceError && error.isRefused)) tell({ kind: 'record-left' });
    throw error;
  }
  const putAt = clock.now();
  return async <T>(
    look: () => Promise<T | undefined>,
  ): Promise<{ found: T | undefined; afterMs: number }> => {
    for (;;) {
      const found = await look();
      const afterMs = Math.round(clock.now() - putAt);
      if (found !== undefined || stopping.aborted || afterMs >= waitMs) return { found, afterMs };
      await clock.sleep(POLL_MS);
    }
  };
}

type Within = Awaited<ReturnType<typeof put>>;

async function itemOf(
  { record, itemByHand, tell }: SmokeRun,
  { table, stopping }: SmokePorts,
  within: Within,
  made: Temporary[],
): Promise<SmokeOutcome> {
  const { ContactId } = record;
  const { found: item, afterMs } = await within(() => table.read(ContactId));
  if (item === undefined) {
    if (stopping.aborted) return 'stopped';
    tell({ kind: 'not-stored', afterMs });
    return 'failed';
  }
  made.push({ what: 'item', remove: () => table.remove(ContactId), byHand: itemByHand });
  const differing = differingNames(record, item);
  tell({ kind: 'stored', item, afterMs, differing });
  return differing.length === 0 ? 'passed' : 'failed';
}

async function messageOf(
  { record, tell }: SmokeRun,
  { stopping }: SmokePorts,
  within: Within,
  receive: Receive,
): Promise<SmokeOutcome> {
  // Until the filter works everywhere, messages for other contacts may be among them.
  const { found: message, afterMs } = await within(async () =>
    (await receive()).find(({ body }) => parsed(body)?.ContactId === record.ContactId),
  );
  if (message === undefined) {
    if (stopping.aborted) return 'stopped';
    tell({ kind: 'not-arrived', afterMs });
    return 'failed';
  }
  const differing = [
    ...(isDeepStrictEqual(parsed(message.body), record) ? [] : ['body']),
    ...differingNames(attributesOf(record), message.attributes),
  ];
  tell({ kind: 'arrived', message, afterMs, differing });
  return differing.length === 0 ? 'passed' : 'failed';
}

/** As docs/message.md promises them. */
const attributesOf = (record: SmokeRecord) =>
  Object.fromEntries(
    Object.entries(createMessage(record, JSON.stringify(record)).MessageAttributes).map(
      ([name, { StringValue }]) => [name, StringValue],
    ),
  );

/** Names that `actual` does not have as expected; it may have more. */
const differingNames = (expected: Record<string, unknown>, actual: Record<string, unknown>) =>
  Object.keys(expected).filter((name) => !isDeepStrictEqual(expected[name], actual[name]));

function parsed(body: string): Record<string, unknown> | undefined {
  try {
    return JSON.parse(body) as Record<string, unknown>;
  } catch {
    return undefined;
  }
}

/** Tries all, at the same time: after Ctrl-C somebody waits. Resolves to whether nothing is left. */
async function removeAll(made: Temporary[], tell: SmokeRun['tell']): Promise<boolean> {
  const removals = made.map(async (temporary) => {
    try {
      await temporary.remove();
      tell({ kind: 'removed', what: temporary.what });
      return true;
    } catch (error) {
      const why = error instanceof ServiceError ? error.message : `${getSafeErrorName(error)}.`;
      tell({ kind: 'not-removed', temporary, why });
      return false;
    }
  });
  return (await Promise.all(removals)).every(Boolean);
}
