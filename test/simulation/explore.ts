/**
 * Explores *all* schedules of a small workload: each order of calls, with a bounded number of faults at every point.
 *
 * The function cannot be copied during a run, so each schedule runs from its start. It repeats the choices of the previous
 * schedule up to the last one with an alternative, and takes that. It ends early in a state that was seen before.
 */
import { LEASE_MS } from '../../lambda/contact-records/steps/ledger';
import type { Choices } from './choices';
import { createFingerprint } from './fingerprint';
import { createSimulation } from './simulation';
import type { FaultKinds } from './network';
import type { SimulatedFunction } from './simulated-function';
import { takeStep } from './take-step';
import { Violation } from './violation';
import type { Workload } from './workload';

export interface Exploration {
  /** Schedules that were run. */
  schedules: number;
  /** Different states that they reached. */
  states: number;
  /** The first broken promise, with its story. */
  broken?: { violation: Violation; lines: readonly string[] };
}

export interface Bounds {
  faults: number;
  /** Kinds of faults besides those of calls. Default: a kill. */
  other?: FaultKinds['other'];
  /** Kinds of faults of a request. Default: all of a working deployment. */
  sent?: FaultKinds['sent'];
}

/** Without what differs from the others only in the time that it takes. */
const SCOPE = {
  faultKinds: {
    sent: ['error', 'in flight', 'sent again'],
    answered: ['lost'],
    straysGetLost: false,
  },
  ...{ stepMs: 0, backOffMs: 20_000, jumpsMs: [100, LEASE_MS + 1_000], answersFirst: true },
} as const;

const KILL = ['kill'] as const;

/** Explores until every schedule has been run or a promise is broken. */
export async function explore(
  workload: Workload,
  bounds: Bounds,
  theFunction: SimulatedFunction,
): Promise<Exploration> {
  const seen = new Set<string>();
  /** The choices of the schedule, each with the number of its alternatives. */
  const path: { chosen: number; count: number }[] = [];
  /** The states of the schedule, each with the number of choices before it. */
  const trail: { state: string; choices: number }[] = [];
  let schedules = 0;

  do {
    schedules++;
    const broken = await runOne();
    if (broken) return { schedules, states: seen.size, broken };
  } while (takeNext());
  return { schedules, states: seen.size };

  /** Changes the last choice that has an alternative left; false if none has. */
  function takeNext(): boolean {
    while (path.length > 0) {
      const last = path.at(-1);
      if (last && last.chosen + 1 < last.count) {
        last.chosen++;
        while ((trail.at(-1)?.choices ?? 0) >= path.length) trail.pop();
        return true;
      }
      path.pop();
    }
    return false;
  }

  async function runOne(): Promise<Exploration['broken']> {
    const lines: string[] = [];
    const repeated = path.length;
    let made = 0;
    const choose = (count: number): number => {
      if (count < 2) return 0;
      if (made === path.length) path.push({ chosen: 0, count });
      return path[made++]?.chosen ?? 0;
    };
    const choices: Choices = { choose, vary: () => 0, onceIn: (times) => choose(times) > 0, made: [] };
    const faults = createBudget(bounds.faults, choices);
    const { sent = SCOPE.faultKinds.sent, other = KILL } = bounds;
    const faultKinds = { ...SCOPE.faultKinds, sent, other };
    const simulation = createSimulation(
      { ...SCOPE, faultKinds, workload, choices, faults },
      theFunction,
      (line) => lines.push(line),
    );
    try {
      while (await takeStep(simulation)) {
        if (made < repeated) continue;
        const state = createFingerprint(simulation);
        if (trail.some((earlier) => earlier.state === state))
          throw new Violation('ends', 'the schedule comes to the same state again, and so never ends');
        if (seen.has(state)) return undefined;
        seen.add(state);
        trail.push({ state, choices: made });
      }
      if (simulation.violation) throw simulation.violation;
      simulation.judge.end();
      return undefined;
    } catch (error) {
      if (!(error instanceof Violation)) throw error;
      return { violation: error, lines };
    }
  }
}

function createBudget(max: number, choices: Choices) {
  let left = max;
  return {
    strike: () => {
      if (left === 0 || !choices.onceIn(2)) return false;
      left--;
      return true;
    },
    left: () => left,
    struck: () => max - left,
  };
}
