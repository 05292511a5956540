/** Compares `docs/abandoned.md` with the decision and with the decision table: each row of the page is run. */
import { decideAbandoned } from '../../lambda/contact-records/contact-record/abandoned';
import { decideByNextContact } from '../../lambda/contact-records/contact-record/next-contact';
import type { ReadableContactRecord } from '../../lambda/contact-records/contact-record/model';
import { ABANDONED, aSurvey, NEXT_CONTACTS, NOT_ABANDONED } from '../decision-table';
import { aContactRecord } from '../factories';
import { jsonBlocksOf, tableIn } from '../markdown';

const PAGE = 'docs/abandoned.md';
/** As text: each row changes a copy of its own. */
const BASE = JSON.stringify(jsonBlocksOf(PAGE)[0]);

interface Row {
  readonly decision: string;
  readonly when: string;
  readonly record: Record<string, unknown>;
}

const rows: Row[] = [
  ...tableIn(PAGE, 'Abandoned').map(([when = '', change = '']) => ['abandoned', when, change] as const),
  ...tableIn(PAGE, 'Not abandoned').map(
    ([decision = '', when = '', change = '']) => [decision, when, change] as const,
  ),
]
  .flatMap(([decision, when, change]) => splitValues(when, change).map((row) => ({ decision, ...row })))
  .map(({ decision, when, change }) => ({ decision, when: `when ${when}`, ...given(change) }));

/** Splits a row that lists values: `Status: "A", "B"`. In its text, `…` is the value. */
function splitValues(when: string, change: string): { when: string; change: string }[] {
  const [, name = '', values = ''] = /`(\w+): ("\w+"(?:, "\w+")+)`/.exec(change) ?? [];
  if (values === '') return [{ when, change }];
  return values.split(', ').map((value) => ({
    when: when.replace('…', JSON.parse(value) as string),
    change: change.replace(`${name}: ${values}`, `${name}: ${value}`),
  }));
}

/** A contact of the page, changed as a cell says: `Queue.Name: null`, `Agent: absent`. */
function given(change = '', base = BASE): Pick<Row, 'record'> {
  const record = JSON.parse(base) as Record<string, unknown>;
  for (const [, path = '', value = ''] of change.matchAll(/`([\w.]+): ([^`]+)`/g)) {
    const [name = '', parent] = path.split('.').reverse();
    const object = parent === undefined ? record : (record[parent] as Record<string, unknown>);
    object[name] = value === 'absent' ? undefined : (JSON.parse(value) as unknown);
  }
  return { record };
}

it('begins with the contact that the tests change', () => {
  expect(JSON.parse(BASE)).toEqual(aContactRecord());
});

it.each(rows)('$decision $when', ({ record, decision }) => {
  const decided = decideAbandoned(record as unknown as ReadableContactRecord);
  expect(decided.kind === 'not-abandoned' ? decided.reason : decided.kind).toBe(decision);
});

it('has every row of the decision table, and no other', () => {
  expect(rows).toEqual([
    ...ABANDONED.map(([when, fields]) => ({ decision: 'abandoned', when, record: aContactRecord(fields) })),
    ...NOT_ABANDONED.map(([decision, when, fields]) => ({ decision, when, record: aContactRecord(fields) })),
  ]);
});

describe('the next contact', () => {
  const survey = JSON.stringify(jsonBlocksOf(PAGE)[1]);
  const nextRows = tableIn(PAGE, 'The next contact decides').map(([decision = '', when = '', change]) => ({
    decision,
    when: `when ${when}`,
    record: given(change, survey).record,
  }));
  const contact = aContactRecord({ NextContactId: 'c-2' }) as unknown as ReadableContactRecord;

  it.each(nextRows)('says $decision $when', ({ record, decision }) => {
    expect(decideByNextContact(contact, record as unknown as ReadableContactRecord)).toBe(decision);
  });

  it('has every row of the table of next contacts, and no other', () => {
    expect(nextRows.map(({ record, ...row }) => ({ ...row, record: { ...aSurvey(), ...record } }))).toEqual(
      NEXT_CONTACTS.map(([decision, when, fields]) => ({ decision, when, record: aSurvey(fields) })),
    );
  });
});
