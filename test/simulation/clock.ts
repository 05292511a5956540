/** A simulated clock, which only the simulation moves. */
import { ENDED_AT } from './versions';

export interface Clock {
  /** Milliseconds since 1970. */
  now: () => number;
  /** Calls back after a number of milliseconds; returns a function that cancels this. */
  after: (milliseconds: number, callBack: () => void) => () => void;
  /** Creates a signal that is aborted after a number of milliseconds, unless it is released before. */
  abortedAfter: (milliseconds: number) => AbortSignal;
  release: (signal: AbortSignal) => void;
  /** Returns when the next call back is due. */
  nextDue: () => number | undefined;
  /** Returns when all call backs are due, in order. */
  dues: () => number[];
  /** Moves to the next call back that is due by a moment, else to that moment; false if none was due. */
  moveTowards: (moment: number) => boolean;
}

/** A minute after the contacts of the workload ended. */
const START = ENDED_AT + 60_000;

export function createSimulatedClock(): Clock {
  let now = START;
  const timers = new Set<{ due: number; callBack: () => void }>();
  const cancellations = new WeakMap<AbortSignal, () => void>();
  const findEarliest = () => {
    let first: { due: number; callBack: () => void } | undefined;
    for (const timer of timers) if (!first || timer.due < first.due) first = timer;
    return first;
  };
  const after = (milliseconds: number, callBack: () => void) => {
    const timer = { due: now + milliseconds, callBack };
    timers.add(timer);
    return () => {
      timers.delete(timer);
    };
  };
  return {
    now: () => now,
    after,
    abortedAfter: (milliseconds) => {
      const controller = new AbortController();
      const abort = after(milliseconds, () => {
        controller.abort();
      });
      cancellations.set(controller.signal, abort);
      return controller.signal;
    },
    release: (signal) => {
      cancellations.get(signal)?.();
    },
    nextDue: () => findEarliest()?.due,
    dues: () => Array.from(timers, ({ due }) => due).sort((a, b) => a - b),
    moveTowards: (moment) => {
      const timer = findEarliest();
      if (!timer || timer.due > moment) {
        now = Math.max(now, moment);
        return false;
      }
      timers.delete(timer);
      now = Math.max(now, timer.due);
      timer.callBack();
      return true;
    },
  };
}
