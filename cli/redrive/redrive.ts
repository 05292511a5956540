/**
 * `npm run redrive`: the way back for what is in the failure bucket. Lists it, and with `--execute` puts it back into
 * the stream.
 */
import { kinesisClient, regionAndCredentialsOf, s3Client } from '../shared/aws-clients';
import { clockUntil } from '../shared/clock';
import { EXIT, runCommand, type Running } from '../shared/command';
import { redriveCommand, type Settings } from './redrive-options';
import { failureBucket } from './bucket-client';
import { finished, groupsOf, listed, remaining } from './redrive-report';
import { createPacedSender } from '../shared/paced-sender';
import { nothingDone, redrive } from './redrive-objects';
import { listFailures } from './list-failures';
import { progressOn } from '../shared/progress';
import { amount } from '../shared/format';
import { createPutRecords } from '../shared/stream';

async function run(
  { bucket: name, stream, execute, filter, rate }: Settings,
  { stopping, print, result }: Running,
): Promise<number> {
  const s3 = s3Client();
  await regionAndCredentialsOf(s3);
  const bucket = failureBucket(s3, name, stopping);

  let read = 0;
  const reading = progressOn(process.stderr, () => ({ done: read, total: undefined }), 'objects read');
  reading.begin();
  const { entries, unreadable } = await listFailures(bucket, filter, stopping, (objects) => {
    read += objects;
  }).finally(reading.end);
  Object.assign(result, { groups: groupsOf(entries), unreadable });
  print(listed({ entries, unreadable }, Date.now()));
  if (!execute && entries.length > 0) {
    print(`\nNothing was changed; --execute redrives ${amount(entries.length, 'object')}.\n`);
  }
  if (!execute || entries.length === 0) return unreadable.length === 0 ? EXIT.success : EXIT.failure;

  const done = nothingDone();
  const total = entries.reduce((sum, { records }) => sum + records, 0);
  const count = () => ({ done: done.records, total });
  const redriving = progressOn(process.stderr, count, 'records put back', { rate: true });
  const putBack = createPacedSender(rate, createPutRecords(kinesisClient()), clockUntil(stopping), stopping);
  redriving.begin();
  try {
    await redrive(entries, stream, { bucket, putBack, stopping }, done);
  } finally {
    redriving.end();
    result.redriven = { ...done, remaining: remaining(done, entries.length) };
    print(`\n${finished(done, entries.length)}`);
  }
  return unreadable.length + done.left.length === 0 ? EXIT.success : EXIT.failure;
}

runCommand({
  commandLine: redriveCommand,
  run,
  onStop: 'Stopping after the request in flight.',
});
