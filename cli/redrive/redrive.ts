/** `npm run redrive`: lists the objects in the failure bucket, and redrives them with `--execute`. */
import { createKinesisClient, createS3Client, requireRegionAndCredentials } from '../shared/aws-clients';
import { askToProceed, requireTerminal } from '../shared/confirm';
import { formatCount } from '../shared/format';
import { createPacedSender } from '../shared/paced-sender';
import { createProgress } from '../shared/progress-line';
import { createRunClock } from '../shared/run-clock';
import { EXIT, runCommand, type Running } from '../shared/run-command';
import { createPutRecords } from '../shared/stream';
import { createFailureBucket, type FailureBucket } from './bucket-client';
import { type DownloadCounts, downloadPayloads, prepareDownloadFolder } from './download-payloads';
import { type FailureEntry, type FailureList, listFailures } from './list-failures';
import { isPacked } from '../shared/open-records';
import { createRedriveCounts, redriveObjects } from './redrive-objects';
import { redriveCommand, type Settings } from './redrive-options';
import {
  countRecords,
  formatDownload,
  formatKeys,
  toJsonObjects,
  countRemaining,
  formatList,
  formatPlan,
  formatSummary,
  groupEntries,
} from './redrive-report';

async function run(settings: Settings, running: Running): Promise<number> {
  const { dest, execute, isConfirmed } = settings;
  const { stopping, print } = running;
  if (execute && !isConfirmed) requireTerminal('it sends records');
  if (dest !== undefined) await prepareDownloadFolder(dest);
  await requireRegionAndCredentials();
  const bucket = createFailureBucket(createS3Client(), settings.bucket, stopping);

  const { entries, unreadable } = await showList(settings, bucket, running);
  const status = unreadable.length === 0 ? EXIT.success : EXIT.failure;
  if (entries.length === 0) return status;
  if (dest !== undefined) {
    const skipped = await download(dest, bucket, entries, running);
    return skipped === 0 ? status : EXIT.failure;
  }
  if (!execute) {
    print(`\nNothing was changed; --execute redrives ${formatCount(entries.length, 'object')}.\n`);
    return status;
  }
  if (!isConfirmed) {
    process.stderr.write(formatPlan(entries, settings.stream));
    if (!(await askToProceed(stopping))) return EXIT.interrupted;
  }
  const skipped = await redrive(settings, bucket, entries, running);
  return skipped === 0 ? status : EXIT.failure;
}

async function showList(
  { filter, showKeys }: Settings,
  bucket: FailureBucket,
  { stopping, print, result }: Running,
): Promise<FailureList> {
  let read = 0;
  const progress = createProgress(process.stderr, () => ({ done: read, total: undefined }), 'objects read');
  progress.begin();
  const list = await listFailures(bucket, filter, stopping, (objects) => {
    read += objects;
  }).finally(progress.end);
  Object.assign(result, { groups: groupEntries(list.entries), unreadable: list.unreadable });
  print(formatList(list, Date.now()));
  if (showKeys && list.entries.length > 0) {
    result.objects = toJsonObjects(list.entries);
    print(formatKeys(list.entries));
  }
  return list;
}

/** Downloads the payloads, and reports even if it fails. Resolves to the number of skipped objects. */
async function download(
  folder: string,
  bucket: FailureBucket,
  entries: FailureEntry[],
  { stopping, print, result }: Running,
): Promise<number> {
  const counts: DownloadCounts = { files: 0, skipped: [] };
  const measureProgress = () => ({ done: counts.files, total: countRecords(entries) });
  const progress = createProgress(process.stderr, measureProgress, 'payloads written');
  progress.begin();
  try {
    await downloadPayloads(entries, folder, bucket, stopping, counts);
  } finally {
    progress.end();
    result.downloaded = counts;
    print(formatDownload(counts, folder));
  }
  return counts.skipped.length;
}

/** Redrives the objects, and reports even if it fails. Resolves to the number of skipped objects. */
async function redrive(
  { stream, rate }: Settings,
  bucket: FailureBucket,
  entries: FailureEntry[],
  { stopping, print, result }: Running,
): Promise<number> {
  const counts = createRedriveCounts();
  // The number of records in a packed record is unknown until it is opened.
  const total = entries.some(({ reason }) => isPacked(reason)) ? undefined : countRecords(entries);
  const measureProgress = () => ({ done: counts.records, total });
  const progress = createProgress(process.stderr, measureProgress, 'records redriven', { rate: true });
  const putRecords = createPutRecords(createKinesisClient());
  const send = createPacedSender(rate, putRecords, createRunClock(stopping), stopping);
  progress.begin();
  try {
    await redriveObjects(entries, stream, { bucket, send, stopping }, counts);
  } finally {
    progress.end();
    result.redriven = { ...counts, remaining: countRemaining(counts, entries.length) };
    print(`\n${formatSummary(counts, entries.length)}`);
  }
  return counts.skipped.length;
}

runCommand({ commandLine: redriveCommand, run, onStop: 'Stopping after the current request.' });
