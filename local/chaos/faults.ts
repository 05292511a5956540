/** The faults of one call to a service: a closed set. */

/** By kind: whether the service has acted on the request, and a remark for a person. */
export const FAULTS = {
  throttled: { acted: false, remark: 'refused: too many requests' },
  'server-error': { acted: false, remark: '500 or 503, in the form of the service' },
  garbage: { acted: false, remark: '4xx or 5xx with a meaningless body' },
  reset: { acted: false, remark: 'connection reset' },
  stalled: { acted: false, remark: 'no answer until past every timeout' },
  'error-after': { acted: true, remark: 'done by the service, answered with 500 or 503' },
  'answer-dropped': { acted: true, remark: 'done by the service, connection reset' },
  'answer-halved': { acted: true, remark: 'done by the service, half of the answer' },
  'answer-stalled': { acted: true, remark: 'done by the service, no answer until past every timeout' },
} as const;

export type FaultKind = keyof typeof FAULTS;
export const FAULT_KINDS = Object.keys(FAULTS) as FaultKind[];

export interface Fault {
  kind: FaultKind;
  /** A whole number that selects the variant: which status, which garbage, where the answer is cut. */
  variant: number;
  /** Part of an outage: for a while every request to the service gets this fault. */
  outage: boolean;
}
