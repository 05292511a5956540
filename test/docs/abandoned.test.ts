/** Compares `docs/abandoned.md` with the decision and with the decision table: each change on the page is decided. */
import { decideAbandoned } from '../../lambda/contact-records/contact-record/abandoned';
import { decideByNextContact } from '../../lambda/contact-records/contact-record/next-contact';
import type { ReadableContactRecord } from '../../lambda/contact-records/contact-record/model';
import { ABANDONED, aSurvey, NEXT_CONTACTS, NOT_ABANDONED } from '../decision-table';
import { aContactRecord } from '../factories';
import { jsonBlocksOf, tableIn } from '../markdown';

const PAGE = 'docs/abandoned.md';
/** The contacts that the page changes, as text: each row changes a copy. */
const [CONTACT = '', NEXT_CONTACT = ''] = jsonBlocksOf(PAGE).map((contact) => JSON.stringify(contact));

interface Row {
  readonly decision: string;
  readonly when: string;
  readonly change: string;
  readonly record: Record<string, unknown>;
}

/** Reads a row of the page. Each line of its last cell is a change. */
const readRow = ([decision = '', when = '', changes = '']: readonly string[], contact: string): Row[] =>
  changes
    .split('<br>')
    .flatMap(splitValues)
    .map((change) => ({ decision, when, change, record: changeContact(contact, change) }));

/** Splits a change that lists values: `Status: "A", "B"`. */
function splitValues(change: string): string[] {
  const [list = '', name = '', values = ''] = /`(\w+): ("\w+"(?:, "\w+")+)`/.exec(change) ?? [];
  if (list === '') return [change];
  return values.split(', ').map((value) => change.replace(list, `\`${name}: ${value}\``));
}

/** Changes a contact of the page: `Queue.Name: null`, `Agent: absent`. */
function changeContact(contact: string, change: string): Record<string, unknown> {
  const record = JSON.parse(contact) as Record<string, unknown>;
  for (const [, path = '', value = ''] of change.matchAll(/`([\w.]+): ([^`]+)`/g)) {
    const [name = '', parent] = path.split('.').reverse();
    const object = parent === undefined ? record : (record[parent] as Record<string, unknown>);
    object[name] = value === 'absent' ? undefined : (JSON.parse(value) as unknown);
  }
  return record;
}

/** Sorts decisions with their records, without titles. */
const sortDecisions = (rows: readonly { decision: string; record: unknown }[]): string[] =>
  rows.map(({ decision, record }) => `${decision} ${JSON.stringify(sortMembers(record))}`).sort();

const sortMembers = (value: unknown): unknown =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(
        Object.entries(value)
          .sort(([a], [b]) => (a < b ? -1 : 1))
          .map(([name, member]) => [name, sortMembers(member)]),
      )
    : value;

describe('one record', () => {
  const rows = [
    ...tableIn(PAGE, 'Abandoned').flatMap((cells) => readRow(['abandoned', ...cells], CONTACT)),
    ...tableIn(PAGE, 'Not abandoned').flatMap((cells) => readRow(cells, CONTACT)),
  ];

  it('begins with the contact that the tests change', () => {
    expect(JSON.parse(CONTACT)).toEqual(aContactRecord());
  });

  it.each(rows)('is $decision if $when: $change', ({ record, decision }) => {
    const decided = decideAbandoned(record as unknown as ReadableContactRecord);
    expect(decided.kind === 'not-abandoned' ? decided.reason : decided.kind).toBe(decision);
  });

  it('has every row of the decision table, and no other', () => {
    expect(sortDecisions(rows)).toEqual(
      sortDecisions([
        ...ABANDONED.map(([, fields]) => ({ decision: 'abandoned', record: aContactRecord(fields) })),
        ...NOT_ABANDONED.map(([decision, , fields]) => ({ decision, record: aContactRecord(fields) })),
      ]),
    );
  });
});

describe('the next contact', () => {
  const rows = tableIn(PAGE, 'The next contact decides').flatMap((cells) => readRow(cells, NEXT_CONTACT));
  const contact = aContactRecord({ NextContactId: 'c-2' }) as unknown as ReadableContactRecord;

  it.each(rows)('says $decision if $when: $change', ({ record, decision }) => {
    expect(decideByNextContact(contact, record as unknown as ReadableContactRecord)).toBe(decision);
  });

  it('has every row of the table of next contacts, and no other', () => {
    const complete = rows.map(({ decision, record }) => ({ decision, record: { ...aSurvey(), ...record } }));

    expect(sortDecisions(complete)).toEqual(
      sortDecisions(NEXT_CONTACTS.map(([decision, , fields]) => ({ decision, record: aSurvey(fields) }))),
    );
  });
});
