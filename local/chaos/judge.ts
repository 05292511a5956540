/**
 * Sorts what is wrong with what came out of a run full of faults, and says of each message that went out twice whether
 * something was seen that explains it.
 */
import type { Expected } from '../generator/contact-centre';
import { type Reason, storyOf, whyPublishedAgain } from './duplicates';
import type { Exchange } from './proxy';
import { byContact, type Results, type Difference, findDifferences } from '../check-results';

export interface Evidence {
  /** All that the proxy kept. */
  exchanges: readonly Exchange[];
  /** When each process of the function ended that did, by name. */
  processEnds: ReadonlyMap<string, number>;
  /** Keys in the bucket that are of no kind that the function writes. */
  foreignKeys: string[];
  /** Records that the mapping has stopped retrying. */
  givenUp: number;
}

export interface Judgement {
  /** Contacts, messages and payloads that are nowhere. */
  lost: Difference[];
  /** Anything that is there and not as it must be. */
  wrong: Difference[];
  /** What is in the bucket and should not be. */
  inBucket: Difference[];
  /** Messages beyond the first of their contact, by reason. */
  twice: Record<Reason, number>;
  /** Such messages that nothing explains, by the contact's id. */
  unexplained: Difference[];
  /** What was seen of the first of these contacts. */
  story: string[];
}

const LOST =
  /^(not in the table|abandoned, but not published|not quarantined|not conflicting|deliveries lost)$/;
const IN_BUCKET = ', but should not be';

export function judge(results: Results, expected: Expected, evidence: Evidence): Judgement {
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
    ...publishedAgain(results, evidence),
  };
}

function publishedAgain(
  { messages }: Pick<Results, 'messages'>,
  { exchanges, processEnds }: Evidence,
): Pick<Judgement, 'twice' | 'unexplained' | 'story'> {
  const twice: Judgement['twice'] = {
    'answer-lost': 0,
    'answer-late': 0,
    'completion-failed': 0,
    'process-ended': 0,
  };
  const unexplained: Difference[] = [];
  for (const [contactId, { length }] of byContact(messages)) {
    if (length === 1) continue;
    const ofContact = exchanges.filter((exchange) => exchange.contactId === contactId);
    const reasons = whyPublishedAgain(ofContact, (process) => processEnds.get(process));
    const seen = reasons.filter((reason) => reason !== undefined).slice(0, length - 1);
    for (const reason of seen) twice[reason]++;
    for (let missing = seen.length; missing < length - 1; missing++) {
      unexplained.push({
        aspect: 'published',
        kind: 'published again, and nothing explains it',
        id: contactId,
      });
    }
  }
  const first = unexplained[0]?.id;
  const story = storyOf(
    exchanges.filter(({ contactId }) => first !== undefined && contactId === first),
    (process) => processEnds.get(process),
  );
  return { twice, unexplained, story };
}
