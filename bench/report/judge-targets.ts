/** Compares the measured values with the targets. */
import { type Contender, findMainRun, type Measured, type Results, type Run } from '../results';
import { formatNumber, formatSpread, formatTimes } from './format-figures';

type Target = Readonly<Record<'what' | 'target' | 'measured' | 'verdict', string>>;

const RELATIONS = {
  'at least': (value: number, target: number) => value >= target,
  above: (value: number, target: number) => value > target,
  'at most': (value: number, target: number) => value <= target,
  below: (value: number, target: number) => value < target,
  exactly: (value: number, target: number) => value === target,
};

/** Judges each target by the median. */
export function judgeTargets(results: Results): Target[] {
  const { coldStart, coldStartRatio, memory } = results;
  const distinct = findMainRun(results, 'pipeline', 'distinct');
  const mixed = findMainRun(results, 'pipeline', 'mixed');
  const speed = (run: Run | undefined, other: Contender) => run?.against?.[other]?.throughput;
  const cpu = distinct?.against?.['bare-sdk']?.cpu;
  const requests = distinct?.requests;
  const putsPerContact = requests && requests.recordWrites / requests.contacts;
  const bundleBytes = coldStart.find(({ what }) => what === 'pipeline')?.bundleBytes;
  const peaks = memory
    .filter(({ batchSize }) => batchSize >= 100 && batchSize <= 1_000)
    .map(({ peakMib }) => peakMib.median);
  const growth = peaks.length > 0 ? Math.max(...peaks) / Math.min(...peaks) : undefined;
  const largestPeak = memory.find(({ batchSize }) => batchSize === 10_000)?.peakMib;
  const idempotency = 'powertools-idempotency';
  return [
    judge('Throughput on distinct, to sequential', 'at least', 16, speed(distinct, 'sequential'), '×'),
    judge(`Throughput on distinct, to ${idempotency}`, 'at least', 3, speed(distinct, idempotency), '×'),
    judge('Throughput on distinct, to powertools', 'at least', 1.3, speed(distinct, 'powertools'), '×'),
    judge('Throughput on distinct, to bare-sdk', 'at least', 1.3, speed(distinct, 'bare-sdk'), '×'),
    judge('Throughput on mixed, to bare-sdk', 'at least', 1.3, speed(mixed, 'bare-sdk'), '×'),
    judge('CPU per record on distinct, to bare-sdk', 'at most', 0.7, cpu, '×'),
    judge('Cold start, to two DynamoDB packages alone', 'at most', 1.15, coldStartRatio, '×'),
    judge('Bundle', 'at most', 800, bundleBytes && bundleBytes / 1024, ' KB'),
    judge('Puts per contact on distinct', 'exactly', 1, putsPerContact),
    judge('Ledger writes on distinct', 'exactly', 0, requests?.ledgerWrites),
    judgeLedger(mixed),
    judge('Memory, largest to least, 100 to 1,000 records a batch', 'at most', 1.2, growth, '×'),
    judge('Memory at 10,000 records a batch', 'below', 200, largestPeak, ' MiB'),
  ];
}

/** @param value - `undefined` if it was not measured */
function judge(
  what: string,
  relation: keyof typeof RELATIONS,
  targetValue: number,
  value: Measured | number | undefined,
  unit: '×' | ' KB' | ' MiB' | '' = '',
): Target {
  const target = `${relation} ${targetValue}${unit}`;
  if (value === undefined) return { what, target, measured: 'not measured', verdict: '-' };
  const median = typeof value === 'number' ? value : value.median;
  const format = unit === '×' ? formatTimes : formatSpread;
  const share = formatNumber(Number((Math.abs(median / targetValue - 1) * 100).toPrecision(2)));
  const isEqual = median === targetValue || targetValue === 0;
  return {
    what,
    target,
    measured: typeof value === 'number' ? formatNumber(value) + unit : format(value),
    verdict:
      (RELATIONS[relation](median, targetValue) ? 'met' : '**not met**') +
      (isEqual ? '' : ` (${median > targetValue ? '+' : '-'}${share} %)`),
  };
}

/** Judges the ledger writes. Each message needs two; others are failed claims of later versions. */
function judgeLedger(mixed: Run | undefined): Target {
  const what = 'Ledger writes per message on mixed';
  const target = '2, and failed claims';
  if (!mixed) return { what, target, measured: 'not measured', verdict: '-' };
  const { ledgerWrites, publishes, abandoned, deliveries } = mixed.requests;
  const failed = ledgerWrites - 2 * publishes;
  const isMet = publishes === abandoned && failed >= 0 && failed <= deliveries - abandoned;
  return {
    what,
    target,
    measured: `2, and ${formatNumber(failed / publishes)}`,
    verdict: isMet ? 'met' : '**not met**',
  };
}
