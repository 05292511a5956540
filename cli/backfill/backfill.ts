/** `npm run backfill`: sends contact records of earlier exports into the deployed stream. */
import { createKinesisClient } from '../shared/aws-clients';
import { checkOutputFile } from '../shared/check-output-file';
import { askToProceed, requireTerminal } from '../shared/confirm';
import { createPacedSender } from '../shared/paced-sender';
import { createProgress } from '../shared/progress-line';
import { createRunClock } from '../shared/run-clock';
import { EXIT, runCommand, type Running } from '../shared/run-command';
import { createPutRecords } from '../shared/stream';
import { UsageError } from '../shared/usage-error';
import { type BackfillInput, measureInput, openBackfillInput } from './backfill-input';
import { backfillCommand, type Settings } from './backfill-options';
import { formatEvent, formatPlan, formatResumption, formatSummary, toJsonSummary } from './backfill-report';
import { type Checkpoint, createCheckpointKeeper, readCheckpoint } from './checkpoint';
import { BEGINNING, type ReadEvent, readRecords } from './read-records';
import { resolveDestination } from './resolve-destination';
import { createBackfillCounts, isAllWell, sendRecords } from './send-records';

async function run(settings: Settings, running: Running): Promise<number> {
  const { isDryRun, rate } = settings;
  const { stopping, result } = running;
  const isToAsk = !isDryRun && !settings.isConfirmed;
  if (isToAsk) requireTerminal('it sends records');
  const { region, stream, notifyWithinHours } = await resolveDestination(settings);
  const input = await openBackfillInput(settings, stopping);
  const size = await measureInput(input, stopping);

  Object.assign(result, { input: input.name, stream });
  const subject = { input: input.address, stream: `${region}/${stream ?? ''}` };
  const { name, sourceKind, isResumable } = input;
  const checkpoint = isDryRun || !isResumable ? undefined : settings.checkpoint;
  const resumed = checkpoint === undefined ? undefined : await readCheckpoint(checkpoint, subject);
  const plan = { name, sourceKind, isResumable, ...size, stream, notifyWithinHours, rate, isDryRun };
  process.stderr.write(formatPlan(plan));
  if (resumed) process.stderr.write(formatResumption(settings.checkpoint, resumed, size.sources));
  if (isToAsk && !(await askToProceed(stopping))) return EXIT.interrupted;

  // An error in writing this file must show before anything is sent.
  if (checkpoint !== undefined) await checkOutputFile('--checkpoint', checkpoint);
  const totalBytes = isResumable ? size.bytes : undefined;
  return sendInput({ settings, checkpoint, input, totalBytes, stream, subject, resumed }, running);
}

interface BackfillRun {
  settings: Settings;
  /** Path of the checkpoint; undefined if the run writes none. */
  checkpoint: string | undefined;
  input: BackfillInput;
  /** Undefined for standard input. */
  totalBytes: number | undefined;
  stream: string | undefined;
  subject: Checkpoint['subject'];
  resumed: Checkpoint | undefined;
}

/** Sends all input, and reports even if it fails. */
async function sendInput(backfill: BackfillRun, { stopping, print, result }: Running): Promise<number> {
  const { checkpoint, input, totalBytes, stream, subject, resumed } = backfill;
  const { isDryRun, rate } = backfill.settings;
  const from = resumed?.position ?? BEGINNING;
  const counts = resumed?.counts ?? createBackfillCounts();
  const [sentBefore, startedAt] = [counts.sent, performance.now()];
  let bytesRead = 0;
  const measureProgress = () => ({
    ...{ done: counts.sent, total: undefined },
    by: { done: Math.max(from.bytes, bytesRead), total: totalBytes },
  });
  const unit = isDryRun ? 'records found' : 'records sent';
  const progress = createProgress(process.stderr, measureProgress, unit, { rate: true });
  const keeper = createCheckpointKeeper(checkpoint, subject);
  const events = readRecords(from, input.list(), (bytes) => {
    // A large file without records to send causes no event for a long time.
    stopping.throwIfAborted();
    bytesRead += bytes;
  });
  const send = isDryRun
    ? undefined
    : createPacedSender(rate, createPutRecords(createKinesisClient()), createRunClock(stopping), stopping);

  let [isComplete, canGoOn] = [false, true];
  progress.begin();
  try {
    const onEvent = (event: ReadEvent) => {
      const words = formatEvent(event, counts);
      if (words !== '') progress.step(words);
    };
    await sendRecords(events, stream ?? '', { send, rate, onEvent, save: keeper.save, stopping }, counts);
    isComplete = !stopping.aborted;
  } catch (error) {
    // The input does not match the checkpoint.
    canGoOn = !(error instanceof UsageError);
    throw error;
  } finally {
    progress.end();
    await keeper.end(isComplete, counts);
    const seconds = (performance.now() - startedAt) / 1000;
    const sentNow = counts.sent - sentBefore;
    const { isResumable } = input;
    const ending = { counts, isDryRun, isComplete, canGoOn, isResumable, seconds, sentNow, rate };
    Object.assign(result, toJsonSummary(ending));
    print(`\n${formatSummary(ending)}`);
  }
  return isAllWell(counts) ? EXIT.success : EXIT.failure;
}

runCommand({ commandLine: backfillCommand, run, onStop: 'Stopping after the current request.' });
