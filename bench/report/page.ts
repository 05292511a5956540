/**
 * `docs/performance-and-cost.md` and its plots, made of results and prices and nothing else. The prose says what is
 * measured and how; whatever could turn out otherwise is a number or a word that is computed.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { LATENCY_MS, VCPUS } from '../model/batch-seconds';
import { type Drained, LIMITS } from '../model/catch-up';
import { fixedPerMonth, SERVICES, storagePerMonth, total } from '../model/dollars';
import { ASSUMED, DEPLOYED, LOOKED_UP_ON, PRICES, REGION } from '../model/prices';
import { HIGHEST_LOAD } from '../model/sizing';
import { CONTENDERS, type Results, type Run } from '../results';
import { plots } from './plots';
import { dollars, duration, number, percent, table, times, withSpread } from './format-figures';
import { ARRIVALS, BACKLOG, PARALLELIZATIONS, estimate, type Estimates, SHARDS } from './estimates';
import { mainRun, targets } from './targets';

const PLOTS = 'performance';

export interface Page {
  readonly markdown: string;
  /** SVG by the name of its file. */
  readonly plots: Readonly<Record<string, string>>;
}

/**
 * Writes the page and its plots.
 *
 * @param folder - of the documentation: `docs`
 */
export function writePage(results: Results, folder: string): void {
  const { markdown, plots: images } = page(results);
  mkdirSync(join(folder, PLOTS), { recursive: true });
  writeFileSync(join(folder, 'performance-and-cost.md'), markdown);
  for (const [name, svg] of Object.entries(images)) writeFileSync(join(folder, PLOTS, name), svg);
}

/** @throws Error if the results lack what the reckoning needs */
export function page(results: Results): Page {
  const estimates = estimate(results);
  const sections = [
    opening(estimates),
    howMeasured(results),
    targetsSection(results),
    contenders(results),
    writes(results),
    coldStart(results),
    memory(results),
    lag(results),
    catchUp(estimates),
    money(estimates),
    limits(results, estimates),
  ];
  return { markdown: `${sections.flat().join('\n\n')}\n`, plots: plots(results, estimates) };
}

type Section = readonly string[];

const image = (name: string, what: string): string => `![${what}](${PLOTS}/${name}.svg)`;

const opening = ({ sizes, deliveriesPerContact }: Estimates): Section => [
  '# Performance and cost',
  '<!-- Made by `npm run bench:page` from bench/results.json: changes belong there. -->',
  'What you need for so many contacts an hour, and what to expect:',
  table(
    [
      'contacts an hour',
      'shards',
      'batch size',
      'parallelization',
      'memory',
      'lag p50',
      'lag p99',
      'a month, as deployed',
      'a month, provisioned shards',
    ],
    sizes.map((size) => [
      number(size.contactsPerHour),
      size.shards,
      size.batchSize,
      size.parallelization,
      `${number(size.memoryMib)} MiB`,
      duration(size.lagSeconds.p50),
      duration(size.lagSeconds.p99),
      dollars(size.dollarsPerMonth['on demand']),
      dollars(size.dollarsPerMonth.provisioned),
    ]),
  ),
  wrapped(
    `Around the clock, with ${number(deliveriesPerContact)} deliveries a contact of ${ASSUMED.recordKilobytes} KB each: the ` +
      'copies, newer versions and abandoned contacts of the mixed input below. As deployed, the stream is on demand, so the ' +
      'shards are what it comes to; shards and parallelization are chosen so that no more than ' +
      `${percent(HIGHEST_LOAD)} of any limit is used on average. Lag is from the arrival in the stream to stored: what was ` +
      'measured below, and the time until an idle shard is looked at again. Without free tiers, without keeping the table ' +
      '(see *Dollars*), and without what subscribers cost. Lag was measured with whole cores. Nothing of this was measured in an AWS account.',
  ),
];

