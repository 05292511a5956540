/**
 * Puts the deliveries on the stream, waits until the function is done with them, and looks at what came out.
 */
import type { LocalStack } from '../stack/local-stack';
import type { Delivery } from '../stack/put-records';
import { ASPECTS, type Aspect, findDifferences, findInconsistencies } from '../check-results';
import type { Input } from './open-input';
import type { Progress } from '../../cli/shared/progress';
import type { Run } from './summary';
import type { Tally } from './tally';
import { readResults } from './read-results';

/** A run that gets no record done for so long won't get any done. */
const STALL_SECONDS = 60;

/** With records of somebody else nobody knows what must be in the table, or what is poison. */
const ASPECTS_WITHOUT_EXPECTATION: Aspect[] = ['published', 'counted'];

export async function feed(stack: LocalStack, input: Input, tally: Tally, progress: Progress): Promise<Run> {
  const startedAt = performance.now();
  let delivered = 0;
  progress.begin();
  try {
    await stack.putRecords(counting(input.deliveries, () => delivered++));
    input.total = delivered;
    await untilCaughtUp(stack, tally);
  } finally {
    progress.end();
  }
  const seconds = (performance.now() - startedAt) / 1000;

  const { outcomes, conflicting, retried } = tally;
  const results = { ...(await readResults(stack)), delivered, outcomes, conflicting, retried };
  return {
    results,
    tally,
    seconds,
    emulator: stack.emulators.dynamodbEmulator,
    differences: input.expected ? findDifferences(results, input.expected) : findInconsistencies(results),
    aspects: input.expected ? (Object.keys(ASPECTS) as Aspect[]) : ASPECTS_WITHOUT_EXPECTATION,
  };
}

async function* counting(deliveries: Input['deliveries'], onEach: () => void): AsyncGenerator<Delivery> {
  for await (const delivery of deliveries) {
    onEach();
    yield delivery;
  }
}

/** However long it takes, as long as it goes on. */
async function untilCaughtUp(stack: LocalStack, tally: Tally): Promise<void> {
  for (;;) {
    const before = tally.done;
    try {
      await stack.whenCaughtUp(STALL_SECONDS * 1000);
      return;
    } catch {
      if (tally.done > before) continue;
      throw new Error(
        `The function got nothing done for ${STALL_SECONDS} seconds (${tally.lastError ?? 'it says nothing'}).`,
      );
    }
  }
}
