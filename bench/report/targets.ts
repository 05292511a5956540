/** What was asked for, and what was measured. */
import { LATENCY_MS } from '../model/batch-seconds';
import { DEPLOYED } from '../model/prices';
import type { Contender, Input, Measured, Results, Run } from '../results';
import { number, times, withSpread } from './format-figures';

export interface Target {
  readonly what: string;
  readonly target: string;
  readonly measured: string;
  readonly verdict: string;
}

/** The run that is compared: 5 ms, batches of 500. `undefined` where it was not measured. */
export const mainRun = (results: Results, contender: Contender, input: Input): Run | undefined =>
  results.runs.find(
    (run) =>
      run.contender === contender &&
      run.input === input &&
      run.services === 'stub' &&
      run.latencyMs === LATENCY_MS &&
      run.batchSize === DEPLOYED.batchSize,
  );

/** Each target with its measured value; the median decides. */
export function targets(results: Results): readonly Target[] {
  const distinct = mainRun(results, 'pipeline', 'distinct');
  const mixed = mainRun(results, 'pipeline', 'mixed');
  const pipeline = results.coldStart.find(({ what }) => what === 'pipeline');
  const peak = (batchSize: number): Measured | undefined =>
    results.memory.find((memory) => memory.batchSize === batchSize)?.peakMib;
  const flat = [100, 500, 1_000].flatMap((batchSize) => peak(batchSize)?.median ?? []);

  return [
    throughput('distinct', distinct, 'sequential', 16),
    throughput('distinct', distinct, 'powertools-idempotency', 3),
    throughput('distinct', distinct, 'bare-sdk', 0.97),
    above('Throughput on mixed, to the bare SDK', mixed?.against['bare-sdk']?.throughput, 1),
    atMost('CPU per record on distinct, to the bare SDK', distinct?.against['bare-sdk']?.cpu, 1.05, times),
    atMost(
      'CPU per record on distinct, to the bare SDK: stretch',
      distinct?.against['bare-sdk']?.cpu,
      0.9,
      times,
    ),
    atMost('Cold start, to two DynamoDB packages alone', results.coldStartRatio, 1.15, times),
    atMost('Bundle, KB', pipeline && exactly(pipeline.bundleBytes / 1_024), 500, ({ median }) =>
      number(median),
    ),
    equal(
      'Puts per contact on distinct',
      distinct && distinct.requests.recordWrites / distinct.requests.contacts,
      1,
    ),
    equal('Ledger writes on distinct, where nobody is abandoned', distinct?.requests.ledgerWrites, 0),
    ledger(mixed),
    atMost(
      'Memory, largest to least, 100 to 1,000 records a batch',
      flat.length === 0 ? undefined : exactly(Math.max(...flat) / Math.min(...flat)),
      1.2,
      ({ median }) => `${median.toFixed(2)}×`,
    ),
    below('Memory at 10,000 records a batch, MiB', peak(10_000), 200),
  ];
}

const throughput = (input: Input, run: Run | undefined, other: Contender, target: number): Target => {
  const measured = run?.against[other]?.throughput;
  return judged(
    `Throughput on ${input}, to ${other}`,
    `at least ${target}×`,
    measured,
    times,
    (value) => value >= target,
    target,
  );
};

const above = (what: string, measured: Measured | undefined, target: number): Target =>
  judged(what, `above ${target}×`, measured, times, (value) => value > target, target);

const below = (what: string, measured: Measured | undefined, target: number): Target =>
  judged(what, `below ${target}`, measured, withSpread, (value) => value < target, target);

const atMost = (
  what: string,
  measured: Measured | undefined,
  target: number,
  print: (measured: Measured) => string,
): Target => judged(what, `at most ${target}`, measured, print, (value) => value <= target, target);

const equal = (what: string, value: number | undefined, target: number): Target =>
  judged(
    what,
    `exactly ${target}`,
    value === undefined ? undefined : exactly(value),
    ({ median }) => number(median),
    (measured) => measured === target,
    target,
  );

/** What is beyond two for each message are failed claims, one for each later version of a contact that was published. */
function ledger(mixed: Run | undefined): Target {
  const what = 'Ledger writes per message on mixed';
  const target = '2, and a failed claim for each later version';
  if (!mixed) return { what, target, measured: 'not measured', verdict: '-' };
  const { ledgerWrites, publishes, abandoned, deliveries } = mixed.requests;
  const failed = ledgerWrites - 2 * publishes;
  const isMet = publishes === abandoned && failed >= 0 && failed <= deliveries - abandoned;
  return {
    what,
    target,
    measured: `2, and ${number(failed / publishes)}; ${number(publishes)} messages for ${number(abandoned)} abandoned contacts`,
    verdict: isMet ? 'met, as far as sums tell' : '**not met**',
  };
}

const exactly = (value: number): Measured => ({ median: value, least: value, most: value });

function judged(
  what: string,
  target: string,
  measured: Measured | undefined,
  print: (measured: Measured) => string,
  isMet: (value: number) => boolean,
  of: number,
): Target {
  if (!measured) return { what, target, measured: 'not measured', verdict: '-' };
  return {
    what,
    target,
    measured: print(measured),
    verdict: verdict(isMet(measured.median), measured.median, of),
  };
}

function verdict(isMet: boolean, value: number, target: number): string {
  const word = isMet ? 'met' : '**not met**';
  if (value === target || target === 0) return word;
  const share = Math.abs(value / target - 1) * 100;
  return `${word}, ${value > target ? 'above' : 'below'} by ${number(Number(share.toPrecision(2)))} %`;
}
