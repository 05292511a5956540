/** The summary of a run: numbers for a program, and the same as text for a person. */
import type { FinalDecision } from '../../lambda/contact-records/contact-record/next-contact';
import { OUTCOME_DESCRIPTIONS, OUTCOMES } from '../../lambda/contact-records/batch/outcome';
import { type Aspect, ASPECTS, decideOnItems, type Results, type Difference } from '../check-results';
import { computeQuantile } from '../../cli/shared/quantile';
import { formatDifferences, formatRows, type Row } from '../format-report';
import { type Paint, paintPlain } from '../../cli/shared/colours';
import { formatCount, formatNumber } from '../../cli/shared/format';
import type { Tally } from './tally';

export interface Run {
  results: Results;
  tally: Tally;
  differences: Difference[];
  /** The aspects that were checked. */
  aspects: Aspect[];
  /** From the first put until the function was done with the last record. */
  seconds: number;
  emulator: string;
}

export type Summary = ReturnType<typeof createSummary>;

/** Creates the summary; summary.json contains it as it is. */
export function createSummary({ results, tally, differences, seconds, emulator }: Run) {
  const { alreadyPublished, notAbandoned, drift, batches, retried } = tally;
  const decisions = decideOnItems(results.items);
  const count = (kind: FinalDecision['kind']) =>
    [...decisions.values()].filter((decision) => decision.kind === kind).length;
  return {
    delivered: results.delivered,
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
    ...{ alreadyPublished, notAbandoned, drift, batches, retried },
    lastError: tally.lastError ?? null,
    seconds: Number(seconds.toFixed(1)),
    deliveriesPerSecond: Math.round(results.delivered / Math.max(seconds, 0.001)),
    lagMilliseconds: { p50: computeLag(tally, 0.5), p99: computeLag(tally, 0.99) },
    dynamodbEmulator: emulator,
    differences: differences.length,
  };
}

/** Formats at most 25 lines of at most 80 columns, and a few more if there are differences. */
export function formatSummary(
  summary: Summary,
  { aspects, differences }: Pick<Run, 'aspects' | 'differences'>,
  paint: Paint = paintPlain,
): string {
  const { seconds, deliveriesPerSecond, publishedForEarlierVersion: replaced, retried } = summary;
  const { p50, p99 } = summary.lagMilliseconds;
  const rows: Row[] = [
    ['delivered', summary.delivered, `in ${seconds} s: ${formatNumber(deliveriesPerSecond)} a second`],
    ...OUTCOMES.map((outcome): Row => [`  ${outcome}`, summary[outcome], OUTCOME_DESCRIPTIONS[outcome]]),
    ['conflicting', summary.conflicting, 'redelivered, with other content'],
    ['refused', summary.refused, 'stored, but the message can never be published'],
    [
      'batches',
      summary.batches,
      retried === 0 ? 'none retried' : `${formatNumber(retried)} retried: repeated work is counted twice`,
    ],
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
  ];
  return formatRows(rows, 14, 9);
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
