/**
 * Every decision of a simulated run, as a whole number. 0 is always the harmless one (go on, no fault, the first), so
 * that a run is made simpler by making its numbers smaller or fewer.
 */
import { randomFrom } from '../../local/contact-centre/random';

export interface Choices {
  /** A whole number from 0 to `count - 1`. */
  choose: (count: number) => number;
  /** True once in so many times; 0: never. */
  onceIn: (times: number) => boolean;
  /** What was chosen so far: enough to do the same again. */
  readonly made: readonly number[];
}

/** Chosen by a seed; the same on every machine. */
export function choicesOf(seed: number): Choices {
  const random = randomFrom(seed);
  return recorded((count) => random.whole(0, count - 1));
}

/** Chosen before; whatever goes beyond the list is 0. */
export function choicesAgain(list: readonly number[]): Choices {
  let next = 0;
  return recorded((count) => (list[next++] ?? 0) % count);
}

function recorded(next: (count: number) => number): Choices {
  const made: number[] = [];
  const choose = (count: number) => {
    const choice = count > 1 ? next(count) : 0;
    if (count > 1) made.push(choice);
    return choice;
  };
  return { made, choose, onceIn: (times) => times > 0 && choose(times) === times - 1 };
}
