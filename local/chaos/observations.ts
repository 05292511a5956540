/**
 * What a run observes of the function and the mapping, besides the counts in the function's own log.
 */
import type { GivenUp, Invocation } from '../event-source-mapping/types';

export interface Observations {
  /** When each function process ended, by name. */
  processEnds: Map<string, number>;
  /** Records that the mapping no longer retries. */
  givenUp: () => number;
  /** Invocations that failed or timed out, without those whose process was killed. */
  failures: (kills: number) => number;
  onInvocation: (invocation: Invocation) => void;
  onProcessEnd: (name: string) => void;
  onGivenUp: (givenUp: GivenUp) => void;
}

export function createObservations(): Observations {
  const processEnds = new Map<string, number>();
  const failed = { threw: 0, timedOut: 0, ended: 0 };
  let givenUp = 0;
  return {
    processEnds,
    givenUp: () => givenUp,
    // The process of a killed invocation ends, which is no failure of the function.
    failures: (kills) => failed.threw + failed.timedOut + Math.max(0, failed.ended - kills),
    onInvocation: ({ outcome }) => {
      if (outcome.kind === 'timed-out') failed.timedOut++;
      if (outcome.kind !== 'failed') return;
      if (outcome.functionError.errorType === 'Runtime.ExitError') failed.ended++;
      else failed.threw++;
    },
    onProcessEnd: (name) => processEnds.set(name, performance.now()),
    onGivenUp: ({ records }) => {
      givenUp += records.length;
    },
  };
}
