/** Creates the summary of a run: numbers for a program, and text for a person. */
import type { FinalDecision } from '../../lambda/contact-records/contact-record/next-contact';
import {
  type FailedRecordKind,
  OUTCOME_DESCRIPTIONS,
  OUTCOMES,
} from '../../lambda/contact-records/batch/outcome';
import { isObject } from '../../lambda/contact-records/json/is-object';
import {
  type Aspect,
  ASPECTS,
  decideOnItems,
  type Difference,
  groupByContact,
  type Message,
  type Results,
} from '../check-results';
import { countReshards, type Reshard } from '../stack/reshard';
import { computeQuantile } from '../../cli/shared/quantile';
import { formatDifferences, formatRows, formatText, type Row } from '../format-report';
import { type Paint, paintPlain } from '../../cli/shared/colours';
import { formatCount, formatName, formatNumber } from '../../cli/shared/format';
import type { Place } from '../../cli/shared/read-content';
import type { Examples } from './examples';
import type { Tally } from './tally';

export interface Run {
  results: Results;
  tally: Tally;
  /** Set for the user's own records. */
  examples: Examples | undefined;
  /** Files without any record that can be processed, each with the reason of its first record. */
  unusable: { name: string; line: number; reason: string }[];
  /** Why the run ended before all was done: the results are then not checked. */
  endedEarly: string | undefined;
  /** The number of deliveries in the input, if it is known. */
  total: number | undefined;
  /** Splits and merges of shards; undefined without `--reshard`. */
  reshards: Reshard[] | undefined;
  differences: Difference[];
  /** The aspects that were checked. */
  aspects: Aspect[];
  /** From the first put until the function was done with the last record. */
  seconds: number;
  emulator: string;
}

export type Summary = ReturnType<typeof createSummary>;

/** Creates the content of summary.json. */
export function createSummary(run: Run) {
  const { results, tally, examples, reshards, differences, seconds, emulator } = run;
  const { unread, alreadyPublished, notAbandoned, batches, retried } = tally;
  const select = (wanted: FailedRecordKind) => results.failedRecords.filter(({ kind }) => kind === wanted);
  const toExample = (name: string) => ({ name, first: examples?.get(name) });
  const decisions = decideOnItems(results.items);
  const isAbandoned = (id: string) => decisions.get(id)?.kind === 'abandoned';
  const count = (kind: FinalDecision['kind']) =>
    [...decisions.values()].filter((decision) => decision.kind === kind).length;
  const published = groupByContact(results.messages);
  const unpublished = [...decisions.keys()].filter((id) => isAbandoned(id) && !published.has(id)).length;
  const reasons = new Set(select('quarantined').map(({ reason }) => reason));
  return {
    ...{ unread, delivered: results.delivered },
    ...results.outcomes,
    // Objects are exact: a retry overwrites its own.
    conflicting: select('conflicting').length,
    refused: select('refused').length,
    contacts: results.items.length,
    abandoned: count('abandoned'),
    unpublished,
    awaiting: count('awaiting'),
    published: results.messages.length,
    publishedForEarlierVersion: results.messages.filter(({ body }) => !isAbandoned(String(body.ContactId)))
      .length,
    quarantineReasons: [...reasons].map(toExample),
    unusableFiles: run.unusable,
    ...{ alreadyPublished, notAbandoned, drift: tally.drift.size },
    driftPaths: [...tally.drift].map(toExample),
    ...{ batches, retried },
    ...{ dropped: tally.dropped.length, outOfOrder: tally.outOfOrder.length },
    ...(reshards && countReshards(reshards)),
    lastError: tally.lastError ?? null,
    endedEarly: run.endedEarly ?? null,
    seconds: Number(seconds.toFixed(1)),
    deliveriesPerSecond: Math.round(results.delivered / Math.max(seconds, 0.001)),
    lagMilliseconds: { p50: computeLag(tally, 0.5), p99: computeLag(tally, 0.99) },
    dynamodbEmulator: emulator,
    differences: differences.length,
  };
}

