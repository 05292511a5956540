/**
 * `npm run backfill`: contact records that were exported before, into the deployed stream.
 */
import { resolve } from 'node:path';
import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import type { KinesisClient } from '@aws-sdk/client-kinesis';
import { NO_LIMIT } from '../../lambda/contact-records/contract';
import { kinesisClient, LIMITS_OF_SMALL, regionAndCredentialsOf, s3Client } from '../shared/aws-clients';
import { backfillCommand, type Input, type Settings, type Target } from './backfill-options';
import { backfill, isAllWell, nothingDone } from './send-records';
import { type About, readCheckpoint, removeCheckpoint, writeCheckpoint } from './checkpoint';
import { objectsIn } from './s3-objects';
import { type Ending, finished, planned, summaryOf, told } from './backfill-report';
import { BEGINNING, type Position, stepsFrom } from './read-records';
import { clockUntil } from '../shared/clock';
import { EXIT, runCommand, type Running } from '../shared/command';
import { isAgreed } from '../shared/confirm';
import { progressOn } from '../shared/progress';
import { grouped, printable } from '../shared/format';
import { createPacedSender } from '../shared/paced-sender';
import { filesIn, kindOf, type Source } from '../shared/sources';
import { stackOutputs } from '../shared/stack-outputs';
import { createPutRecords } from '../shared/stream';
import { UsageError } from '../shared/usage-error';

/** A checkpoint is not written more often. */
const CHECKPOINT_MS = 1_000;

async function run(settings: Settings, { stopping, print, result }: Running): Promise<number> {
  const { input, isDryRun, rate, checkpoint } = settings;
  if (!isDryRun && !settings.isConfirmed && !process.stdin.isTTY) {
    throw new UsageError('It asks before it sends anything, and here is no terminal: --yes goes without.');
  }
  const kinesis = kinesisClient();
  const { region, stream, notifyWithinHours } = await destinationOf(settings, kinesis);
  const list = await lister(input, checkpoint, stopping);
  const whole = await sizeOf(list(), stopping);
  const name = input.kind === 's3' ? `s3://${input.bucket}/${input.prefix}` : input.path;
  if (whole.sources === 0) throw new UsageError(`There is nothing in ${name}.`);

  Object.assign(result, { input: name, stream });
  const about: About = {
    input: input.kind === 's3' ? name : resolve(input.path),
    stream: `${region}/${stream ?? ''}`,
  };
  const resumed = isDryRun ? undefined : await readCheckpoint(checkpoint, about);
  const what = input.kind === 's3' ? 'object' : 'file';
  process.stderr.write(planned({ input: name, what, ...whole, stream, notifyWithinHours, rate, isDryRun }));
  if (resumed) {
    const { sources, current } = resumed.position;
    process.stderr.write(
      `Going on from ${checkpoint}: ${grouped(resumed.done.sent)} sent before, ${grouped(sources)} of ${grouped(whole.sources)} read` +
        `${current ? `, then byte ${grouped(current.from)} of ${printable(current.name)}` : ''}.\n`,
    );
  }
  const terminal = { input: process.stdin, output: process.stderr };
  const isToAsk = !isDryRun && !settings.isConfirmed;
  if (isToAsk && !(await isAgreed('Go ahead?', terminal, stopping))) return EXIT.interrupted;

  const done = resumed?.done ?? nothingDone();
  const [sentBefore, startedAt] = [done.sent, performance.now()];
  const readBefore = resumed?.position.bytes ?? 0;
  let bytesRead = 0;
  const progress = progressOn(
    process.stderr,
    () => ({
      ...{ done: done.sent, total: undefined },
      by: { done: Math.max(readBefore, bytesRead), total: whole.bytes },
    }),
    isDryRun ? 'records found' : 'records sent',
    { rate: true },
  );
  const keeping = keeper(isDryRun ? undefined : checkpoint, about);
  const ending = (): Ending => ({
    ...{ done, isDryRun, isComplete, canGoOn, rate },
    seconds: (performance.now() - startedAt) / 1000,
    sentNow: done.sent - sentBefore,
  });
  let [isComplete, canGoOn] = [false, true];
  // If that can't be written, it is better to know now.
  await keeping.save(resumed?.position ?? BEGINNING, done);
  progress.begin();
  try {
    const steps = stepsFrom(resumed?.position ?? BEGINNING, list(), (bytes) => {
      // A large file that was begun, or that holds nothing to send, makes no step for long.
      stopping.throwIfAborted();
      bytesRead += bytes;
    });
    await backfill(
      steps,
      stream ?? '',
      {
        putBack: isDryRun
          ? undefined
          : createPacedSender(rate, createPutRecords(kinesis), clockUntil(stopping), stopping),
        rate,
        tell: (step) => {
          const words = told(step);
          if (words !== '') progress.step(words);
        },
        save: keeping.save,
        stopping,
      },
      done,
    );
    isComplete = !stopping.aborted;
  } catch (error) {
    // The input is not what the checkpoint is about.
    canGoOn = !(error instanceof UsageError);
    throw error;
  } finally {
    progress.end();
    await keeping.end(isComplete);
    Object.assign(result, summaryOf(ending()));
    print(`\n${finished(ending())}`);
  }
  return isAllWell(done) ? EXIT.success : EXIT.failure;
}

