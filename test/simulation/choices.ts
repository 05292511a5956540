/**
 * The choices of a simulated run, as whole numbers.
 *
 * 0 is always harmless (no fault, the first one), so smaller or fewer numbers make a run simpler.
 */
import { createRandom } from '../../local/generator/random';

export interface Choices {
  /** Returns a whole number from 0 to `count - 1`. */
  choose: (count: number) => number;
  /** The same among variants that the protocol does not tell apart: an exhaustive search takes the first. */
  vary: (count: number) => number;
  /** Returns true once in this number of times; 0: never. */
  onceIn: (times: number) => boolean;
  /** The choices so far, with which the run can be repeated. */
  readonly made: readonly number[];
}

/** The choices of the deliveries and of the schedule: separate, so that each can be simplified on its own. */
export interface RunChoices {
  workload: Choices;
  schedule: Choices;
}

export type Made = Readonly<Record<keyof RunChoices, readonly number[]>>;

/** Creates choices from a seed; the same on every machine. */
export function createChoices(seed: number): RunChoices {
  const random = createRandom(seed);
  const next = (count: number) => random.whole(0, count - 1);
  return { workload: recordChoices(next), schedule: recordChoices(next) };
}

/** Repeats earlier choices; choices after the end of a list are 0. */
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
  return { made, choose, vary: choose, onceIn: (times) => times > 0 && choose(times) === times - 1 };
}
