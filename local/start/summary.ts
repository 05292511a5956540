/**
 * What a run says at its end: numbers for a person, and the same for a program.
 */
import { decideAbandoned } from '../../lambda/contact-records/contact-record/abandoned';
import { OUTCOME_DESCRIPTIONS, OUTCOMES } from '../../lambda/contact-records/batch/outcome';
import { type Aspect, ASPECTS, type Results, type Difference } from '../check-results';
import { type Paint, paintPlain } from '../../cli/shared/colours';
import { formatNumber } from '../../cli/shared/format';
import type { Tally } from './tally';

export interface Run {
  results: Results;
  tally: Tally;
  differences: Difference[];
  /** What was checked. */
  aspects: Aspect[];
  /** From the first put until the function was done with the last record. */
  seconds: number;
  emulator: string;
}

export type Summary = ReturnType<typeof summaryOf>;

/** Goes to summary.json as it is. */
export function summaryOf({ results, tally, differences, seconds, emulator }: Run) {
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
    lagMilliseconds: { p50: percentile(tally.lags, 0.5), p99: percentile(tally.lags, 0.99) },
    dynamodbEmulator: emulator,
    differences: differences.length,
  };
}

const MOST_DIFFERENCES = 10;

/** At most 25 lines of at most 80 columns, and a few more if something is wrong. */
export function printed(
  summary: Summary,
  { aspects, differences }: Pick<Run, 'aspects' | 'differences'>,
  paint: Paint = paintPlain,
): string {
  const { p50, p99 } = summary.lagMilliseconds;
  const lines = [
    line(
      'delivered',
      summary.delivered,
      `in ${summary.seconds} s: ${formatNumber(summary.deliveriesPerSecond)} a second`,
    ),
    ...OUTCOMES.map((outcome) => line(`  ${outcome}`, summary[outcome], OUTCOME_DESCRIPTIONS[outcome])),
    line('conflicting', summary.conflicting, 'redelivered, with other content'),
    line('refused', summary.refused, 'stored, but the message can never be published'),
    line(
      'batches',
      summary.batches,
      summary.retried === 0
        ? 'none retried'
        : `${formatNumber(summary.retried)} retried: what they did twice is counted twice`,
    ),
    line('model drift', summary.drift, 'paths that deviate from the model'),
    '',
    line('contacts', summary.contacts, `in the table (${summary.dynamodbEmulator})`),
    line('abandoned', summary.abandoned, 'of them: the customer gave up waiting'),
    line(
      'published',
      summary.published,
      `messages, ${formatNumber(summary.publishedForEarlierVersion)} of them for a version since replaced`,
    ),
    line('lag p50', p50, 'ms from arrival in the stream to stored'),
    line('lag p99', p99, 'ms'),
    '',
    ...aspects.map((aspect) => verdictLine(aspect, differences, paint)),
  ];
  return [...lines, ...listed(differences)].map((text) => `${text}\n`).join('');
}

const line = (name: string, number: number | undefined, remark: string) =>
  `${name.padEnd(14)}${(number === undefined ? '-' : formatNumber(number)).padStart(9)}   ${remark}`;

function verdictLine(aspect: Aspect, differences: Difference[], paint: Paint): string {
  const found = differences.filter((difference) => difference.aspect === aspect).length;
  const verdict =
    found === 0
      ? paint('green', 'holds')
      : paint('red', `${formatNumber(found)} ${found === 1 ? 'difference' : 'differences'}`);
  return `${ASPECTS[aspect].padEnd(52)}${verdict}`;
}

function listed(differences: Difference[]): string[] {
  const first = differences.slice(0, MOST_DIFFERENCES).map(({ kind, id }) => `  ${kind}: ${formatName(id)}`);
  const more = differences.length - first.length;
  return differences.length === 0
    ? []
    : ['', 'First differences:', ...first, ...(more > 0 ? [`  and ${formatNumber(more)} more`] : [])];
}

/** Ids come from records, and may be long or hold control characters. */
const formatName = (id: string) =>
  /^[\x20-\x7e]{1,60}$/.test(id) ? id : `${JSON.stringify(id).slice(0, 60)}…`;

function percentile(values: number[], share: number): number | undefined {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
}
