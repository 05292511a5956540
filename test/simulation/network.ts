/**
 * The network between the function and the services.
 *
 * Every call is first a request in flight, then an answer in flight. The scheduler decides when each of them moves, and
 * whether it arrives.
 */
import type { GetItemCommandOutput } from '@aws-sdk/client-dynamodb';
import { LEASE_MS } from '../../lambda/contact-records/steps/ledger';
import type { Choices } from './choices';
import type { Clock } from './clock';
import type { FaultBudget } from './fault-list';
import type { Invocation } from './invocation';
import { chooseOutage, chooseServiceError, createValidationError, type Service } from './service-errors';
import { Violation } from './violation';

export interface Call {
  invocation: Invocation;
  service: Service;
  step: 'put' | 'probe' | 'read' | 'claim' | 'complete' | 'release' | 'publish' | 'save failed record';
  /** The id of the contact, or the key of the object. */
  id: string;
  /** What tells requests of this id apart: the token of a ledger entry, or the text of a message. */
  detail?: string;
  /** Executes the request on arrival: returns an answer or throws. `isLate`: no caller waits for the answer. */
  act: (isLate: boolean) => unknown;
}

/** Called with a fault of a call, and whether the service had acted by then. */
export type OnFault = (call: Call, recordFault: string, hasActed: boolean) => void;

export interface Network {
  send: (call: Call, signal: AbortSignal) => Promise<unknown>;
  /** Returns all calls, in the order in which they were sent. */
  calls: () => readonly InFlight[];
  /** Returns the calls that can move now. */
  movable: () => readonly InFlight[];
  /** Moves one of them. */
  move: (flight: InFlight) => void;
  /** Whether an invocation still waits for the answer of a call. */
  hasCallOf: (invocation: Invocation) => boolean;
  /** Ends the process of an invocation: no caller waits for its answers, but its requests may still arrive. */
  kill: (invocation: Invocation) => void;
  /** Whether a caller waits for every request in flight. */
  isEmptied: () => boolean;
  /** Returns the number of calls that will fail because a service is down. */
  outageCalls: () => number;
  /** Whether, in addition, no service is down. */
  isCalm: () => boolean;
}

export interface InFlight {
  call: Call;
  /**
   * `silent`: no answer comes, whether or not the service has acted. `stray`: no caller waits for it any more, and it
   * may arrive or not. `stuck`: the same, but only after a delay.
   */
  state: 'sent' | 'answered' | 'silent' | 'stray' | 'stuck';
  /** The result, once the service has acted. */
  outcome: Outcome | undefined;
  succeed: (value: unknown) => void;
  fail: (error: Error) => void;
}

interface Outage {
  /** The number of calls that will fail. */
  left: number;
  createError: () => Error;
  /** Calls that do not fail. */
  spared: Call['step'] | undefined;
}

type Outcome = { kind: 'answer'; value: unknown } | { kind: 'refusal'; error: Error };

/** The faults of a request and of an answer. */
export interface FaultKinds {
  readonly sent: readonly ('error' | 'silent' | 'in flight' | 'sent again' | 'outage' | 'wrong table')[];
  readonly answered: readonly ('lost' | 'silent')[];
  /** What the scheduler does between calls. */
  readonly other: readonly ('kill' | 'jump' | 'restart')[];
  /** Whether a request that no caller waits for may be lost at any time; else that is decided at once. */
  readonly straysGetLost: boolean;
}

/** A request may arrive after the lease of its claim has ended. */
const DELAYS_MS = [0, 5_000, LEASE_MS + 5_000, 2 * LEASE_MS];
/** Upper bound of consecutive calls that fail in an outage. */
const MAX_OUTAGE_CALLS = 40;

