/** Creates the generated blocks of `docs/performance-and-cost.md`, which the terminal also shows. */
import {
  DOLLARS_PER_MONTH,
  type Dollars,
  estimatePerMillionContacts,
  estimateStoragePerMonth,
  sumDollars,
} from '../cost/estimate-cost';
import { estimateBatchSeconds, estimateSize } from '../cost/estimate-size';
import { DEPLOYED } from '../cost/prices';
import { CONTENDERS, findMainRun, type Input, type Results } from '../results';
import { formatDollars, formatNumber, formatSpread, formatTable, formatTimes } from './format-figures';
import { judgeTargets } from './judge-targets';

const CONTACTS_PER_HOUR = [100, 1_000, 10_000, 100_000, 1_000_000];
const KILOBYTES = [2, 9];
/** Services that the costs name. */
const SHOWN_SERVICES = ['DynamoDB', 'Kinesis', 'KMS'] as const;

/** @throws Error if the results lack values for the estimates */
export const makeBlocks = (results: Results): Readonly<Record<string, string>> => ({
  ...tabulateEstimates(results),
  targets: judgeTargets(results)
    .map(({ what, target, measured, verdict }) => `- ${what}: ${target}; ${measured}; ${verdict}`)
    .join('\n'),
  comparison: tabulateComparison(results, 'mixed'),
  details: listDetails(results),
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
  const listDollars = (dollars: Dollars) => {
    const others = sumDollars({ ...dollars, DynamoDB: 0, Kinesis: 0, KMS: 0 });
    const parts = SHOWN_SERVICES.map((service) => `${service} ${formatDollars(dollars[service])}`);
    const sum = formatDollars(sumDollars(dollars));
    return `${sum} (${[...parts, `others ${formatDollars(others)}`].join(', ')})`;
  };
  return {
    sizing: formatTable(
      'contacts an hour,shards,parallelization,stored within (s),dollars a month'.split(','),
      CONTACTS_PER_HOUR.map((each) => estimateSize(each, requests, batchSeconds)).map((size) => [
        formatNumber(size.contactsPerHour),
        size.shards,
        size.parallelization,
        formatNumber(size.storedWithinSeconds),
        formatDollars(size.dollarsPerMonth),
      ]),
    ),
    cost: [
      ...KILOBYTES.map((kilobytes) => {
        const dollars = listDollars(estimatePerMillionContacts(requests, kilobytes, batch));
        const storage = formatDollars(estimateStoragePerMonth(kilobytes));
        return `- A million contacts of ${kilobytes} KB: ${dollars}, and ${storage} a month for storage`;
      }),
      `- A month, fixed: ${listDollars(DOLLARS_PER_MONTH)}`,
    ].join('\n'),
  };
}

function listDetails({ coldStart, memory, startedAt, machine }: Results): string {
  const starts = coldStart.map(({ what, milliseconds }) => `${what} ${formatSpread(milliseconds)}`);
  const peaks = memory.map(
    ({ batchSize, peakMib }) => `${formatNumber(batchSize)}: ${formatSpread(peakMib)}`,
  );
  return [
    `- Cold start to first answer, in ms: ${starts.join('; ')}.`,
    `- Peak memory by records in a batch, in MiB: ${peaks.join('; ')}.`,
    `- Measured ${startedAt}: ${Object.entries(machine)
      .map((each) => each.join(' '))
      .join(', ')}.`,
  ].join('\n');
}

/** Tabulates the contenders on one input, at the main latency and batch size. */
export function tabulateComparison(results: Results, input: Input): string {
  const rows = CONTENDERS.flatMap((contender) => {
    const run = findMainRun(results, contender, input);
    if (!run) return [];
    const { contacts, writeUnits } = run.requests;
    const ratio = findMainRun(results, 'pipeline', input)?.against?.[contender]?.throughput;
    const row = [
      contender,
      formatSpread(run.recordsPerSecond),
      ratio && contender !== 'pipeline' ? formatTimes(ratio) : '',
      formatSpread(run.cpuMicrosecondsPerRecord),
      formatNumber(writeUnits / contacts),
      run.wrong.join('; ') || 'nothing',
    ];
    return [row];
  });
  const speed = ['records/s', 'pipeline to it', 'CPU µs/record'];
  return formatTable([`contender on ${input}`, ...speed, 'write units', 'wrong in the end'], rows);
}
