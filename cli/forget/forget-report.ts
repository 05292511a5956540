/** Formats the output for a person. It shows ids, keys, times and counts, and no value of the customer. */
import { formatCount, formatDuration, formatName, joinLines } from '../shared/format';
import type { BucketCounts } from './clean-bucket';
import type { FoundContact, Seed } from './follow-links';
import type { WrittenTombstone } from './write-tombstones';

export interface Findings {
  contacts: FoundContact[];
  /** Other contacts that name the customer in another field. */
  naming: Seed[];
  tombstones: number;
  bucket: BucketCounts;
}

const STATES: Record<FoundContact['state'], string> = {
  stored: 'stored',
  'not-stored': 'not stored',
  forgotten: 'forgotten already',
};

/** Formats the contacts and objects that were found. */
export function formatFindings({ contacts, naming, tombstones, bucket }: Findings): string {
  return joinLines([
    ...contacts.map(
      ({ contactId, state, foundBy, hasOtherEndpoint }) =>
        `${formatName(contactId)}  ${STATES[state]}; ${foundBy}${hasOtherEndpoint ? '; ANOTHER ENDPOINT' : ''}`,
    ),
    ...(naming.length > 0 ? ['', ...formatNaming(naming)] : []),
    '',
    `${formatCount(contacts.length, 'contact')} found; ${formatCount(tombstones, 'contact')} forgotten before`,
    `${formatCount(bucket.theirs, 'object version')} with their records in the bucket, of ${bucket.examined}; ` +
      `${formatCount(bucket.others, 'record')} of others in them`,
    ...formatUnreadable(bucket),
  ]);
}

/** Formats what the run will do. The command prints this before it asks for confirmation. */
export function formatPlan({ contacts, bucket }: Findings, waitSeconds: number): string {
  const toWrite = contacts.filter(({ state }) => state !== 'forgotten');
  const notStored = toWrite.filter(({ state }) => state === 'not-stored').length;
  const others = contacts.filter(({ hasOtherEndpoint }) => hasOtherEndpoint).length;
  return joinLines([
    '',
    `Replaces ${formatCount(toWrite.length, 'contact')} by tombstones${notStored > 0 ? `; ${notStored} of them are not stored, and no later delivery will be stored` : ''}.`,
    ...(others > 0
      ? [
          `${formatCount(others, 'contact')} have ANOTHER ENDPOINT: check them, or leave links out with --exact.`,
        ]
      : []),
    `Waits up to ${formatDuration(waitSeconds)} for running invocations. They may still publish a message.`,
    `Deletes ${formatCount(bucket.theirs, 'object version')} and any later ones; first puts ${formatCount(bucket.others, 'record')} of`,
    'others into their stream: the function stores them, and publishes those that are abandoned and not yet published.',
    'This cannot be undone.',
  ]);
}

export interface Done {
  tombstones: WrittenTombstone[];
  bucket: BucketCounts;
  isComplete: boolean;
}

/** Formats what the run did, even if it failed. */
export const formatDone = ({ tombstones, bucket, isComplete }: Done, receipt: string): string =>
  joinLines([
    '',
    `${formatCount(tombstones.length, 'tombstone')} written, ${formatCount(bucket.deleted, 'object version')} deleted, ` +
      `${formatCount(bucket.others, 'record')} of others redriven`,
    ...formatUnreadable(bucket),
    `receipt: ${formatName(receipt)}`,
    ...(isComplete ? [] : ['The deletion is NOT complete: run the same command again.']),
  ]);

export interface Remains {
  /** Where data remains, and until when. */
  what: string;
  until: string;
}

/** Point-in-time recovery covers these days. */
const BACKUP_DAYS = 35;
const HOUR_MS = 3_600_000;

/** Lists what this command cannot delete. */
export function listRemains(now: number, retentionHours: number | undefined): Remains[] {
  const streamUntil =
    retentionHours === undefined ? 'the end of its retention' : formatInstant(now + retentionHours * HOUR_MS);
  return [
    { what: 'the stream: run the same command once more after that', until: streamUntil },
    { what: 'backups of the table', until: formatInstant(now + BACKUP_DAYS * 24 * HOUR_MS) },
    { what: 'ids and times in the ledger', until: '24 months after the message' },
    { what: 'ids in logs', until: 'the end of their retention' },
    { what: 'messages at subscribers, and your own copies', until: 'their owners delete them' },
  ];
}

export const formatRemains = (remains: Remains[]): string =>
  joinLines(['', 'What remains:', ...remains.map(({ what, until }) => `  ${what}, until ${until}`)]);

/** Formats whether data of the customer was found. */
export function formatCheck(findings: Findings): string {
  const left = countLeft(findings);
  return joinLines(['', left === 0 ? 'No data was found.' : `${formatCount(left, 'finding')}: see above.`]);
}

/** Counts the findings of `--check`. Tombstones and contacts that are not stored do not count. */
export const countLeft = ({ contacts, naming, bucket }: Findings): number =>
  contacts.filter(({ state }) => state === 'stored').length +
  naming.length +
  bucket.theirs +
  bucket.unreadable.length;

const formatNaming = (naming: Seed[]): string[] => [
  `${formatCount(naming.length, 'contact')} of others name the customer, and are kept; --naming includes them:`,
  ...naming.map(({ contactId, foundBy }) => `  ${formatName(contactId)}  ${foundBy}`),
];

const formatUnreadable = ({ unreadable }: BucketCounts): string[] =>
  unreadable.length === 0
    ? []
    : [
        `${formatCount(unreadable.length, 'object version')} can't be read, so the customer is unknown; check each of them:`,
        ...unreadable.map(
          ({ key, versionId, why }) =>
            `  ${formatName(key)}${versionId === undefined ? '' : ` (version ${formatName(versionId)})`}: ${why}`,
        ),
      ];

const formatInstant = (milliseconds: number) => `${new Date(milliseconds).toISOString().slice(0, 16)}Z`;
