/**
 * Processes the input: puts the deliveries on the stream, waits until they are done, and checks the results.
 */
import type { LocalStack } from '../stack/local-stack';
import { createRandom } from '../generator/random';
import { describeReshard, type Reshard, startResharding } from '../stack/reshard';
import { ASPECTS, type Aspect, findDifferences, findInconsistencies } from '../check-results';
import { type Examples, noteExamples } from './examples';
import type { Input, InputDelivery } from './open-input';
import type { Progress } from '../../cli/shared/progress-line';
import type { Run } from './summary';
import type { Tally } from './tally';
import { readResults } from './read-results';

/** A run in which no record is done for this time has failed. */
const STALL_SECONDS = 60;

/** Which shards are split and merged; when, depends on the machine. */
const RESHARD_SEED = 2;

/** Without expected results, the content of the table and the failed records cannot be checked. */
const ASPECTS_WITHOUT_EXPECTATION: Aspect[] = ['published', 'counted'];

export async function processInput(
  stack: LocalStack,
  input: Input,
  tally: Tally,
  progress: Progress,
  shouldReshard: boolean,
): Promise<Run> {
  const startedAt = performance.now();
  let delivered = 0;
  const examples: Examples = new Map();
  const onEach = (delivery: InputDelivery) => {
    delivered++;
    if (delivery.place) noteExamples(examples, delivery, delivery.place);
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
  try {
    await stack.putRecords(watchDeliveries(input.deliveries, onEach));
    input.total = delivered;
    await waitUntilCaughtUp(stack, tally);
    await resharding?.stop();
  } finally {
    progress.end();
  }
  const seconds = (performance.now() - startedAt) / 1000;

  const results = await readResults(stack, tally, delivered);
  return {
    results,
    tally,
    examples: input.expected ? undefined : examples,
    reshards: shouldReshard ? reshards : undefined,
    seconds,
    emulator: stack.emulators.dynamodbEmulator,
    differences: input.expected ? findDifferences(results, input.expected) : findInconsistencies(results),
    aspects: input.expected ? (Object.keys(ASPECTS) as Aspect[]) : ASPECTS_WITHOUT_EXPECTATION,
  };
}

async function* watchDeliveries(
  deliveries: Input['deliveries'],
  onEach: (delivery: InputDelivery) => void,
): AsyncGenerator<InputDelivery> {
  for await (const delivery of deliveries) {
    onEach(delivery);
    yield delivery;
  }
}

/** Waits as long as there is progress. */
async function waitUntilCaughtUp(stack: LocalStack, tally: Tally): Promise<void> {
  for (;;) {
    const before = tally.done;
    try {
      await stack.whenCaughtUp(STALL_SECONDS * 1000);
      return;
    } catch {
      if (tally.done > before) continue;
      throw new Error(
        `No record was done for ${STALL_SECONDS} seconds (${tally.lastError ?? 'no error was logged'}).`,
      );
    }
  }
}
