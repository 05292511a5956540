import { type Evidence, judgeResults, type Judgement } from '../../../local/chaos/judge';
import { isRight, formatReport } from '../../../local/chaos/chaos-report';
import type { ChaosResult } from '../../../local/chaos/run-chaos';
import { FAULT_KINDS } from '../../../local/chaos/faults';
import type { Exchange } from '../../../local/chaos/proxy';
import type { Results } from '../../../local/check-results';
import { aRun, deliveries, expected, messageOf, failedRecords } from '../results-factory';

const [abandonedId = ''] = expected.abandoned;
const [known = ''] = expected.newest.keys();

/** A run with retries and without differences. */
const aRetriedRun = (): Results => ({ ...aRun(), retried: 9 });

/** The exchanges of a contact that was published twice; the test changes the first one. */
const acceptedTwice = (first: Partial<Exchange>): Exchange[] =>
  [{ startedAt: 0, ...first }, { startedAt: 9_000 }].map((change, index) => ({
    ...{
      service: 'sns',
      operation: 'publish',
      contactId: abandonedId,
      process: `process-${index}`,
      attempt: 1,
    },
    acted: { at: change.startedAt + 5, status: 200, messageId: `m-${index}` },
    handedAt: change.startedAt + 10,
    ...change,
  }));

const NO_EVIDENCE: Evidence = { exchanges: [], processEnds: new Map(), foreignKeys: [], givenUp: 0 };
const judged = (change: (run: Results) => void, evidence: Partial<Evidence> = {}): Judgement => {
  const run = aRetriedRun();
  change(run);
  return judgeResults(run, expected, { ...NO_EVIDENCE, ...evidence });
};
const kinds = ({ lost, wrong, inBucket, unexplained }: Judgement) => ({
  lost: lost.map(({ kind }) => kind),
  wrong: wrong.map(({ kind }) => kind),
  inBucket: inBucket.map(({ kind }) => kind),
  unexplained: unexplained.map(({ id }) => id),
});
const NOTHING = { lost: [], wrong: [], inBucket: [], unexplained: [] };

const aResult = (change: Partial<ChaosResult> = {}): ChaosResult => ({
  settings: { seed: 3, contacts: 120, seconds: 5, runs: 1 },
  emulator: 'dynalite',
  contacts: 120,
  deliveries: deliveries.length,
  faults: Object.fromEntries(FAULT_KINDS.map((kind) => [kind, 2])) as ChaosResult['faults'],
  inOutages: 3,
  outages: 1,
  kills: 2,
  restarts: 1,
  ...{ splits: 2, merges: 1 },
  retries: { requests: 9, batches: 4 },
  published: 11,
  judgement: judged(() => undefined),
  stuck: 0,
  failures: 0,
  recoverySeconds: 1.25,
  ...change,
});

it('is right when a run has no differences', () => {
  expect(kinds(judged(() => undefined))).toEqual(NOTHING);
  expect(isRight(aResult())).toBe(true);
  expect(formatReport(aResult())).toMatch(/^seed 3, 18 faults, 2 kills, .*: OK$/m);
});

describe.each<[string, Partial<ReturnType<typeof kinds>>, (run: Results) => void, Partial<Evidence>?]>([
  [
    'a contact is lost',
    { lost: ['not in the table'] },
    (run) => (run.items = run.items.filter(({ ContactId }) => ContactId !== known)),
  ],
  [
    'a message is lost',
    { lost: ['abandoned, but not published'] },
    (run) => (run.messages = run.messages.filter(({ body }) => body.ContactId !== abandonedId)),
  ],
  ['poison is lost', { lost: ['not quarantined'] }, (run) => run.failedRecords.shift()],
  [
    'the mapping has dropped a record',
    { lost: ['dropped, and in no failure object'] },
    (run) => (run.dropped = ['shardId-000000000000:7']),
  ],
  [
    'records of a partition key were done out of order',
    { wrong: ['done after a later record of its partition key'] },
    (run) => (run.outOfOrder = ['shardId-000000000000:7']),
  ],
  ['the mapping has given up', { lost: ['records given up'] }, () => undefined, { givenUp: 3 }],
  [
    'the table has gone back to an older version',
    { wrong: ['not the newest version'] },
    (run) => {
      for (const item of run.items)
        if (item.ContactId === known) item.LastUpdateTimestamp = '2020-01-01T00:00:00Z';
    },
  ],
  [
    'an outage has moved a record into the bucket',
    { inBucket: ['quarantined, but should not be'] },
    (run) => run.failedRecords.push(...failedRecords('quarantined', [Buffer.from('{}')])),
  ],
  [
    'the mapping has written to the bucket',
    { inBucket: ['of no known kind'] },
    () => undefined,
    { foreignKeys: ['aws/lambda/x'] },
  ],
  [
    'a message was published twice for no observed reason',
    { unexplained: [abandonedId] },
    (run) => run.messages.push(messageOf(abandonedId)),
    { exchanges: acceptedTwice({}) },
  ],
  [
    'a message was published twice although SNS was seen to accept it once',
    { unexplained: [abandonedId] },
    (run) => run.messages.push(messageOf(abandonedId)),
    { exchanges: acceptedTwice({}).slice(1) },
  ],
  [
    'a message was published three times, and only one of them is explained',
    { unexplained: [abandonedId] },
    (run) => run.messages.push(messageOf(abandonedId), messageOf(abandonedId)),
    { exchanges: acceptedTwice({ fault: 'answer-dropped' }) },
  ],
])('%s', (_title, found, change, evidence) => {
  const judgement = judged(change, evidence);
  it('is found', () => {
    expect(kinds(judgement)).toEqual({ ...NOTHING, ...found });
  });
  it('makes the run wrong, and is named', () => {
    const result = aResult({ judgement });
    expect(isRight(result)).toBe(false);
    expect(formatReport(result)).toMatch(/: FAILED\n {2}\S/);
  });
});

it('counts a duplicate message by its reason when the reason was observed', () => {
  const judgement = judged((run) => run.messages.push(messageOf(abandonedId)), {
    exchanges: acceptedTwice({ fault: 'answer-dropped' }),
  });
  expect(kinds(judgement)).toEqual(NOTHING);
  expect(judgement.duplicates).toMatchObject({ 'answer-lost': 1 });
  expect(isRight(aResult({ judgement }))).toBe(true);
  expect(formatReport(aResult({ judgement }))).toContain('its answer was lost');
});

it.each<[Partial<ChaosResult>]>([[{ stuck: 1 }], [{ failures: 1 }]])('%j is wrong too', (change) => {
  expect(isRight(aResult(change))).toBe(false);
});

it('fits a terminal', () => {
  const lines = formatReport(aResult()).split('\n');
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(130);
});
