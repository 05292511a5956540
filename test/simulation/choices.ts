/**
 * Every decision of a simulated run, as a whole number. 0 is always the harmless one (go on, no fault, the first), so
 * that a run is made simpler by making its numbers smaller or fewer.
 */
import { createRandom } from '../../local/generator/random';

export interface Choices {
  /** A whole number from 0 to `count - 1`. */
  choose: (count: number) => number;
  /** True once in so many times; 0: never. */
  onceIn: (times: number) => boolean;
  /** What was chosen so far: enough to do the same again. */
  readonly made: readonly number[];
}

/** What is delivered, and what happens to it: apart, so that one can be made simpler without changing the other. */
export interface RunChoices {
  workload: Choices;
  schedule: Choices;
}

export type Made = Readonly<Record<keyof RunChoices, readonly number[]>>;

/** Chosen by a seed; the same on every machine. */
export function createChoices(seed: number): RunChoices {
  const random = createRandom(seed);
  const next = (count: number) => random.whole(0, count - 1);
  return { workload: recordChoices(next), schedule: recordChoices(next) };
}

/** Chosen before; whatever goes beyond the lists is 0. */
export const repeatChoices = ({ workload, schedule }: Made): RunChoices => ({
  workload: recordChoices(readChoices(workload)),
  schedule: recordChoices(readChoices(schedule)),
});

export const getMadeChoices = ({ workload, schedule }: RunChoices): Made => ({
  workload: workload.made,
  schedule: schedule.made,
});

function readChoices(list: readonly number[]): (count: number) => number {
  let next = 0;
  return (count) => (list[next++] ?? 0) % count;
}

function recordChoices(next: (count: number) => number): Choices {
  const made: number[] = [];
  const choose = (count: number) => {
    if (count < 2) return 0;
    const choice = next(count);
    made.push(choice);
    return choice;
  };
  return { made, choose, onceIn: (times) => times > 0 && choose(times) === times - 1 };
}