const howMeasured = ({ startedAt, machine, runs }: Results): Section => [
  '## How it was measured',
  wrapped(
    `\`npm run bench\`, started at ${startedAt}; \`npm run bench:page\` makes this page of its \`bench/results.json\`. Every ` +
      'figure is the median of interleaved repetitions, with the least and the most in brackets; every comparison (×) is a ' +
      'ratio within one repetition. The services are a stub in another process that answers after a set latency; *DynamoDB ' +
      'Local* is the emulator itself.',
  ),
  table(['machine', ''], Object.entries(machine)),
  [
    '- *distinct*: every record a new contact, none abandoned.',
    '- *mixed*: copies, newer versions (both near and far from the first delivery), abandoned contacts and poison.',
    '- *pipeline*: the bundled function, as deployed.',
    '- *sequential*: one awaited put per record.',
    '- *powertools-idempotency*: the batch processor of Powertools, its idempotency, and the same condition.',
    '- *powertools*: the same without idempotency.',
    `- *bare SDK*: the document client, one conditional put per delivery, nothing else${atConcurrency(runs)}.`,
  ].join('\n'),
];

function atConcurrency(runs: readonly Run[]): string {
  const used = [...new Set(runs.flatMap(({ concurrency }) => concurrency ?? []))].sort((a, b) => a - b);
  return used.length === 0 ? '' : `, at the best concurrency found (${used.join(', ')})`;
}

const targetsSection = (results: Results): Section => [
  '## Targets',
  table(
    ['', 'target', 'measured', 'verdict'],
    targets(results).map(({ what, target, measured, verdict }) => [what, target, measured, verdict]),
  ),
  wrapped(
    `Ratios are at ${LATENCY_MS} ms and ${DEPLOYED.batchSize} records a batch; the median decides. Two ledger writes per ` +
      'message and which failed claims follow can only be seen as sums here. What was tried and left is in ' +
      '[ADR 9](adr/0009-work-begins-in-bursts.md) and [ADR 10](adr/0010-what-the-bundle-carries.md).',
  ),
];

function contenders(results: Results): Section {
  const points = ordered(results.runs);
  return [
    '## Throughput and CPU',
    image('throughput-by-latency', 'Records a second by contender and latency'),
    image('throughput-by-batch-size', 'Records a second by contender and batch size'),
    image('cpu-by-latency', 'CPU per record by contender and latency'),
    table(
      [
        'contender',
        'input',
        'services',
        'batch',
        'records/s',
        'pipeline to it',
        'CPU µs/record',
        'wrong in the end',
      ],
      points.map((run) => [
        run.contender,
        run.input,
        run.services === 'stub' ? `${run.latencyMs} ms` : run.services,
        number(run.batchSize),
        withSpread(run.recordsPerSecond),
        pipelineTo(run, results.runs),
        withSpread(run.cpuMicrosecondsPerRecord),
        run.wrong.length === 0 ? 'nothing' : run.wrong.map(inCell).join('; '),
      ]),
    ),
  ];
}

const ordered = (runs: readonly Run[]): readonly Run[] =>
  [...runs].sort(
    (a, b) =>
      a.input.localeCompare(b.input) ||
      b.services.localeCompare(a.services) ||
      a.latencyMs - b.latencyMs ||
      a.batchSize - b.batchSize ||
      CONTENDERS.indexOf(a.contender) - CONTENDERS.indexOf(b.contender),
  );

function pipelineTo(run: Run, runs: readonly Run[]): string {
  const pipeline = runs.find(
    (other) =>
      other.contender === 'pipeline' &&
      other.input === run.input &&
      other.services === run.services &&
      other.latencyMs === run.latencyMs &&
      other.batchSize === run.batchSize,
  );
  const ratio = run.contender === 'pipeline' ? undefined : pipeline?.against[run.contender]?.throughput;
  return ratio ? times(ratio) : '';
}

const inCell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');

const writes = (results: Results): Section => [
  '## Writes',
  wrapped(
    'Per distinct contact, failed conditions included; a unit is a KB begun. A failed condition costs as much.',
  ),
  table(
    [
      'contender',
      'input',
      'writes',
      'units',
      'to the records',
      'to the ledger',
      'reads',
      'messages',
      'abandoned contacts',
    ],
    (['distinct', 'mixed'] as const).flatMap((input) =>
      CONTENDERS.flatMap((contender) => requestsRow(mainRun(results, contender, input))),
    ),
  ),
];

