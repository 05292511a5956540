/**
 * Explores every schedule of records that an index of the table rejects: each order of calls, one fault at every point, and
 * a table that rejects every record for one call or two. So it finds every defect in the decision on rejected puts.
 */
import { proveAllSchedules } from './all-schedules';
import { createScenario, first, following, LATER } from './scenarios';

const REJECTED = { isRejected: true };
const ANY_FAULT = { faults: 1, sent: ['error', 'in flight', 'sent again', 'wrong table'] } as const;
const another = following('answered');

proveAllSchedules({
  'a rejected record and another one in one batch': {
    workload: createScenario([[first('abandoned', REJECTED), another]]),
    ...ANY_FAULT,
    minStates: 400,
    defects: [
      'a rejected put is retried without end',
      'a rejected put is quarantined at once',
      'the probe can be stored',
      'the probe has a field that is null',
      'a rejected put is not sent again after the probe',
      'a rejected put counts as done before it is decided',
    ],
  },
  'a rejected version and an older one in one batch': {
    workload: createScenario([[first('abandoned'), first('abandoned', { ...LATER, ...REJECTED })]]),
    ...ANY_FAULT,
    minStates: 500,
    defects: [
      'older versions of a contact do not wait for the decision on a rejected one',
      'an older version needs no probe of its own',
    ],
  },
  'a rejected version and an older one on two shards': {
    workload: createScenario([[first('abandoned')], [first('abandoned', { ...LATER, ...REJECTED })]]),
    ...ANY_FAULT,
    minStates: 500,
    defects: ['a rejected put is quarantined at once'],
  },
});
