/**
 * Judges the results of a chaos run: sorts the differences by severity, and explains duplicate messages.
 */
import type { Expected } from '../generator/contact-centre';
import { type Reason, formatExchanges, explainDuplicates } from './explain-duplicates';
import type { Exchange } from './proxy';
import { groupByContact, type Results, type Difference, findDifferences } from '../check-results';

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
const IN_BUCKET = ', but should not be';

export function judgeResults(results: Results, expected: Expected, evidence: Evidence): Judgement {
  const { foreignKeys, givenUp } = evidence;
  const found = findDifferences(results, expected).filter(({ kind }) => kind !== 'published more than once');
  return {
    lost: [
      ...found.filter(({ kind }) => LOST.test(kind)),
      ...(givenUp > 0 ? [{ aspect: 'counted' as const, kind: 'records given up', id: String(givenUp) }] : []),
    ],
    wrong: found.filter(({ kind }) => !LOST.test(kind) && !kind.endsWith(IN_BUCKET)),
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
  const twice: Judgement['duplicates'] = {
    'answer-lost': 0,
    'answer-late': 0,
    'completion-failed': 0,
    'process-ended': 0,
  };
  const unexplained: Difference[] = [];
  for (const [contactId, { length }] of groupByContact(messages)) {
    if (length === 1) continue;
    const ofContact = exchanges.filter((exchange) => exchange.contactId === contactId);
    const reasons = explainDuplicates(ofContact, (process) => processEnds.get(process));
    const seen = reasons.filter((reason) => reason !== undefined).slice(0, length - 1);
    for (const reason of seen) twice[reason]++;
    for (let missing = seen.length; missing < length - 1; missing++) {
      unexplained.push({
        aspect: 'published',
        kind: 'published again for no observed reason',
        id: contactId,
      });
    }
  }
  const first = unexplained[0]?.id;
  const story = formatExchanges(
    exchanges.filter(({ contactId }) => first !== undefined && contactId === first),
    (process) => processEnds.get(process),
  );
  return { duplicates: twice, unexplained, story };
}
