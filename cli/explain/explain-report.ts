/** Formats explanations for a person. They contain only the values that `explain-decision.ts` selects. */
import { decideAmongContacts } from '../../lambda/contact-records/contact-record/next-contact';
import { formatCount, formatName, formatNumber, joinLines } from '../shared/format';
import { isOtherDocument, OTHER_DOCUMENTS } from '../shared/other-formats';
import type { LedgerEntry } from './contact-tables';
import type { ContactExplanation, RelatedContact } from './explain-contact';
import { type Decision, DECISIONS, explainDecision, type Field } from '../shared/explain-decision';
import type { AwaitingContact, AwaitingCounts } from './find-awaiting';
import type { FileContacts, FileVersion } from './read-contacts';

/** Formats the explanation of one contact; `versions` are its versions in a file. */
export function formatExplanation(explanation: ContactExplanation, versions: FileVersion[]): string {
  const { contactId, decision, previous, next, ledger, message } = explanation;
  return joinLines([
    formatRow('contact', formatName(contactId)),
    ...(versions.length > 0 ? formatVersions(versions) : [formatRow('stored', describeState(explanation))]),
    ...(decision ? formatDecision(decision) : []),
    ...(decision ? formatRelated('previous', previous) : []),
    ...(decision ? formatRelated('next', next) : []),
    ...(ledger ? [formatRow('ledger', describeLedger(ledger))] : []),
    formatRow('message', message),
  ]);
}

function describeState({ state, reason, lastUpdateTimestamp }: ContactExplanation): string {
  switch (state) {
    case 'stored':
      return `version ${lastUpdateTimestamp ?? ''}`;
    case 'not-stored':
      return 'no: it expired or was deleted; the ledger still has its entry';
    case 'forgotten':
      return 'no: it was forgotten. A tombstone prevents later deliveries from being stored or published';
    case 'quarantined':
      return `no: the pipeline quarantines it (${reason ?? ''})`;
  }
}

/** Formats each version with its own decision. It may have been published before a newer version came. */
function formatVersions(versions: FileVersion[]): string[] {
  return versions.map((version, index) => {
    const { record, place, copies, conflicting } = version;
    const own = explainDecision(record, { kind: 'not-stored' });
    const notes = [
      index === versions.length - 1 && 'newest',
      copies > 0 && `delivered ${formatCount(copies + 1, 'time')}`,
      conflicting > 0 &&
        `${formatNumber(conflicting)} with other content in the same second: the first is kept`,
      index < versions.length - 1 && `by itself ${formatKind(own)}`,
    ].filter((note) => note !== false);
    const where = `${formatName(place.name)}:${place.line}`;
    return formatRow(
      index === 0 ? 'versions' : '',
      `${record.LastUpdateTimestamp}  ${where}  ${notes.join('; ')}`,
    );
  });
}

const formatKind = ({ kind, reason }: Pick<Decision, 'kind' | 'reason'>) =>
  `${kind.replace('-', ' ')}${reason === undefined ? '' : ` (${reason})`}`;

const formatDecision = (decision: Decision): string[] => [
  formatRow('decision', `${formatKind(decision)}: ${decision.says}`),
  ...formatFields(decision.fields),
  formatRow('', 'The whole rule: docs/abandoned.md'),
];

const formatFields = (fields: readonly Field[]): string[] =>
  fields.map(({ name, state, value }) =>
    formatRow('', `  ${name.padEnd(32)}${value === undefined ? state : formatName(value)}`),
  );

function formatRelated(word: string, related: RelatedContact | undefined): string[] {
  if (!related) return [formatRow(word, 'none')];
  const { contactId, state, decision, says, fields } = related;
  const id = contactId === undefined ? '' : `${formatName(contactId)}, `;
  return [
    formatRow(word, `${id}${state.replace('-', ' ')}${decision === undefined ? '' : `: ${decision}`}`),
    ...says.map((sentence) => formatRow('', sentence)),
    ...formatFields(fields),
  ];
}

function describeLedger(ledger: LedgerEntry | { kind: 'none' }): string {
  switch (ledger.kind) {
    case 'published':
      return `published ${ledger.publishedAt}, message id ${ledger.messageId}`;
    case 'claimed':
      return `claimed ${ledger.claimedAt}, not completed; ${
        ledger.leaseEndsAt === undefined ? 'given up' : `the lease ends ${ledger.leaseEndsAt}`
      }`;
    case 'none':
      return 'no entry';
  }
}

export interface DecisionGroup extends Pick<Decision, 'kind' | 'reason' | 'says'> {
  contacts: number;
  contactIds?: string[];
}

/** Groups all contacts of the files by decision, the most frequent first. */
export function groupByDecision({ newest }: FileContacts, showIds: boolean): DecisionGroup[] {
  const groups = Map.groupBy(newest.values(), (record) => {
    const decision = decideAmongContacts(record, (contactId) => newest.get(contactId));
    return decision.kind === 'not-abandoned' ? decision.reason : decision.kind;
  });
  return Array.from(groups, ([decision, records]): DecisionGroup => ({
    ...(decision === 'abandoned' || decision === 'awaiting'
      ? { kind: decision }
      : { kind: 'not-abandoned', reason: decision }),
    ...{ contacts: records.length, says: DECISIONS[decision] },
    ...(showIds && { contactIds: records.map(({ ContactId }) => ContactId) }),
  })).sort((a, b) => b.contacts - a.contacts);
}

export const formatGroups = (groups: DecisionGroup[]): string =>
  joinLines([
    `${'decision'.padEnd(GROUP_WIDTH)}${'contacts'.padStart(10)}`,
    ...groups.flatMap((group) => [
      `${formatKind(group).padEnd(GROUP_WIDTH)}${formatNumber(group.contacts).padStart(10)}  ${group.says}`,
      ...(group.contactIds ?? []).map((id) => `  ${formatName(id)}`),
    ]),
  ]);
const GROUP_WIDTH = 34;

/** Formats the documents and files that are not among the contacts. */
export const formatSkipped = ({ skipped, unreadable }: FileContacts): string =>
  joinLines([
    ...Array.from(skipped, ([reason, { count, first }]) => {
      const why = isOtherDocument(reason) ? OTHER_DOCUMENTS[reason] : reason;
      return `${formatCount(count, 'document')} skipped (${why}), the first at ${formatName(first.name)}:${first.line}`;
    }),
    ...unreadable.map(({ name, why }) => `${formatName(name)} can't be read: ${why}`),
  ]);

export const formatAwaiting = ({ contactId, nextContactId, because }: AwaitingContact): string =>
  `${formatName(contactId)}  next ${formatName(nextContactId)}  ${because}\n`;

export const formatAwaitingCount = (
  { awaiting, dependent, scanned }: AwaitingCounts,
  isComplete: boolean,
): string =>
  `${formatCount(awaiting, 'contact')} awaiting, of ${formatNumber(dependent)} that depend on a next contact, ` +
  `of ${formatNumber(scanned)}${isComplete ? '' : ' that were read before it ended early'}.\n`;

const formatRow = (word: string, text: string) => `${word.padEnd(10)}${text}`;
