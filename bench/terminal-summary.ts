/** The results as a table on the terminal. */
import type { Measured, Results } from './results';

export function printed(results: Results): string {
  const { runs, coldStart, coldStartRatio, memory, lag } = results;
  return [
    'Throughput and CPU: median (least to most); in relation to the bare SDK within the same repetition',
    table([
      [
        'input',
        'services',
        'ms',
        'batch',
        'who',
        'records/s',
        'CPU us/record',
        'x bare SDK',
        'CPU x bare SDK',
        'wrong',
      ],
      ...runs.map((run) => [
        run.input,
        run.services,
        String(run.latencyMs),
        String(run.batchSize),
        run.contender + (run.concurrency === undefined ? '' : ` (${run.concurrency} in flight)`),
        spread(run.recordsPerSecond, 0),
        spread(run.cpuMicrosecondsPerRecord, 0),
        run.against['bare-sdk'] ? run.against['bare-sdk'].throughput.median.toFixed(2) : '',
        run.against['bare-sdk'] ? run.against['bare-sdk'].cpu.median.toFixed(2) : '',
        run.wrong.join('; '),
      ]),
    ]),
    'Writes of one pass, for each distinct contact',
    table([
      ['input', 'who', 'contacts', 'writes', 'units', 'to the table', 'to the ledger', 'reads', 'published'],
      ...runs
        .filter(
          ({ services, latencyMs, batchSize }) => services === 'stub' && latencyMs === 5 && batchSize === 500,
        )
        .map(({ input, contender, requests }) => [
          input,
          contender,
          String(requests.contacts),
          ...[
            requests.writes,
            requests.writeUnits,
            requests.recordWrites,
            requests.ledgerWrites,
            requests.reads,
          ].map((count) => (count / requests.contacts).toFixed(2)),
          `${requests.publishes} of ${requests.abandoned}`,
        ]),
    ]),
    'Cold start, from the start of the process to the first answer',
    table([
      ...coldStart.map(({ what, bundleBytes, milliseconds }) => [
        what,
        `${Math.round(bundleBytes / 1000)} KB`,
        `${spread(milliseconds, 0)} ms`,
      ]),
      ['ratio', '', spread(coldStartRatio, 2)],
    ]),
    'Memory by batch size',
    table(memory.map(({ batchSize, peakMib }) => [String(batchSize), `${spread(peakMib, 0)} MiB`])),
    'Lag: milliseconds from arrival, p50 and p99',
    table([
      ['load', 'records/s', 'stored', '', 'published', ''],
      ...lag.map(({ load, recordsPerSecond, stored, published }) => [
        `${Math.round(load * 100)} %`,
        ...[recordsPerSecond, stored.p50, stored.p99, published.p50, published.p99].map((value) =>
          value.toFixed(0),
        ),
      ]),
    ]),
  ].join('\n');
}

export const spread = ({ median, least, most }: Measured, digits: number): string =>
  `${median.toFixed(digits)} (${least.toFixed(digits)}-${most.toFixed(digits)})`;

/** Columns as wide as their widest cell. */
function table(rows: readonly (readonly string[])[]): string {
  const widths: number[] = [];
  for (const row of rows) {
    for (const [column, cell] of row.entries()) widths[column] = Math.max(widths[column] ?? 0, cell.length);
  }
  const lines = rows.map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  '));
  return lines.map((line) => `  ${line.trimEnd()}\n`).join('');
}
