/**
 * The summary of a run: numbers for a program, and the same as text for a person.
 */
import { decideAbandoned } from '../../lambda/contact-records/contact-record/abandoned';
import { OUTCOME_DESCRIPTIONS, OUTCOMES } from '../../lambda/contact-records/batch/outcome';
import { type Aspect, ASPECTS, type Results, type Difference } from '../check-results';
import { computeQuantile } from '../../cli/shared/quantile';
import { formatDifferences } from '../format-differences';
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
  const abandonedNow = new Set(
    results.items
      .filter((item) => decideAbandoned(item).kind === 'abandoned')
      .map(({ ContactId }) => ContactId),
  );
  return {
    delivered: results.delivered,
    ...results.outcomes,
    conflicting: results.conflicting,
    refused: tally.refused,
    contacts: results.items.length,
    abandoned: abandonedNow.size,
    published: results.messages.length,
    publishedForEarlierVersion: results.messages.filter(
      ({ body }) => !abandonedNow.has(body.ContactId as string),
    ).length,
    alreadyPublished: tally.alreadyPublished,
    notAbandoned: tally.notAbandoned,
    drift: tally.drift,
    batches: tally.batches,
    retried: tally.retried,
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
  const { p50, p99 } = summary.lagMilliseconds;
  const lines = [
    formatLine(
      'delivered',
      summary.delivered,
      `in ${summary.seconds} s: ${formatNumber(summary.deliveriesPerSecond)} a second`,
    ),
    ...OUTCOMES.map((outcome) => formatLine(`  ${outcome}`, summary[outcome], OUTCOME_DESCRIPTIONS[outcome])),
    formatLine('conflicting', summary.conflicting, 'redelivered, with other content'),
    formatLine('refused', summary.refused, 'stored, but the message can never be published'),
    formatLine(
      'batches',
      summary.batches,
      summary.retried === 0
        ? 'none retried'
        : `${formatNumber(summary.retried)} retried: repeated work is counted twice`,
    ),
    formatLine('model drift', summary.drift, 'paths that deviate from the model'),
    '',
    formatLine('contacts', summary.contacts, `in the table (${summary.dynamodbEmulator})`),
    formatLine('abandoned', summary.abandoned, 'of them: the customer left while waiting'),
    formatLine(
      'published',
      summary.published,
      `messages, ${formatNumber(summary.publishedForEarlierVersion)} of them for a version since replaced`,
    ),
    formatLine('lag p50', p50, 'ms from arrival in the stream to stored'),
    formatLine('lag p99', p99, 'ms'),
    '',
    ...aspects.map((aspect) => formatVerdict(aspect, differences, paint)),
  ];
  return [...lines, ...formatFirstDifferences(differences)].map((text) => `${text}\n`).join('');
}

const formatLine = (name: string, number: number | undefined, remark: string) =>
  `${name.padEnd(14)}${(number === undefined ? '-' : formatNumber(number)).padStart(9)}   ${remark}`;

function formatVerdict(aspect: Aspect, differences: Difference[], paint: Paint): string {
  const { length } = differences.filter((difference) => difference.aspect === aspect);
  const verdict =
    length === 0 ? paint('green', 'OK') : paint('red', `FAILED (${formatCount(length, 'difference')})`);
  return `${ASPECTS[aspect]}: ${verdict}`;
}

const formatFirstDifferences = (differences: Difference[]): string[] =>
  differences.length === 0 ? [] : ['', 'First differences:', ...formatDifferences(differences)];

/** Computes a quantile of the lags; `undefined` if there are none. */
const computeLag = ({ lags }: Tally, share: number): number | undefined =>
  lags.length === 0
    ? undefined
    : Math.round(
        computeQuantile(
          lags.toSorted((a, b) => a - b),
          share,
        ),
      );
