/**
 * `npm run redrive`: the way back for what is in the failure bucket. Lists it, and with `--execute` puts it back into
 * the stream.
 */
import { KinesisClient } from '@aws-sdk/client-kinesis';
import { S3Client } from '@aws-sdk/client-s3';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { LIMITS, regionAndCredentialsOf, runOnServices } from './aws';
import { clockUntil } from './clock';
import { runAsParsed } from './command';
import { HELP, parseArguments, type Settings } from './redrive/arguments';
import { failureBucket } from './redrive/failure-bucket';
import { amount, finished, listed } from './redrive/printed';
import { putBackAt } from './put-back';
import { nothingDone, redrive } from './redrive/redrive';
import { takeStock } from './redrive/take-stock';
import { progressOn } from './progress';
import { putRecordsTo } from './stream';

const EXIT = { done: 0, left: 3, interrupted: 130 } as const;
const stopping = new AbortController();
const isStopping = () => stopping.signal.aborted;

async function run({ bucket: name, stream, execute, filter, rate }: Settings): Promise<number> {
  const { s3, kinesis } = await clients();
  const bucket = failureBucket(s3, name);

  let read = 0;
  const reading = progressOn(process.stderr, () => ({ done: read, total: undefined }), 'objects read');
  reading.begin();
  const { entries, unreadable } = await takeStock(bucket, filter, stopping.signal, (objects) => {
    read += objects;
  }).finally(reading.end);
  if (isStopping()) return EXIT.interrupted;
  process.stdout.write(listed({ entries, unreadable }));
  if (!execute && entries.length > 0) {
    process.stdout.write(`\nNothing was changed; --execute redrives ${amount(entries.length, 'object')}.\n`);
  }
  if (!execute || entries.length === 0) return unreadable.length === 0 ? EXIT.done : EXIT.left;

  const done = nothingDone();
  const total = entries.reduce((sum, { records }) => sum + records, 0);
  const redriving = progressOn(process.stderr, () => ({ done: done.records, total }), 'records put back');
  const putBack = putBackAt(rate, putRecordsTo(kinesis), clockUntil(stopping.signal), stopping.signal);
  redriving.begin();
  try {
    await redrive(entries, stream, { bucket, putBack, stopping: stopping.signal }, done);
  } finally {
    redriving.end();
    process.stdout.write(`\n${finished(done, entries.length)}`);
  }
  if (isStopping()) return EXIT.interrupted;
  return unreadable.length + done.left.length === 0 ? EXIT.done : EXIT.left;
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

runOnServices(
  () => runAsParsed(parseArguments(process.argv.slice(2), Date.now()), HELP, run),
  stopping,
  'Stopping after the request in flight.',
);
