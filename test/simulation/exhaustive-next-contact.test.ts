/**
 * Explores every schedule of a contact and its next contacts: each order of calls, and for a contact and its survey one
 * fault at every point. So it finds every defect in the decision of next contacts.
 */
import { proveAllSchedules } from './all-schedules';
import { createScenario, first, following, LATER } from './scenarios';

const THIRD = { contactId: 'c-3', content: 3 };
const survey = following('survey');

proveAllSchedules({
  'a contact and its survey on two shards': {
    workload: createScenario([[first('wentOn')], [survey]]),
    faults: 1,
    minStates: 4_000,
    defects: [
      'the other contact is read before the own put',
      'the other contact is read eventually consistent',
      'only the next contact reads the previous one',
      'only the previous contact reads the next one',
      'a redelivered version does not resolve',
      'the message of the next contact is published instead of the previous one’s',
      'the message of the previous contact has rounded numbers',
      'the message of the previous contact has our own attributes',
      'a resolution ignores the ledger',
    ],
  },
  'a contact and its survey in one batch': {
    workload: createScenario([[first('wentOn'), survey]]),
    faults: 1,
    minStates: 1_000,
    defects: ['the other contact is read before the own put', 'a redelivered version does not resolve'],
  },
  'a survey of a contact that names another next contact': {
    workload: createScenario([[first('wentOn', { next: 'c-9' })], [survey]]),
    faults: 0,
    minStates: 10,
    defects: ['the next contact is not compared'],
  },
  'a survey that names another previous contact': {
    workload: createScenario([[first('wentOn')], [following('survey', { previous: 'c-9' })]]),
    faults: 0,
    minStates: 10,
    defects: ['the previous contact is not compared'],
  },
  'a transfer': {
    workload: createScenario([[first('wentOn')], [following('transfer')]]),
    faults: 0,
    minStates: 10,
    defects: ['any next contact counts', 'a transfer counts as a disconnect flow'],
  },
  'a disconnect flow that was queued again': {
    workload: createScenario([[first('wentOn')], [following('queuedAgain')]]),
    faults: 0,
    minStates: 10,
    defects: ['a disconnect flow that was queued again counts'],
  },
  'a disconnect flow with an agent': {
    workload: createScenario([[first('wentOn')], [following('surveyWithAgent')]]),
    faults: 0,
    minStates: 10,
    defects: ['a disconnect flow with an agent counts'],
  },
  'a disconnect flow with a next contact': {
    workload: createScenario([[first('wentOn')], [following('surveyThatWentOn')]]),
    faults: 0,
    minStates: 10,
    defects: ['a disconnect flow with a next contact counts'],
  },
  'a survey of another instance': {
    workload: createScenario([[first('wentOn')], [following('surveyOfOtherInstance')]]),
    faults: 0,
    minStates: 10,
    defects: ['a contact of another instance counts'],
  },
  'a survey that has not ended, and then has a next contact': {
    workload: createScenario([
      [first('wentOn')],
      [following('runningSurvey')],
      [following('surveyThatWentOn', LATER)],
    ]),
    faults: 0,
    minStates: 50,
    defects: ['a next contact that has not ended decides'],
  },
  'a survey that is forgotten': {
    workload: createScenario([[first('wentOn')], [survey]], [createTombstoneOf(survey.record)]),
    faults: 0,
    minStates: 50,
    defects: ['a tombstone decides'],
  },
  'two next contacts in one batch': {
    workload: createScenario([[first('wentOn')], [following('survey', THIRD), survey]]),
    faults: 0,
    minStates: 100,
    defects: ['next contacts in one batch share the decision on their previous contact'],
  },
  'a contact that an agent takes in a later version': {
    workload: createScenario([[first('wentOn')], [first('answered', LATER)], [survey]]),
    faults: 0,
    minStates: 100,
    defects: ['the previous contact is not decided on again when it is loaded whole'],
  },
  'a contact that SNS refuses, but not in a later version': {
    workload: createScenario([[first('abandoned', { isRefused: true }), survey], [first('wentOn', LATER)]]),
    faults: 0,
    minStates: 100,
    defects: ['a refused message of one version stands for another version in the same invocation'],
  },
});

function createTombstoneOf(record: Record<string, unknown>) {
  return {
    ...record,
    ContactId: String(record.ContactId),
    LastUpdateTimestamp: '9999-12-31T23:59:59Z',
    'contact-record-pipeline:Forgotten': true,
  };
}
