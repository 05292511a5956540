/**
 * `npm run redrive`: the way back for what is in the failure bucket. Lists it, and with `--execute` puts it back into
 * the stream.
 */
import { KinesisClient } from '@aws-sdk/client-kinesis';
import { S3Client } from '@aws-sdk/client-s3';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { LIMITS, regionAndCredentialsOf } from './aws';
import { clockUntil } from './clock';
import { EXIT, runCommand, type Running } from './command';
import { HELP, parseArguments, type Settings } from './redrive/arguments';
import { failureBucket } from './redrive/failure-bucket';
import { amount, finished, groupsOf, listed, remaining } from './redrive/printed';
import { putBackAt } from './put-back';
import { nothingDone, redrive } from './redrive/redrive';
import { takeStock } from './redrive/take-stock';
import { progressOn } from './progress';
import { putRecordsTo } from './stream';

async function run(
  { bucket: name, stream, execute, filter, rate }: Settings,
  { stopping, print, result }: Running,
): Promise<number> {
  const { s3, kinesis } = await clients();
  const bucket = failureBucket(s3, name);

  let read = 0;
  const reading = progressOn(process.stderr, () => ({ done: read, total: undefined }), 'objects read');
  reading.begin();
  const { entries, unreadable } = await takeStock(bucket, filter, stopping, (objects) => {
    read += objects;
  }).finally(reading.end);
  // Half a list would look like a whole one.
  if (stopping.aborted) return EXIT.interrupted;
  Object.assign(result, { groups: groupsOf(entries), unreadable });
  print(listed({ entries, unreadable }, Date.now()));
  if (!execute && entries.length > 0) {
    print(`\nNothing was changed; --execute redrives ${amount(entries.length, 'object')}.\n`);
  }
  if (!execute || entries.length === 0) return unreadable.length === 0 ? EXIT.right : EXIT.wrong;

  const done = nothingDone();
  const total = entries.reduce((sum, { records }) => sum + records, 0);
  const count = () => ({ done: done.records, total });
  const redriving = progressOn(process.stderr, count, 'records put back', { rate: true });
  const putBack = putBackAt(rate, putRecordsTo(kinesis), clockUntil(stopping), stopping);
  redriving.begin();
  try {
    await redrive(entries, stream, { bucket, putBack, stopping }, done);
  } finally {
    redriving.end();
    result.redriven = { ...done, remaining: remaining(done, entries.length) };
    print(`\n${finished(done, entries.length)}`);
  }
  return unreadable.length + done.left.length === 0 ? EXIT.right : EXIT.wrong;
}

/** Region, credentials and endpoints come from the environment, as for the AWS CLI. */
async function clients(): Promise<{ s3: S3Client; kinesis: KinesisClient }> {
  // `npm start -- --keep` has one address for all buckets; the engine of the stream speaks HTTP/1.1 only.
  const forcePathStyle = process.env.AWS_ENDPOINT_URL_S3 !== undefined;
  const s3 = new S3Client({ maxAttempts: 5, requestHandler: LIMITS, forcePathStyle });
  // Who puts records back tries again by itself, at its rate.
  const kinesis = new KinesisClient({ maxAttempts: 1, requestHandler: new NodeHttpHandler(LIMITS) });
  await regionAndCredentialsOf(s3);
  return { s3, kinesis };
}

runCommand({
  parse: (argv) => parseArguments(argv, Date.now()),
  help: HELP,
  run,
  onStop: 'Stopping after the request in flight.',
});
