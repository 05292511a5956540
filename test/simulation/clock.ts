/** Time that only moves when the simulation moves it. */
import { ENDED_AT } from './workload';

export interface Clock {
  /** Milliseconds since 1970. */
  now: () => number;
  /** Calls back when so many milliseconds have passed; the answer takes it back. */
  after: (milliseconds: number, callBack: () => void) => () => void;
  /** A signal that is aborted after so many milliseconds, unless it is let go before. */
  abortedAfter: (milliseconds: number) => AbortSignal;
  letGo: (signal: AbortSignal) => void;
  /** When the next call back is due. */
  nextDue: () => number | undefined;
  /** Moves on to the next call back that is due by then, or else to that moment; false: nothing was due. */
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
    letGo: (signal) => {
      cancellations.get(signal)?.();
    },
    nextDue: () => findEarliest()?.due,
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