export function createNetwork(
  choices: Choices,
  faults: FaultBudget,
  kinds: FaultKinds,
  clock: Clock,
  onFault: OnFault,
  log: (line: string) => void,
): Network {
  const inFlight = new Set<InFlight>();
  const outages = new Map<Service, Outage>();
  let hadWrongTable = false;

  const fault = ({ call, outcome }: InFlight, what: string) => {
    log(`${formatCall(call)}: ${what}`);
    onFault(call, what, outcome !== undefined);
  };
  /** Fails a call for its caller. A request that has not arrived yet may still do so. */
  const failCall = (flight: InFlight, error: Error, mayArrive: boolean) => {
    if (mayArrive) detachCall(flight);
    else inFlight.delete(flight);
    flight.fail(error);
  };
  /** Detaches a call from its caller. */
  const detachCall = (flight: InFlight) => {
    if (flight.outcome !== undefined) {
      inFlight.delete(flight);
      return;
    }
    if (!kinds.straysGetLost && choices.choose(2) === 0) {
      inFlight.delete(flight);
      return;
    }
    const delay = DELAYS_MS[choices.vary(DELAYS_MS.length)] ?? 0;
    flight.state = delay === 0 ? 'stray' : 'stuck';
    clock.after(delay, () => {
      flight.state = 'stray';
    });
  };
  const act = (flight: InFlight) => {
    const isLate = !isWaitedFor(flight);
    flight.outcome = executeCall(flight.call, isLate);
    log(
      `${formatCall(flight.call)}: ${isLate ? 'arrives late, ' : ''}${formatOutcome(flight.outcome, flight.call)}`,
    );
  };

  const moveSent = (flight: InFlight) => {
    const { service } = flight.call;
    const outage = outages.get(service);
    if (outage && outage.left > 0 && outage.spared !== flight.call.step) {
      outage.left--;
      const error = outage.createError();
      fault(flight, `${service} is down: ${error.name}`);
      failCall(flight, error, false);
      return;
    }
    if (!faults.strike()) {
      act(flight);
      flight.state = 'answered';
      return;
    }
    switch (kinds.sent[choices.choose(kinds.sent.length)]) {
      case 'error': {
        const error = chooseServiceError(service, choices);
        fault(flight, `fails with ${error.name}`);
        failCall(flight, error, false);
        break;
      }
      case 'silent':
        fault(flight, 'no answer');
        flight.state = 'silent';
        break;
      case 'in flight':
        fault(flight, 'fails for the caller, but is still in flight');
        failCall(flight, chooseServiceError(service, choices), true);
        break;
      case 'sent again':
        act(flight);
        fault(flight, 'the answer is lost, the SDK sends it again');
        flight.state = 'sent';
        break;
      case 'wrong table':
        // Once in a run: with two wrong tables, a valid record could meet one before the probe and one after it.
        if (service === 'DynamoDB' && !hadWrongTable) {
          hadWrongTable = true;
          // A table that evaluates conditions before it compares the item with its indexes.
          startOutage(flight, createValidationError, choices.vary(2) === 1 ? 'probe' : undefined);
        } else startOutage(flight);
        break;
      case 'outage':
      case undefined:
        startOutage(flight);
    }
  };

  const startOutage = (
    flight: InFlight,
    createError = chooseOutage(flight.call.service, choices),
    spared?: Call['step'],
  ) => {
    // An exhaustive search has outages of one call and of two.
    const left = choices.choose(2) + choices.vary(MAX_OUTAGE_CALLS);
    outages.set(flight.call.service, { left, createError, spared });
    const error = createError();
    fault(flight, `${flight.call.service} goes down: ${error.name}`);
    failCall(flight, error, false);
  };

  const moveAnswered = (flight: InFlight) => {
    if (!faults.strike()) {
      inFlight.delete(flight);
      if (flight.outcome?.kind === 'answer') flight.succeed(flight.outcome.value);
      else if (flight.outcome) flight.fail(flight.outcome.error);
    } else if (kinds.answered[choices.choose(kinds.answered.length)] === 'lost') {
      const error = chooseServiceError(flight.call.service, choices);
      fault(flight, `the answer is lost: ${error.name}`);
      failCall(flight, error, false);
    } else {
      fault(flight, 'the answer does not come');
      flight.state = 'silent';
    }
  };

  const moveStray = (flight: InFlight) => {
    inFlight.delete(flight);
    if (kinds.straysGetLost && choices.choose(2) === 0) log(`${formatCall(flight.call)}: never arrives`);
    else act(flight);
  };

  const outageCalls = () => [...outages.values()].reduce((sum, { left }) => sum + left, 0);
  const isEmptied = () => [...inFlight].every(isWaitedFor);
  return {
    send: (call, signal) =>
      new Promise((resolve, reject) => {
        // Like the SDK, sends nothing.
        if (signal.aborted) {
          reject(createAbortError());
          return;
        }
        const flight: InFlight = {
          ...{ call, state: 'sent', outcome: undefined },
          succeed: (value) => {
            clock.release(signal);
            call.invocation.heard.push({ step: call.step, id: call.id, value });
            resolve(value);
          },
          fail: (error) => {
            clock.release(signal);
            call.invocation.heard.push({ step: call.step, id: call.id, value: error });
            reject(error);
          },
        };
        signal.addEventListener('abort', () => {
          if (!inFlight.has(flight) || !isWaitedFor(flight)) return;
          fault(flight, 'takes too long and is aborted');
          failCall(flight, createAbortError(), true);
        });
        inFlight.add(flight);
      }),
    calls: () => [...inFlight],
    movable: () => [...inFlight].filter(({ state }) => state !== 'silent' && state !== 'stuck'),
    move: (flight) => {
      if (flight.state === 'sent') moveSent(flight);
      else if (flight.state === 'answered') moveAnswered(flight);
      else moveStray(flight);
    },
    hasCallOf: (invocation) =>
      [...inFlight].some((flight) => flight.call.invocation === invocation && isWaitedFor(flight)),
    kill: (invocation) => {
      for (const flight of inFlight) {
        if (flight.call.invocation === invocation && isWaitedFor(flight)) detachCall(flight);
      }
    },
    isEmptied,
    outageCalls,
    isCalm: () => isEmptied() && outageCalls() === 0,
  };
}

function executeCall(call: Call, isLate: boolean): Outcome {
  try {
    return { kind: 'answer', value: call.act(isLate) };
  } catch (error) {
    if (error instanceof Violation || !(error instanceof Error)) throw error;
    return { kind: 'refusal', error };
  }
}

const isWaitedFor = ({ state }: InFlight) => state !== 'stray' && state !== 'stuck';

const formatCall = ({ invocation, step, id }: Call) => `${invocation.name} ${step} ${id}`;

function formatOutcome(outcome: Outcome, { step }: Call): string {
  if (outcome.kind === 'refusal') return outcome.error.name;
  if (step !== 'read') return 'done';
  const { Item } = outcome.value as GetItemCommandOutput;
  return Item ? `finds it as of ${Item.LastUpdateTimestamp?.S}` : 'finds nothing';
}

const createAbortError = () => Object.assign(new Error('Request aborted'), { name: 'AbortError' });
