/** Judges the results of a chaos run: sorts the differences by severity, and explains duplicate messages. */
import type { Expected } from '../generator/contact-centre';
import { type Reason, formatExchanges, explainDuplicates } from './explain-duplicates';
import type { Exchange } from './proxy';
import { DROPPED, groupByContact, type Results, type Difference, findDifferences } from '../check-results';

export interface Evidence {
  /** The exchanges that the proxy recorded. */
  exchanges: readonly Exchange[];
  /** When each function process ended, by name. */
  processEnds: ReadonlyMap<string, number>;
  /** Keys in the bucket that the function cannot have written. */
  foreignKeys: string[];
  /** Records that the mapping has given up. */
  givenUp: number;
}

export interface Judgement {
  /** Contacts, messages and payloads that are missing. */
  lost: Difference[];
  /** Contacts and messages with wrong content. */
  wrong: Difference[];
  /** Objects that should not be in the bucket. */
  inBucket: Difference[];
  /** Messages after the first of their contact, by reason. */
  duplicates: Record<Reason, number>;
  /** Duplicates without an observed reason, by the contact's id. */
  unexplained: Difference[];
  /** The exchanges of the first of these contacts. */
  story: string[];
}

const LOST =
  /^(not in the table|abandoned, but not published|not quarantined|not conflicting|deliveries lost)$/;
const isLoss = (kind: string): boolean => LOST.test(kind) || kind === DROPPED;
const IN_BUCKET = ', but should not be';

export function judgeResults(results: Results, expected: Expected, evidence: Evidence): Judgement {
  const { foreignKeys, givenUp } = evidence;
  const found = findDifferences(results, expected).filter(({ kind }) => kind !== 'published more than once');
  return {
    lost: [
      ...found.filter(({ kind }) => isLoss(kind)),
      ...(givenUp > 0 ? [{ aspect: 'counted' as const, kind: 'records given up', id: String(givenUp) }] : []),
    ],
    wrong: found.filter(({ kind }) => !isLoss(kind) && !kind.endsWith(IN_BUCKET)),
    inBucket: [
      ...found.filter(({ kind }) => kind.endsWith(IN_BUCKET)),
      ...foreignKeys.map((id) => ({ aspect: 'failedRecords' as const, kind: 'of no known kind', id })),
    ],
    ...judgeDuplicates(results, evidence),
  };
}

function judgeDuplicates(
  { messages }: Pick<Results, 'messages'>,
  { exchanges, processEnds }: Evidence,
): Pick<Judgement, 'duplicates' | 'unexplained' | 'story'> {
  const duplicates = { 'answer-lost': 0, 'answer-late': 0, 'completion-failed': 0, 'process-ended': 0 };
  const unexplained: Difference[] = [];
  const byContact = Map.groupBy(exchanges, ({ contactId }) => contactId);
  const getEnd = (process: string) => processEnds.get(process);
  for (const [id, { length }] of groupByContact(messages)) {
    if (length === 1) continue;
    const reasons = explainDuplicates(byContact.get(id) ?? [], getEnd);
    const seen = reasons.filter((reason) => reason !== undefined).slice(0, length - 1);
    for (const reason of seen) duplicates[reason]++;
    const kind = 'published again for no observed reason';
    unexplained.push(...Array<Difference>(length - 1 - seen.length).fill({ aspect: 'published', kind, id }));
  }
  const [first] = unexplained;
  const story = first ? formatExchanges(byContact.get(first.id) ?? [], getEnd) : [];
  return { duplicates, unexplained, story };
}
