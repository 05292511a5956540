/** The page on what "abandoned" means, held against the decision and its table: each row is run as it is written there. */
import { decideAbandoned } from '../../lambda/contact-records/contact-record/abandoned';
import type { ReadableContactRecord } from '../../lambda/contact-records/contact-record/model';
import { ABANDONED, NOT_ABANDONED } from '../decision-table';
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
  ...tableIn(PAGE, 'Abandoned').map(([when = '', differs]) => ({
    decision: 'abandoned',
    when,
    ...given(differs),
  })),
  ...tableIn(PAGE, 'Not abandoned').map(([decision = '', when = '', differs]) => ({
    decision,
    when,
    ...given(differs),
  })),
];

/** The contact of the page, changed as a cell says: `Queue.Name: null`, `Agent: absent`. */
function given(differs = ''): Pick<Row, 'record'> {
  const record = JSON.parse(BASE) as Record<string, unknown>;
  for (const [, path = '', value = ''] of differs.matchAll(/`([\w.]+): ([^`]+)`/g)) {
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
