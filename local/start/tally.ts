/**
 * Counts what the function says about itself: its own structured log and metrics, the same that an operator has.
 */
import { LOG, METRIC } from '../../lambda/contact-records/contract';
import { type Outcome, OUTCOMES } from '../../lambda/contact-records/batch/outcome';
import type { Invocation } from '../event-source-mapping/types';

export interface Tally {
  outcomes: Record<Outcome, number>;
  conflicting: number;
  refused: number;
  alreadyPublished: number;
  /** Why contacts that were stored are not abandoned. */
  notAbandoned: Record<string, number>;
  /** Paths at which records deviate from the model. */
  drift: number;
  /** Milliseconds from arrival to stored, some of each batch. */
  lags: number[];
  batches: number;
  /** Batches of which at least a part had to be done again. */
  retried: number;
  /** Deliveries that the mapping is done with. */
  done: number;
  /** What went wrong last, by name. */
  lastError?: string;
}

export const emptyTally = (): Tally => ({
  outcomes: Object.fromEntries(OUTCOMES.map((outcome) => [outcome, 0])) as Tally['outcomes'],
  conflicting: 0,
  refused: 0,
  alreadyPublished: 0,
  notAbandoned: {},
  drift: 0,
  lags: [],
  batches: 0,
  retried: 0,
  done: 0,
});

/** One line of the function's output. Lines of other kinds are of no interest here. */
export function countLine(tally: Tally, line: string): void {
  const entry = objectIn(line);
  const { message } = entry;
  if (message === LOG.batchProcessed) {
    const { outcomes, notAbandoned, conflicting, refused, alreadyPublished } = entry;
    addTo(tally.outcomes, outcomes);
    addTo(tally.notAbandoned, notAbandoned);
    addTo(tally, { conflicting, refused, alreadyPublished });
  }
  if (message === LOG.modelDrift) tally.drift++;
  if (message === LOG.endedEarly) tally.lastError = `${String(entry.source)}: ${String(entry.reason)}`;
  if ('_aws' in entry) {
    const lags = [entry[METRIC.arrivalToStored] ?? []].flat();
    for (const lag of lags) if (typeof lag === 'number') tally.lags.push(lag);
  }
}

export function countInvocation(tally: Tally, { records, done, outcome }: Invocation): void {
  tally.batches++;
  tally.done += done;
  if (done < records) tally.retried++;
  if (outcome.kind === 'failed') tally.lastError = outcome.functionError.errorType;
  if (outcome.kind === 'timed-out') tally.lastError = 'the function ran out of time';
}

function objectIn(line: string): Record<string, unknown> {
  if (!line.startsWith('{')) return {};
  try {
    return JSON.parse(line) as Record<string, unknown>;
  } catch {
    return {};
  }
}

function addTo(counts: object, more: unknown): void {
  const into = counts as Record<string, number>;
  for (const [name, value] of Object.entries(more ?? {})) {
    if (typeof value === 'number') into[name] = (into[name] ?? 0) + value;
  }
}
