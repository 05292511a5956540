/**
 * The budget of faults in a run: how often, and how many. After the last fault, everything has to end.
 */
import type { Choices } from './choices';

export interface FaultBudget {
  /** Decides whether a fault occurs here; each one counts against the run's budget. */
  strike: () => boolean;
  /** The number of faults left. */
  left: () => number;
  struck: () => number;
}

const ONCE_IN = [0, 32, 12, 6, 3];
const MAX_FAULTS = 16;

export function createFaultBudget(choices: Choices): FaultBudget {
  const onceIn = ONCE_IN[choices.choose(ONCE_IN.length)] ?? 0;
  let left = onceIn === 0 ? 0 : choices.choose(MAX_FAULTS);
  let struck = 0;
  return {
    strike: () => {
      if (left === 0 || !choices.onceIn(onceIn)) return false;
      left--;
      struck++;
      return true;
    },
    left: () => left,
    struck: () => struck,
  };
}
