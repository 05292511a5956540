/** Creates the generated blocks of `docs/performance-and-cost.md`, which the terminal also shows. */
import {
  DOLLARS_PER_MONTH,
  type Dollars,
  estimatePerMillionContacts,
  estimateStoragePerMonth,
  SERVICES,
  sumDollars,
} from '../cost/estimate-cost';
import { estimateBatchSeconds, estimateSize } from '../cost/estimate-size';
import { DEPLOYED } from '../cost/prices';
import { CONTENDERS, findMainRun, type Input, type Results } from '../results';
import { formatDollars, formatNumber, formatSpread, formatTable, formatTimes } from './format-figures';
import { judgeTargets } from './judge-targets';

const CONTACTS_PER_HOUR = [100, 1_000, 10_000, 100_000, 1_000_000];
const KILOBYTES = [2, 9];

/** @throws Error if the results lack values for the estimates */
export const makeBlocks = (results: Results): Readonly<Record<string, string>> => ({
  ...tabulateEstimates(results),
  targets: formatTable(
    ['', 'target', 'measured', 'verdict'],
    judgeTargets(results).map(({ what, target, measured, verdict }) => [what, target, measured, verdict]),
  ),
  comparison: tabulateComparison(results, 'mixed'),
  'cold start': formatTable(
    ['cold start', 'bundle', 'ms to first answer'],
    results.coldStart.map(({ what, bundleBytes, milliseconds }) => [
      what,
      `${formatNumber(bundleBytes / 1_024)} KB`,
      formatSpread(milliseconds),
    ]),
  ),
  memory: formatTable(
    ['records in a batch', ...results.memory.map(({ batchSize }) => formatNumber(batchSize))],
    [['peak, MiB', ...results.memory.map(({ peakMib }) => formatSpread(peakMib))]],
  ),
  machine: `Measured at ${results.startedAt}: ${Object.entries(results.machine)
    .map((one) => one.join(' '))
    .join(', ')}.`,
});

/**
 * Replaces the text between the markers of each block.
 *
 * @throws Error if the page lacks a block
 */
export function fillBlocks(page: string, blocks: Readonly<Record<string, string>>): string {
  return Object.entries(blocks).reduce((text, [name, block]) => {
    const marker = `<!-- generated: ${name} -->`;
    const start = text.indexOf(marker);
    const end = text.indexOf('<!-- /generated -->', start);
    if (start === -1 || end === -1) throw new Error(`The page has no block "${name}": add its two markers.`);
    return `${text.slice(0, start)}${marker}\n\n${block}\n\n${text.slice(end)}`;
  }, page);
}

function tabulateEstimates(results: Results): { readonly sizing: string; readonly cost: string } {
  // The mixed input has the copies, newer versions and abandoned contacts of a contact centre.
  const requests = findMainRun(results, 'pipeline', 'mixed')?.requests;
  if (!requests) throw new Error('The results lack the pipeline on mixed input: run npm run bench again.');
  const batchSeconds = estimateBatchSeconds(results);
  const batch = { records: DEPLOYED.batchSize, seconds: batchSeconds(DEPLOYED.batchSize) };
  const listDollars = (dollars: Dollars) =>
    [sumDollars(dollars), ...SERVICES.map((service) => dollars[service])].map(formatDollars);
  return {
    sizing: formatTable(
      'contacts an hour,shards,parallelization,stored within,dollars a month'.split(','),
      CONTACTS_PER_HOUR.map((each) => estimateSize(each, requests, batchSeconds)).map((size) => [
        formatNumber(size.contactsPerHour),
        size.shards,
        size.parallelization,
        `${formatNumber(size.storedWithinSeconds)} s`,
        formatDollars(size.dollarsPerMonth),
      ]),
    ),
    cost: formatTable(
      ['', 'sum', ...SERVICES, 'storage for a month'],
      [
        ...KILOBYTES.map((kilobytes) => [
          `a million contacts, ${kilobytes} KB`,
          ...listDollars(estimatePerMillionContacts(requests, kilobytes, batch)),
          formatDollars(estimateStoragePerMonth(kilobytes)),
        ]),
        ['a month, fixed', ...listDollars(DOLLARS_PER_MONTH), ''],
      ],
    ),
  };
}

/** Tabulates the contenders on one input, at the main latency and batch size. */
export function tabulateComparison(results: Results, input: Input): string {
  const rows = CONTENDERS.flatMap((contender) => {
    const run = findMainRun(results, contender, input);
    if (!run) return [];
    const { contacts, writeUnits, publishes, abandoned } = run.requests;
    const ratio = findMainRun(results, 'pipeline', input)?.against?.[contender]?.throughput;
    const row = [
      contender,
      formatSpread(run.recordsPerSecond),
      ratio && contender !== 'pipeline' ? formatTimes(ratio) : '',
      formatSpread(run.cpuMicrosecondsPerRecord),
      formatNumber(writeUnits / contacts),
      `${publishes} for ${abandoned}`,
      run.wrong.join('; ') || 'nothing',
    ];
    return [row];
  });
  const speed = ['records/s', 'pipeline to it', 'CPU µs/record'];
  const requests = ['write units', 'messages'];
  return formatTable([`contender on ${input}`, ...speed, ...requests, 'wrong in the end'], rows);
}