/** Formats at most 21 lines of at most 80 columns. The first differences and examples follow. */
export function formatSummary(summary: Summary, run: Run, paint: Paint = paintPlain): string {
  const { aspects, differences, examples, endedEarly } = run;
  const { seconds, deliveriesPerSecond, publishedForEarlierVersion: replaced } = summary;
  const { p50, p99 = 0 } = summary.lagMilliseconds;
  const total = run.total !== undefined && endedEarly !== undefined ? `of ${formatNumber(run.total)}, ` : '';
  /** Returns the row if its number is above zero. */
  const rowIfAny = (name: string, number: number, remark: string): Row[] =>
    number > 0 ? [[name, number, remark]] : [];
  const rows: Row[] = [
    ...rowIfAny('not read', summary.unread, 'files or records, named above'),
    [
      'delivered',
      summary.delivered,
      `${total}in ${seconds} s: ${formatNumber(deliveriesPerSecond)} a second`,
    ],
    ...OUTCOMES.map((outcome): Row => [`  ${outcome}`, summary[outcome], OUTCOME_DESCRIPTIONS[outcome]]),
    ...rowIfAny('conflicting', summary.conflicting, 'of the redelivered, with other content'),
    ...rowIfAny('refused', summary.refused, 'stored, but the message can never be published'),
    ...rowIfAny('retried', summary.retried, `of ${formatNumber(summary.batches)} batches, at least in part`),
    ...rowIfAny('splits', summary.splits ?? 0, `of shards, and ${formatNumber(summary.merges ?? 0)} merges`),
    ...rowIfAny('model drift', summary.drift, 'paths that deviate from the model'),
    ['contacts', summary.contacts, `in the table (${summary.dynamodbEmulator})`],
    ['abandoned', summary.abandoned, 'of them: the customer left while waiting'],
    ...rowIfAny('unpublished', summary.unpublished, 'of the abandoned: refused, too old, or not yet'),
    ['awaiting', summary.awaiting, 'of them: the next contact decides, and cannot yet'],
    [
      'published',
      summary.published,
      replaced === 0
        ? 'messages'
        : `messages; ${formatNumber(replaced)} for a version that was replaced later`,
    ],
    ...pickExampleMessages(run.results.messages).map((message) => `  ${formatMessage(message)}`),
    ...(p50 === undefined
      ? []
      : [['lag', p50, `ms from arrival to stored (median; p99 ${formatNumber(p99)} ms)`] as Row]),
    '',
    ...(endedEarly === undefined ? [] : [paint('red', 'The run ended early: the results were not checked.')]),
    ...aspects.map((aspect) => formatVerdict(aspect, differences, paint)),
    ...(differences.length > 0 ? ['', 'First differences:'] : []),
    ...formatDifferences(differences),
    ...(examples ? formatExamples('Quarantined, and a first example:', summary.quarantineReasons) : []),
    ...(examples ? formatExamples('Model drift, and a first example:', summary.driftPaths) : []),
    ...formatExamples(
      'No contact record in these files, and why:',
      run.unusable.map(({ name, line, reason }) => ({ name: reason, first: { name, line } })),
    ),
  ];
  return formatRows(rows, 14, 9);
}

const EXAMPLE_MESSAGES = 3;

/** Picks example messages: from different queues, and with a number to call, if possible. */
function pickExampleMessages(messages: readonly Message[]): Message[] {
  const [withNumber, others] = [true, false].map((wanted) =>
    messages.filter((message) => findNumber(message).startsWith('+') === wanted),
  ) as [Message[], Message[]];
  const sorted = [...withNumber, ...others];
  const byQueue = [...Map.groupBy(sorted, ({ attributes }) => attributes.QueueName).values()];
  const firsts = byQueue.flatMap(([first]) => first ?? []);
  return [...new Set([...firsts, ...sorted])].slice(0, EXAMPLE_MESSAGES);
}

/** Formats queue, wait, and the first digits of the number to call: values of the user's own records. */
function formatMessage(message: Message): string {
  const { Channel = 'no number', QueueName = 'queue without a name', QueueDuration } = message.attributes;
  const number = findNumber(message);
  return [
    formatText(String(QueueName)),
    ...(QueueDuration === undefined ? [] : [`waited ${formatNumber(Number(QueueDuration))} s`]),
    number === '' ? String(Channel).toLowerCase() : `${formatText(number.slice(0, 5))}…`,
  ].join(', ');
}

function findNumber({ body: { CustomerEndpoint } }: Message): string {
  const address = isObject(CustomerEndpoint) ? CustomerEndpoint.Address : undefined;
  return typeof address === 'string' ? address : '';
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
