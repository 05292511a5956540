/** The summary of a run: numbers for a program, and the same as text for a person. */
import type { FinalDecision } from '../../lambda/contact-records/contact-record/next-contact';
import { OUTCOME_DESCRIPTIONS, OUTCOMES } from '../../lambda/contact-records/batch/outcome';
import { type Aspect, ASPECTS, decideOnItems, type Results, type Difference } from '../check-results';
import { countReshards, type Reshard } from '../stack/reshard';
import { computeQuantile } from '../../cli/shared/quantile';
import { formatDifferences, formatRows, type Row } from '../format-report';
import { type Paint, paintPlain } from '../../cli/shared/colours';
import { formatCount, formatName, formatNumber } from '../../cli/shared/format';
import type { Place } from '../../cli/shared/read-content';
import type { Examples } from './examples';
import type { Tally } from './tally';

export interface Run {
  results: Results;
  tally: Tally;
  /** Of records of one's own. */
  examples: Examples | undefined;
  /** Splits and merges of shards; undefined if there were to be none. */
  reshards: Reshard[] | undefined;
  differences: Difference[];
  /** The aspects that were checked. */
  aspects: Aspect[];
  /** From the first put until the function was done with the last record. */
  seconds: number;
  emulator: string;
}

export type Summary = ReturnType<typeof createSummary>;

/** Creates the summary; summary.json contains it as it is. */
export function createSummary({ results, tally, examples, reshards, differences, seconds, emulator }: Run) {
  const { unread, alreadyPublished, notAbandoned, batches, retried } = tally;
  const quarantined = results.failedRecords.filter(({ kind }) => kind === 'quarantined');
  const toExample = (name: string) => ({ name, first: examples?.get(name) });
  const decisions = decideOnItems(results.items);
  const count = (kind: FinalDecision['kind']) =>
    [...decisions.values()].filter((decision) => decision.kind === kind).length;
  return {
    ...{ unread, delivered: results.delivered },
    ...results.outcomes,
    conflicting: results.conflicting,
    refused: tally.refused,
    contacts: results.items.length,
    abandoned: count('abandoned'),
    awaiting: count('awaiting'),
    published: results.messages.length,
    publishedForEarlierVersion: results.messages.filter(
      ({ body }) => decisions.get(String(body.ContactId))?.kind !== 'abandoned',
    ).length,
    quarantineReasons: [...new Set(quarantined.map(({ reason }) => reason))].map(toExample),
    ...{ alreadyPublished, notAbandoned, drift: tally.drift.size },
    driftPaths: [...tally.drift].map(toExample),
    ...{ batches, retried },
    ...{ dropped: tally.dropped.length, outOfOrder: tally.outOfOrder.length },
    ...(reshards && countReshards(reshards)),
    lastError: tally.lastError ?? null,
    seconds: Number(seconds.toFixed(1)),
    deliveriesPerSecond: Math.round(results.delivered / Math.max(seconds, 0.001)),
    lagMilliseconds: { p50: computeLag(tally, 0.5), p99: computeLag(tally, 0.99) },
    dynamodbEmulator: emulator,
    differences: differences.length,
  };
}

/** Formats at most 25 lines of at most 80 columns, then examples of records of one's own, and the first differences. */
export function formatSummary(
  summary: Summary,
  { aspects, differences, examples }: Pick<Run, 'aspects' | 'differences' | 'examples'>,
  paint: Paint = paintPlain,
): string {
  const { seconds, deliveriesPerSecond, publishedForEarlierVersion: replaced, retried } = summary;
  const { p50, p99 } = summary.lagMilliseconds;
  const rows: Row[] = [
    ...(summary.unread > 0 ? [['not read', summary.unread, 'files or records, named above'] as Row] : []),
    ['delivered', summary.delivered, `in ${seconds} s: ${formatNumber(deliveriesPerSecond)} a second`],
    ...OUTCOMES.map((outcome): Row => [`  ${outcome}`, summary[outcome], OUTCOME_DESCRIPTIONS[outcome]]),
    ['conflicting', summary.conflicting, 'redelivered, with other content'],
    ['refused', summary.refused, 'stored, but the message can never be published'],
    [
      'batches',
      summary.batches,
      retried === 0 ? 'none retried' : `${formatNumber(retried)} retried: repeated work is counted twice`,
    ],
    ...(summary.splits === undefined
      ? []
      : [['splits', summary.splits, `of shards, and ${formatNumber(summary.merges ?? 0)} merges`] as Row]),
    ['model drift', summary.drift, 'paths that deviate from the model'],
    '',
    ['contacts', summary.contacts, `in the table (${summary.dynamodbEmulator})`],
    ['abandoned', summary.abandoned, 'of them: the customer left while waiting'],
    ['awaiting', summary.awaiting, 'of them: the next contact decides, and cannot yet'],
    [
      'published',
      summary.published,
      `messages, ${formatNumber(replaced)} of them for a version since replaced`,
    ],
    ['lag p50', p50, 'ms from arrival in the stream to stored'],
    ['lag p99', p99, 'ms'],
    '',
    ...aspects.map((aspect) => formatVerdict(aspect, differences, paint)),
    ...(differences.length > 0 ? ['', 'First differences:'] : []),
    ...formatDifferences(differences),
    ...(examples ? formatExamples('Quarantined, and a first example:', summary.quarantineReasons) : []),
    ...(examples ? formatExamples('Model drift, and a first example:', summary.driftPaths) : []),
  ];
  return formatRows(rows, 14, 9);
}

const MAX_EXAMPLES = 10;

/** Formats names and places, never a value. */
function formatExamples(title: string, examples: { name: string; first: Place | undefined }[]): string[] {
  const shown = examples.slice(0, MAX_EXAMPLES).map(({ name, first }) => {
    return `  ${name}${first ? `: ${formatName(first.name)}, line ${formatNumber(first.line)}` : ''}`;
  });
  const more = examples.length - shown.length;
  if (more > 0) shown.push(`  and ${formatNumber(more)} more: --json has all`);
  return examples.length === 0 ? [] : ['', title, ...shown];
}

function formatVerdict(aspect: Aspect, differences: Difference[], paint: Paint): string {
  const { length } = differences.filter((difference) => difference.aspect === aspect);
  const verdict =
    length === 0 ? paint('green', 'OK') : paint('red', `FAILED (${formatCount(length, 'difference')})`);
  return `${ASPECTS[aspect]}: ${verdict}`;
}

/** Computes a quantile of the lags; `undefined` if there are none. */
function computeLag({ lags }: Tally, share: number): number | undefined {
  const sorted = lags.toSorted((a, b) => a - b);
  return sorted.length === 0 ? undefined : Math.round(computeQuantile(sorted, share));
}
