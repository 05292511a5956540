/**
 * Explores every schedule of two versions of one contact: each order of calls, and one fault at every point. So it finds
 * every defect of the ledger.
 */
import { proveAllSchedules } from './all-schedules';
import { createScenario, first, LATER } from './scenarios';

proveAllSchedules({
  'two versions of one contact on two shards': {
    workload: createScenario([[first('abandoned')], [first('abandoned', LATER)]]),
    faults: 1,
    minStates: 2_000,
    defects: [
      'publishes only if this put has stored the version',
      'an error of the ledger or the topic is ignored',
      'the ledger is completed before the message is published',
      'the ledger is not completed',
      'publishes without a claim',
      'a claim held by another process counts as published',
      'a lease never ends',
    ],
  },
  'two versions of one contact before and after a split': {
    workload: createScenario(
      [[first('abandoned')], [first('abandoned', LATER)], []],
      [],
      new Map([
        [1, [0]],
        [2, [0]],
      ]),
    ),
    faults: 1,
    minStates: 300,
    defects: [
      'a shard is read before its parents are drained',
      'the rest of a shard is lost when it is split',
    ],
  },
  'two versions of one contact, and time that passes': {
    workload: createScenario([[first('abandoned')], [first('abandoned', LATER)]]),
    ...{ faults: 1, other: ['jump'] },
    minStates: 2_000,
    defects: ['a lease ends before the work under it', 'completion and release do not check the token'],
  },
});
