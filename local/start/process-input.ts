/** Processes the input: puts the deliveries on the stream, waits until they are done, and checks the results. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { LocalStack } from '../stack/local-stack';
import { createRandom } from '../generator/random';
import { describeReshard, type Reshard, startResharding } from '../stack/reshard';
import {
  ASPECTS,
  type Aspect,
  type Difference,
  findDifferences,
  findInconsistencies,
} from '../check-results';
import { type Examples, noteExamples, noteFile, type UnusableFiles } from './examples';
import type { Input, InputDelivery } from './open-input';
import type { Progress } from '../../cli/shared/progress-line';
import type { Run } from './summary';
import type { Tally } from './tally';
import { readResults } from './read-results';
import { TIME_IS_OVER, waitAtMost } from '../../cli/shared/wait-at-most';

/** A run fails if no delivery is done for this time; after a denied request, the time is shorter. */
const STALL_SECONDS = { any: 60, denied: 5 };
const WATCH_MS = 200;
/** How long the results may take to read after Ctrl-C. */
const READ_LIMIT_MS = 30_000;

/** Selects the shards that are split and merged; the times depend on the machine. */
const RESHARD_SEED = 2;

/** Without expected results, the content of the table and the failed records cannot be checked. */
const ASPECTS_WITHOUT_EXPECTATION: Aspect[] = ['published', 'counted', 'permitted'];

export interface ProcessOptions {
  tally: Tally;
  progress: Progress;
  shouldReshard: boolean;
  /** Aborted at Ctrl-C: the run then ends early. */
  stopping: AbortSignal;
}

/** @throws Error if the results can't be read soon after Ctrl-C */
export async function processInput(
  stack: LocalStack,
  input: Input,
  { tally, progress, shouldReshard, stopping }: ProcessOptions,
): Promise<Run> {
  const startedAt = performance.now();
  let delivered = 0;
  let isPut = false;
  const examples: Examples = new Map();
  const files: UnusableFiles = new Map();
  const onEach = (delivery: InputDelivery) => {
    delivered++;
    const { place } = delivery;
    if (place) noteFile(files, place, noteExamples(examples, delivery, place));
  };
  const reshards: Reshard[] = [];
  progress.begin();
  const random = createRandom(RESHARD_SEED);
  const resharding = shouldReshard
    ? startResharding(
        () => stack.reshard(random),
        (reshard) => {
          reshards.push(reshard);
          progress.step(describeReshard(reshard));
        },
      )
    : undefined;
  const process = async () => {
    await stack.putRecords(watchDeliveries(input.deliveries, onEach));
    isPut = true;
    input.total = delivered;
    await stack.whenCaughtUp(MAX_TIMEOUT_MS);
    await resharding?.stop();
  };
  const over = new AbortController();
  const processed = process();
  // After an early end it rejects, because everything is stopped.
  processed.catch(() => undefined);
  let endedEarly: string | undefined;
  try {
    const watched = findEarlyEnd(tally, () => isPut, AbortSignal.any([stopping, over.signal]));
    endedEarly = await Promise.race([processed.then(() => undefined), watched]);
  } finally {
    over.abort();
    progress.end();
  }
  const seconds = (performance.now() - startedAt) / 1000;

  progress.wait('reading the results');
  if (endedEarly !== undefined) await stack.stopMapping();
  const isComplete = endedEarly === undefined;
  const reading = readResults(stack, tally, isComplete ? delivered : tally.done, isComplete);
  const results = await (stopping.aborted ? waitAtMost(READ_LIMIT_MS, reading) : reading);
  progress.end();
  if (results === TIME_IS_OVER)
    throw new Error(`The results could not be read within ${READ_LIMIT_MS / 1000} s.`);
  const run = {
    ...{ results, tally, endedEarly, seconds },
    total: input.total,
    unusable: [...files].flatMap(([name, first]) => (first ? [{ name, ...first }] : [])),
    examples: input.expected ? undefined : examples,
    reshards: shouldReshard ? reshards : undefined,
    emulator: stack.emulators.dynamodbEmulator,
  };
  if (!isComplete) return { ...run, differences: [], aspects: [] };
  const denials: Difference[] =
    tally.denied === undefined
      ? []
      : [{ aspect: 'permitted', kind: 'a request was denied', id: tally.denied }];
  const found = input.expected ? findDifferences(results, input.expected) : findInconsistencies(results);
  return {
    ...run,
    differences: [...found, ...denials],
    aspects: input.expected ? (Object.keys(ASPECTS) as Aspect[]) : ASPECTS_WITHOUT_EXPECTATION,
  };
}

/** The longest time of a timer. */
const MAX_TIMEOUT_MS = 2 ** 31 - 1;

async function* watchDeliveries(
  deliveries: Input['deliveries'],
  onEach: (delivery: InputDelivery) => void,
): AsyncGenerator<InputDelivery> {
  for await (const delivery of deliveries) {
    onEach(delivery);
    yield delivery;
  }
}

/** Resolves to the reason when the run ends before all is done: Ctrl-C, or no progress. */
async function findEarlyEnd(tally: Tally, isPut: () => boolean, signal: AbortSignal): Promise<string> {
  let [done, doneAt] = [tally.done, performance.now()];
  for (;;) {
    await sleep(WATCH_MS, undefined, { signal }).catch(() => undefined);
    if (signal.aborted) return 'Ended by Ctrl-C.';
    // A slow input is not a standstill.
    if (tally.done > done || !(isPut() || tally.denied !== undefined))
      [done, doneAt] = [tally.done, performance.now()];
    const seconds = (performance.now() - doneAt) / 1000;
    if (tally.denied !== undefined && seconds >= STALL_SECONDS.denied) {
      return `Nothing was done for ${STALL_SECONDS.denied} seconds after a request was denied: ${tally.denied}`;
    }
    if (seconds >= STALL_SECONDS.any) {
      const why = tally.lastError ?? 'no error was logged';
      return `No delivery was done for ${STALL_SECONDS.any} seconds (${why}).`;
    }
  }
}