function requestsRow(run: Run | undefined): (string | number)[][] {
  if (!run) return [];
  const { contacts, ...counts } = run.requests;
  const each = (count: number): string => number(count / contacts);
  return [
    [
      run.contender,
      run.input,
      each(counts.writes),
      each(counts.writeUnits),
      each(counts.recordWrites),
      each(counts.ledgerWrites),
      each(counts.reads),
      number(counts.publishes),
      number(counts.abandoned),
    ],
  ];
}

const coldStart = ({ coldStart: starts, coldStartRatio }: Results): Section => [
  '## Cold start',
  table(
    ['', 'bundle', 'process start to first answer, ms'],
    starts.map(({ what, bundleBytes, milliseconds }) => [
      what,
      `${number(bundleBytes / 1_024)} KB`,
      withSpread(milliseconds),
    ]),
  ),
  `The pipeline to the two packages: ${times(coldStartRatio)}.`,
];

const memory = ({ memory: measured }: Results): Section => [
  '## Memory',
  wrapped(
    "With V8's young generation as the stack bounds it. Where Lambda starts Node with a wider bound of its own, the largest batches take more ([ADR 0010](adr/0010-what-the-bundle-carries.md)).",
  ),
  image('memory', 'Peak memory by batch size'),
  table(
    ['records in a batch', 'peak, MiB'],
    measured.map(({ batchSize, peakMib }) => [number(batchSize), withSpread(peakMib)]),
  ),
];

const lag = ({ lag: measured }: Results): Section => [
  '## Lag',
  wrapped(
    'From arrival to stored and to published, in milliseconds, at a share of the measured capacity of one lane.',
  ),
  image('lag', 'Lag by load'),
  table(
    ['load', 'records/s', 'stored p50', 'stored p99', 'published p50', 'published p99'],
    measured.map(({ load, recordsPerSecond, stored, published }) => [
      percent(load),
      number(recordsPerSecond),
      ...[stored.p50, stored.p99, published.p50, published.p99].map(number),
    ]),
  ),
];

const catchUp = (estimates: Estimates): Section => [
  '## Catching up',
  wrapped(
    `Time to drain ${number(BACKLOG)} records while more contacts arrive, by a discrete-event model: each lane takes up to ` +
      `${DEPLOYED.batchSize} records, for as long as such a batch was measured to take at ${LATENCY_MS} ms, or longer where its CPU time needs it: the function ` +
      `has ${number(VCPUS)} of a core in Lambda. A shard takes ` +
      `${LIMITS.shardMegabytesIn} MB or ${number(LIMITS.shardRecordsIn)} records a second, and gives ` +
      `${LIMITS.shardMegabytesOut} MB in at most ${LIMITS.shardReads} reads; a new table takes ` +
      `${number(LIMITS.newTableWriteUnits)} units a second, twice as many after half an hour; an account runs ` +
      `${number(LIMITS.concurrency)} invocations at once.`,
  ),
  image('catch-up', 'Time to drain by shards and parallelization'),
  table(
    ['shards', 'parallelization', ...ARRIVALS.map((each) => `${number(each)} contacts/s`)],
    SHARDS.flatMap((shards) =>
      PARALLELIZATIONS.map((parallelization) => [
        shards,
        parallelization,
        ...ARRIVALS.map((each) => drainedIn(estimates.catchUp(shards, parallelization, each))),
      ]),
    ),
  ),
  'What bends first beyond that, and the next limit behind it, in records a second:',
  table(
    ['shards', 'parallelization', 'first', 'records/s', 'next', 'records/s'],
    SHARDS.flatMap((shards) =>
      PARALLELIZATIONS.map((parallelization) => [
        shards,
        parallelization,
        ...estimates
          .capacities(shards, parallelization)
          .slice(0, 2)
          .flatMap(({ limit, recordsPerSecond }) => [limit, number(recordsPerSecond)]),
      ]),
    ),
  ),
];

