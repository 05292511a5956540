import { formatExchanges, explainDuplicates } from '../../../local/chaos/explain-duplicates';
import type { Exchange } from '../../../local/chaos/proxy';

/** An accepted publish, its answer handed over 10 ms later. */
const published = (at: number, messageId: string, change: Partial<Exchange> = {}): Exchange => ({
  ...{ service: 'sns', operation: 'publish', contactId: 'c-1', process: 'process-1', attempt: 1 },
  startedAt: at,
  acted: { at: at + 5, status: 200, messageId },
  handedAt: at + 10,
  ...change,
});
const completed = (at: number, messageId: string, change: Partial<Exchange> = {}): Exchange => ({
  ...{ service: 'dynamodb', operation: 'complete', contactId: 'c-1', process: 'process-1', attempt: 1 },
  messageId,
  startedAt: at,
  acted: { at: at + 5, status: 200 },
  handedAt: at + 10,
  ...change,
});
/** Marks a member that is missing. */
const without = (exchange: Exchange, ...members: (keyof Exchange)[]): Exchange =>
  Object.fromEntries(
    Object.entries(exchange).filter(([name]) => !members.includes(name as keyof Exchange)),
  ) as unknown as Exchange;

const noneEnded = () => undefined;
const last = [published(40_000, 'm-2', { process: 'process-2' }), completed(40_020, 'm-2')];
const why = (first: Exchange[], endOf: (process: string) => number | undefined = noneEnded) =>
  explainDuplicates([...first, ...last], endOf);

it('explains nothing when SNS accepted once', () => {
  expect(explainDuplicates(last, noneEnded)).toEqual([]);
});

it('explains nothing for a publish that SNS did not accept', () => {
  expect(why([published(0, 'm-1', { acted: { at: 5, status: 400 } })])).toEqual([]);
  expect(why([without(published(0, 'm-1', { fault: 'throttled' }), 'acted', 'handedAt')])).toEqual([]);
});

it.each(['answer-dropped', 'answer-halved', 'answer-stalled', 'error-after'] as const)(
  'a lost answer (%s) explains it',
  (fault) => {
    expect(why([without(published(0, 'm-1', { fault }), 'handedAt')])).toEqual(['answer-lost']);
  },
);

it('explains a duplicate by a completion that did not reach the ledger', () => {
  const failed = without(completed(20, 'm-1', { fault: 'reset' }), 'acted', 'handedAt');
  expect(why([published(0, 'm-1'), failed])).toEqual(['completion-failed']);
});

it('does not explain a duplicate when one attempt of the completion reached the ledger', () => {
  const failed = without(completed(20, 'm-1', { fault: 'reset' }), 'acted', 'handedAt');
  expect(why([published(0, 'm-1'), failed, completed(120, 'm-1', { fault: 'answer-dropped' })])).toEqual([
    undefined,
  ]);
});

it('explains a duplicate by the end of the process between acceptance and completion', () => {
  expect(why([published(0, 'm-1')], (process) => (process === 'process-1' ? 15 : undefined))).toEqual([
    'process-ended',
  ]);
});

it('does not explain a duplicate by an earlier end, or by the end of another process', () => {
  expect(why([published(100, 'm-1')], (process) => (process === 'process-1' ? 50 : undefined))).toEqual([
    undefined,
  ]);
  expect(why([published(0, 'm-1')], (process) => (process === 'process-9' ? 15 : undefined))).toEqual([
    undefined,
  ]);
});

it('explains a duplicate by an answer after the function closed the connection', () => {
  expect(why([without(published(0, 'm-1', { closedAt: 3_000 }), 'handedAt')])).toEqual(['answer-late']);
  expect(why([published(0, 'm-1', { handedAt: 2_995, closedAt: 3_001 })])).toEqual(['answer-late']);
});

it('does not explain a duplicate by a connection that closes after the answer', () => {
  expect(why([published(0, 'm-1', { closedAt: 500 })])).toEqual([undefined]);
});

it('does not explain a duplicate when the answer was in time, the process runs and no completion was sent', () => {
  expect(why([published(0, 'm-1')])).toEqual([undefined]);
});

it('does not explain an acceptance after the ledger recorded another one', () => {
  const again = without(published(9_000, 'm-9', { fault: 'answer-dropped' }), 'handedAt');
  expect(explainDuplicates([published(0, 'm-1'), completed(20, 'm-1'), again], noneEnded)).toEqual([
    undefined,
  ]);
});

it('explains a first attempt that the emulator accepted after the second one', () => {
  const slow = without(
    published(0, 'm-0', { acted: { at: 3_100, status: 200, messageId: 'm-0' }, closedAt: 3_000 }),
    'handedAt',
  );
  expect(
    explainDuplicates([slow, published(3_010, 'm-1', { attempt: 2 }), completed(3_040, 'm-1')], noneEnded),
  ).toEqual(['answer-late']);
});

it('explains each acceptance but the last', () => {
  const lost = without(published(0, 'm-0', { fault: 'answer-dropped' }), 'handedAt');
  expect(why([lost, published(100, 'm-1'), completed(120, 'm-1')])).toEqual(['answer-lost', undefined]);
});

it('formats exchanges with their times since the first one and the ends of processes', () => {
  expect(
    formatExchanges([published(100, 'm-1'), completed(120, 'm-1', { fault: 'reset' })], () => 250),
  ).toEqual([
    '0: publish by process-1, attempt 1, m-1, no fault, acted 5 (200), handed over 10, hung up never, process ended 150',
    '20: complete by process-1, attempt 1, m-1, reset, acted 25 (200), handed over 30, hung up never, process ended 150',
  ]);
});
