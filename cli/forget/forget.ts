/** `npm run forget`: deletes one customer's contacts from the records table and the failure bucket. */
import { DescribeStreamSummaryCommand } from '@aws-sdk/client-kinesis';
import { createKinesisClient, createS3Client, requireRegionAndCredentials } from '../shared/aws-clients';
import { askToProceed, requireTerminal } from '../shared/confirm';
import { formatDuration } from '../shared/format';
import { createPacedSender } from '../shared/paced-sender';
import { createProgress } from '../shared/progress-line';
import { createRunClock } from '../shared/run-clock';
import { EXIT, runCommand, type Running } from '../shared/run-command';
import { formatScanPlan } from '../shared/scan-table';
import { callService } from '../shared/service-error';
import { readStackOutputs } from '../shared/stack-outputs';
import { createPutRecords } from '../shared/stream';
import { createVersionedBucket, type VersionedBucket } from './bucket-versions';
import { cleanBucket, createBucketCounts, passThroughBucket } from './clean-bucket';
import { type ContactsTable, createContactsTable } from './contacts-table';
import { createCustomer, type Customer } from './customer';
import { createIsTheirs } from './examine-object';
import { createSearchResult, searchBucket, searchTable, type SearchResult } from './find-contacts';
import { followLinks, type FoundContact, type Seed } from './follow-links';
import { forgetCommand, type Names, type Settings } from './forget-options';
import {
  countLeft,
  type Done,
  type Findings,
  formatCheck,
  formatDone,
  formatFindings,
  formatPlan,
  formatRemains,
  listRemains,
} from './forget-report';
import { createReceipt, describeReceipt, updateReceipt } from './receipt';
import { writeTombstones } from './write-tombstones';

interface Services {
  table: ContactsTable;
  bucket: VersionedBucket;
  names: Names;
  /** Retention of the stream, if it is known. */
  retentionHours: number | undefined;
}

async function run(settings: Settings, running: Running): Promise<number> {
  const { action, isConfirmed, segments, waitSeconds } = settings;
  const { stopping, print, result } = running;
  if (!isConfirmed) requireTerminal('it reads a whole table');
  const services = await createServices(settings, stopping);
  const { table, names } = services;
  result.target = names;

  const more = 'each contact that is found';
  const size = await table.measure();
  process.stderr.write(formatScanPlan(size, names.table, segments, { isConsistent: true, more }));
  if (!isConfirmed && !(await askToProceed(stopping))) return EXIT.interrupted;
  const customer = createCustomer(settings.customer);
  const search = await searchAll(settings, services, customer, size.items, running);
  const { owned, naming } = search;
  const named = settings.contactIds.map((contactId): Seed => ({ contactId, foundBy: '--contact' }));
  const seeds = [...named, ...owned.values(), ...(settings.includesNaming ? naming.values() : [])];
  /** In the order of discovery. */
  const found = new Map<string, FoundContact>();
  await followLinks(seeds, found, table.read, settings.followsLinks, stopping);
  const findings = await examineBucket(services, customer, search, found, running);
  Object.assign(result, findings);
  print(formatFindings(findings));

  if (action === 'check') {
    print(formatCheck(findings));
    return countLeft(findings) === 0 ? EXIT.success : EXIT.failure;
  }
  const needsPerson = findings.naming.length + findings.bucket.unreadable.length > 0;
  if (action === 'show') {
    print('\nNothing was changed; --execute forgets these contacts.\n');
    return needsPerson ? EXIT.failure : EXIT.success;
  }
  if (!isConfirmed) {
    process.stderr.write(formatPlan(findings, waitSeconds));
    if (!(await askToProceed(stopping))) return EXIT.interrupted;
  }
  const done = await forget(settings, services, customer, search, found, running);
  return findings.naming.length + done.bucket.unreadable.length === 0 ? EXIT.success : EXIT.failure;
}

async function createServices({ target }: Settings, stopping: AbortSignal): Promise<Services> {
  const region = await requireRegionAndCredentials();
  let [names, retentionHours]: [Names | undefined, number | undefined] = [undefined, undefined];
  if ('stack' in target) {
    const output = await readStackOutputs(target.stack, region);
    names = { table: output('RecordsTableName'), bucket: output('FailureBucketName') };
    retentionHours = await readRetention(output('StreamName'));
  } else names = target;
  return {
    table: createContactsTable(names.table),
    bucket: createVersionedBucket(createS3Client(), names.bucket, stopping),
    ...{ names, retentionHours },
  };
}