const drainedIn = (drained: Drained): string =>
  drained.kind === 'drained' ? duration(drained.seconds) : `never: ${drained.limit}`;

const money = ({ millions, requests, deliveriesPerContact }: Estimates): Section => [
  '## Dollars',
  wrapped(
    'Per million contacts of the mixed input, from counted requests: ' +
      `${number(deliveriesPerContact)} deliveries, ${number(requests.recordWrites / requests.contacts)} puts and ` +
      `${number(requests.publishes / requests.contacts)} messages a contact, in batches of ${DEPLOYED.batchSize}.`,
  ),
  image('dollars', 'Dollars per million contacts by service'),
  table(
    ['record', 'dollars', ...SERVICES],
    millions.map(({ kilobytes, dollars: each }) => [
      `${kilobytes} KB`,
      dollars(total(each)),
      ...SERVICES.map((service) => `${dollars(each[service])}, ${percent(each[service] / total(each))}`),
    ]),
  ),
  wrapped(
    `Each month that a million contacts are kept costs ${millions
      .map(({ kilobytes }) => `${dollars(storagePerMonth(kilobytes))} (${kilobytes} KB)`)
      .join(', ')} more. Each month costs, even without a contact: ${SERVICES.filter(
      (service) => fixedPerMonth()[service] > 0,
    )
      .map((service) => `${service} ${dollars(fixedPerMonth()[service])}`)
      .join(', ')}; ${dollars(total(fixedPerMonth()))} in all.`,
  ),
  wrapped(
    `Prices in ${REGION}, looked up on ${LOOKED_UP_ON}. Assumed beside them: ${ASSUMED.logKilobytesAnInvocation} KB of logs ` +
      `an invocation, and ${ASSUMED.keyRequestsAMessage} request for the key with each message and each object. Not estimates ` +
      'with: the few requests for the key by stream and tables, storage of logs and failures, and deliveries of messages.',
  ),
  table(
    ['price of', 'dollars', 'seen'],
    Object.values(PRICES).map(({ per, dollars: price, source, isConfirmed }) => [
      per,
      String(price),
      isConfirmed ? `[here](${source})` : `not confirmed ([page](${source}))`,
    ]),
  ),
];

function limits(results: Results, estimates: Estimates): Section {
  const [first, next] = estimates.capacities(1, DEPLOYED.parallelization);
  const main = mainRun(results, 'pipeline', 'distinct');
  const cores = main && (main.recordsPerSecond.median * main.cpuMicrosecondsPerRecord.median) / 1_000_000;
  const middle = estimates.millions[1] ?? estimates.millions[0];
  const dearest = middle && [...SERVICES].sort((a, b) => middle.dollars[b] - middle.dollars[a])[0];
  const notMet = targets(results).filter(({ verdict }) => verdict.includes('not met'));
  return [
    '## What limits us now',
    [
      first &&
        next &&
        `- As deployed, with one shard: *${first.limit}*, at ${number(first.recordsPerSecond)} records a second; then ` +
          `*${next.limit}*, at ${number(next.recordsPerSecond)}.`,
      cores !== undefined &&
        `- One lane keeps ${number(cores)} of a core busy at ${LATENCY_MS} ms: ` +
          (cores > 0.85
            ? 'it is bound by CPU, so a faster core helps and more in flight does not.'
            : 'it waits for the services for the rest.'),
      middle &&
        dearest &&
        `- Of the dollars per million contacts of ${middle.kilobytes} KB, ${percent(
          middle.dollars[dearest] / total(middle.dollars),
        )} are ${dearest}.`,
      notMet.length === 0
        ? '- No target is missed.'
        : `- Missed: ${notMet.map(({ what, measured }) => `${what} (${measured})`).join('; ')}.`,
    ]
      .filter((line) => typeof line === 'string')
      .map((line) => wrapped(line, '  '))
      .join('\n'),
  ];
}

/** Prose in lines of at most 120 characters. */
function wrapped(text: string, indent = ''): string {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > 120) {
      lines.push(line);
      line = `${indent}${word}`;
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  return [...lines, line].join('\n');
}