/** The stream, and what the stack says about contacts of long ago; refuses if that is nothing, and nobody else does. */
async function destinationOf({ target, notifyOldContacts, isDryRun }: Settings, kinesis: KinesisClient) {
  if (target === undefined) return { region: '', stream: undefined, notifyWithinHours: NO_LIMIT };
  const region = await regionAndCredentialsOf(kinesis);
  const destination = await lookUp(target, region);
  const isLimited = destination.notifyWithinHours !== NO_LIMIT && destination.notifyWithinHours !== 'unknown';
  if (!isLimited && !notifyOldContacts && !isDryRun) throw new UsageError(REFUSAL[target.kind]);
  return { region, ...destination };
}

const REFUSAL = {
  stack:
    'notifyWithinHours is not set: every abandoned contact in there would be announced, however long ago it was. ' +
    'Set it in cdk.json and deploy, or say --notify-old-contacts.',
  stream:
    'A stream does not say whether notifyWithinHours is set: use --stack, or say --assume-notify-limit or ' +
    '--notify-old-contacts.',
};

async function lookUp(target: Target, region: string) {
  if (target.kind === 'stream') {
    return { stream: target.name, notifyWithinHours: target.assumeNotifyLimit ? 'set' : 'unknown' };
  }
  const output = await stackOutputs(
    new CloudFormationClient({ requestHandler: LIMITS_OF_SMALL }),
    target.name,
    region,
  );
  return { stream: output('StreamName'), notifyWithinHours: output('NotifyWithinHours') };
}

/** Makes what lists the input; more than once, and always in the same order. */
async function lister(
  input: Input,
  checkpoint: string,
  stopping: AbortSignal,
): Promise<() => AsyncIterable<Source>> {
  if (input.kind === 's3') {
    const s3 = s3Client();
    await regionAndCredentialsOf(s3);
    return () => objectsIn(s3, input.bucket, input.prefix, stopping);
  }
  if ((await kindOf(input.path)) === 'pipe')
    throw new UsageError(`${input.path} is neither file nor folder.`);
  const own = [checkpoint, `${checkpoint}.tmp`].map((path) => resolve(path));
  return () => filesIn(input.path, (path) => !own.includes(resolve(path)));
}

/** A list may be long: throws the reason of `stopping` when it is aborted. */
async function sizeOf(
  sources: AsyncIterable<Source>,
  stopping: AbortSignal,
): Promise<{ sources: number; bytes: number }> {
  const whole = { sources: 0, bytes: 0 };
  for await (const { bytes } of sources) {
    stopping.throwIfAborted();
    whole.sources += 1;
    whole.bytes += bytes;
  }
  return whole;
}

/** Keeps the last position for another run, in a file from time to time, and at the end only if there is more to do. */
function keeper(path: string | undefined, about: About) {
  let [savedAt, unsaved] = [-Infinity, undefined as (() => Promise<void>) | undefined];
  return {
    save: async (position: Position, done: ReturnType<typeof nothingDone>): Promise<void> => {
      if (path === undefined) return;
      unsaved = () => writeCheckpoint(path, { about, position, done });
      if (performance.now() - savedAt < CHECKPOINT_MS) return;
      await unsaved();
      [savedAt, unsaved] = [performance.now(), undefined];
    },
    end: async (isComplete: boolean): Promise<void> => {
      if (path !== undefined && isComplete) await removeCheckpoint(path);
      else await unsaved?.();
    },
  };
}

runCommand({ commandLine: backfillCommand, run, onStop: 'Stopping after the request in flight.' });