async function readRetention(StreamName: string): Promise<number | undefined> {
  const command = new DescribeStreamSummaryCommand({ StreamName });
  const kinesis = createKinesisClient();
  const { StreamDescriptionSummary } = await callService('kinesis:DescribeStreamSummary', (limit) =>
    kinesis.send(command, limit),
  );
  return StreamDescriptionSummary?.RetentionPeriodHours;
}

/** Searches the table, and also the bucket if identifiers of a customer are given. */
async function searchAll(
  { segments }: Settings,
  { table, bucket }: Services,
  customer: Customer,
  items: number,
  { stopping }: Running,
): Promise<SearchResult> {
  const search = createSearchResult();
  await showProgress(
    ...(['items read', () => search.items, items] as const),
    searchTable(table, segments, customer, search, stopping),
  );
  if (!customer.isUnknown) {
    const searching = searchBucket(bucket, customer, search);
    await showProgress('object versions searched', () => search.versions, 0, searching);
  }
  return search;
}

async function examineBucket(
  { bucket }: Services,
  customer: Customer,
  { tombstones, naming }: SearchResult,
  found: Map<string, FoundContact>,
  { stopping }: Running,
): Promise<Findings> {
  const counts = createBucketCounts();
  const isTheirs = createIsTheirs([...tombstones.keys(), ...found.keys()], customer);
  const passing = passThroughBucket({ bucket, isTheirs, stopping }, counts);
  await showProgress('object versions read', () => counts.examined, 0, passing);
  return {
    contacts: [...found.values()],
    naming: [...naming.values()].filter(
      ({ contactId }) => !found.has(contactId) && !tombstones.has(contactId),
    ),
    tombstones: tombstones.size,
    bucket: counts,
  };
}

/** Forgets the contacts. Reports and writes the receipt even if it fails. */
async function forget(
  { followsLinks, waitSeconds, receipt, rate }: Settings,
  { table, bucket, names, retentionHours }: Services,
  customer: Customer,
  { tombstones }: SearchResult,
  found: Map<string, FoundContact>,
  { stopping, print, result }: Running,
): Promise<Done> {
  const clock = createRunClock(stopping);
  const begunAt = Date.now();
  const done: Done = { tombstones: [], bucket: createBucketCounts(), isComplete: false };
  const describe = () => describeReceipt(names, begunAt, done, listRemains(Date.now(), retentionHours));
  await createReceipt(receipt, describe());
  try {
    await writeTombstones(found, followsLinks, { table, now: Date.now, stopping }, done.tombstones);

    // An invocation that read the table before the newest tombstone may still be running.
    const times = [...tombstones.values(), ...done.tombstones.map(({ at }) => at)];
    const latest = times.reduce((a, b) => Math.max(a, b), 0);
    const waitMs = Math.min(waitSeconds * 1000, latest + waitSeconds * 1000 - Date.now());
    if (waitMs > 0) {
      process.stderr.write(`Waiting ${formatDuration(waitMs / 1000)} for running invocations to end.\n`);
      await clock.sleep(waitMs);
    }
    stopping.throwIfAborted();

    const isTheirs = createIsTheirs([...tombstones.keys(), ...found.keys()], customer);
    const send = createPacedSender(rate, createPutRecords(createKinesisClient()), clock, stopping);
    const cleaning = cleanBucket({ bucket, isTheirs, send, stopping }, done.bucket);
    await showProgress('object versions read', () => done.bucket.examined, 0, cleaning);
    done.isComplete = true;
  } finally {
    Object.assign(result, { done });
    print(formatDone(done, receipt));
    if (done.isComplete) print(formatRemains(listRemains(Date.now(), retentionHours)));
    await updateReceipt(receipt, describe());
  }
  return done;
}

/** Shows the progress of the work until its end; a total of 0 means unknown. */
async function showProgress(
  what: string,
  measureDone: () => number,
  total: number,
  work: Promise<void>,
): Promise<void> {
  const measureProgress = () => ({ done: measureDone(), total: total > 0 ? total : undefined });
  const progress = createProgress(process.stderr, measureProgress, what, { rate: true });
  progress.begin();
  await work.finally(progress.end);
}

runCommand({ commandLine: forgetCommand, run, onStop: 'Stopping after the current request.' });
