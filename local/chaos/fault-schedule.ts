/**
 * Decides for each request whether it gets a fault of the plan, and counts the faults.
 */
import { FAULT_KINDS, type Fault, type FaultKind } from './faults';
import type { Plan } from './plan';
import type { ServiceRequest } from './requests';

export interface FaultSchedule {
  /** From now on, requests get faults. */
  start: () => void;
  /** From now on, no request gets a fault. */
  stop: () => void;
  /** Milliseconds since the start; `undefined` before the start and after the stop. */
  elapsedMs: () => number | undefined;
  faultFor: (request: ServiceRequest) => Fault | undefined;
  counts: FaultCounts;
}

export interface FaultCounts {
  /** By kind; the faults of outages are included. */
  faults: Record<FaultKind, number>;
  inOutages: number;
  /** Requests that the SDK sent again, with or without a fault. */
  retriedRequests: number;
}

export function createFaultSchedule(plan: Pick<Plan, 'faultFor'>): FaultSchedule {
  const faults = Object.fromEntries(FAULT_KINDS.map((kind) => [kind, 0])) as FaultCounts['faults'];
  const counts: FaultCounts = { faults, inOutages: 0, retriedRequests: 0 };
  let startedAt: number | undefined;
  const elapsedMs = () => (startedAt === undefined ? undefined : performance.now() - startedAt);

  return {
    start: () => {
      startedAt = performance.now();
    },
    stop: () => {
      startedAt = undefined;
    },
    elapsedMs,
    faultFor: (request) => {
      if (request.attempt > 1) counts.retriedRequests++;
      const elapsed = elapsedMs();
      const fault = elapsed === undefined ? undefined : plan.faultFor(request, elapsed);
      if (fault) counts.faults[fault.kind]++;
      if (fault?.outage) counts.inOutages++;
      return fault;
    },
    counts,
  };
}
