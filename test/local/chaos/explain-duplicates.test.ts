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
/** Like `undefined` for a member that is to be missing. */
const without = (exchange: Exchange, ...members: (keyof Exchange)[]): Exchange =>
  Object.fromEntries(
    Object.entries(exchange).filter(([name]) => !members.includes(name as keyof Exchange)),
  ) as unknown as Exchange;

const noneEnded = () => undefined;
const last = [published(40_000, 'm-2', { process: 'process-2' }), completed(40_020, 'm-2')];
const why = (first: Exchange[], endOf: (process: string) => number | undefined = noneEnded) =>
  explainDuplicates([...first, ...last], endOf);

it('one acceptance needs no explanation', () => {
  expect(explainDuplicates(last, noneEnded)).toEqual([]);
});

it('what SNS did not accept is no acceptance', () => {
  expect(why([published(0, 'm-1', { acted: { at: 5, status: 400 } })])).toEqual([]);
  expect(why([without(published(0, 'm-1', { fault: 'throttled' }), 'acted', 'handedAt')])).toEqual([]);
});

it.each(['answer-dropped', 'answer-halved', 'answer-stalled', 'error-after'] as const)(
  'a lost answer (%s) explains it',
  (fault) => {
    expect(why([without(published(0, 'm-1', { fault }), 'handedAt')])).toEqual(['answer-lost']);
  },
);

it('a completion that never reached the ledger explains it', () => {
  const failed = without(completed(20, 'm-1', { fault: 'reset' }), 'acted', 'handedAt');
  expect(why([published(0, 'm-1'), failed])).toEqual(['completion-failed']);
});

it('a completion of which one attempt did reach the ledger explains nothing: it knew', () => {
  const failed = without(completed(20, 'm-1', { fault: 'reset' }), 'acted', 'handedAt');
  expect(why([published(0, 'm-1'), failed, completed(120, 'm-1', { fault: 'answer-dropped' })])).toEqual([
    undefined,
  ]);
});

it('the end of the process between acceptance and completion explains it', () => {
  expect(why([published(0, 'm-1')], (process) => (process === 'process-1' ? 15 : undefined))).toEqual([
    'process-ended',
  ]);
});

it('the end of the process before, or of another one, explains nothing', () => {
  expect(why([published(100, 'm-1')], (process) => (process === 'process-1' ? 50 : undefined))).toEqual([
    undefined,
  ]);
  expect(why([published(0, 'm-1')], (process) => (process === 'process-9' ? 15 : undefined))).toEqual([
    undefined,
  ]);
});

it('an answer that came when the function had hung up explains it', () => {
  expect(why([without(published(0, 'm-1', { closedAt: 3_000 }), 'handedAt')])).toEqual(['answer-late']);
  expect(why([published(0, 'm-1', { handedAt: 2_995, closedAt: 3_001 })])).toEqual(['answer-late']);
});

it('a connection that is closed when no caller waits any more explains nothing', () => {
  expect(why([published(0, 'm-1', { closedAt: 500 })])).toEqual([undefined]);
});

it('an answer in time, a process that lives and no completion: nothing explains it', () => {
  expect(why([published(0, 'm-1')])).toEqual([undefined]);
});

it('what SNS accepts once the ledger knows of another is never explained, whatever its answer', () => {
  const again = without(published(9_000, 'm-9', { fault: 'answer-dropped' }), 'handedAt');
  expect(explainDuplicates([published(0, 'm-1'), completed(20, 'm-1'), again], noneEnded)).toEqual([
    undefined,
  ]);
});

it('a first attempt that a slow emulator accepts after the second one needs its own explanation only', () => {
  const slow = without(
    published(0, 'm-0', { acted: { at: 3_100, status: 200, messageId: 'm-0' }, closedAt: 3_000 }),
    'handedAt',
  );
  expect(
    explainDuplicates([slow, published(3_010, 'm-1', { attempt: 2 }), completed(3_040, 'm-1')], noneEnded),
  ).toEqual(['answer-late']);
});

it('each acceptance but the last is explained by itself', () => {
  const lost = without(published(0, 'm-0', { fault: 'answer-dropped' }), 'handedAt');
  expect(why([lost, published(100, 'm-1'), completed(120, 'm-1')])).toEqual(['answer-lost', undefined]);
});

it('the story of a contact has its exchanges, their times since the first, and when its processes ended', () => {
  expect(
    formatExchanges([published(100, 'm-1'), completed(120, 'm-1', { fault: 'reset' })], () => 250),
  ).toEqual([
    '0: publish by process-1, attempt 1, m-1, no fault, acted 5 (200), handed over 10, hung up never, process ended 150',
    '20: complete by process-1, attempt 1, m-1, reset, acted 25 (200), handed over 30, hung up never, process ended 150',
  ]);
});
