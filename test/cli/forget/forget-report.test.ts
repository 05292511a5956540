import { createBucketCounts } from '../../../cli/forget/clean-bucket';
import {
  countLeft,
  type Findings,
  formatDone,
  formatFindings,
  formatPlan,
  listRemains,
} from '../../../cli/forget/forget-report';

const contact = (contactId: string, overrides: Partial<Findings['contacts'][number]> = {}) => ({
  ...{ contactId, foundBy: '--contact', state: 'stored' as const, hasOtherEndpoint: false },
  ...overrides,
});
const findings = (overrides: Partial<Findings> = {}): Findings => ({
  ...{ contacts: [], naming: [], tombstones: 0, bucket: createBucketCounts() },
  ...overrides,
});

it('shows each contact, why it was found, and another endpoint', () => {
  const text = formatFindings(
    findings({
      contacts: [
        contact('a'),
        contact('b', { foundBy: 'next contact of a', state: 'not-stored' }),
        contact('c', { hasOtherEndpoint: true, state: 'forgotten' }),
      ],
    }),
  );

  expect(text).toContain('a  stored; --contact\n');
  expect(text).toContain('b  not stored; next contact of a\n');
  expect(text).toContain('c  forgotten already; --contact; ANOTHER ENDPOINT\n');
});

it('says before the question that contacts which are not stored get a tombstone', () => {
  const contacts = [
    contact('a'),
    contact('b', { state: 'not-stored' }),
    contact('c', { state: 'forgotten' }),
  ];

  const text = formatPlan(findings({ contacts }), 70);

  expect(text).toContain('Replaces 2 contacts by tombstones');
  expect(text).toContain('1 of them are not stored');
  expect(text).toContain('They may still publish a message.');
});

it('says that the deletion is not complete when the run ended early', () => {
  const done = { tombstones: [], bucket: createBucketCounts(), isComplete: false };

  expect(formatDone(done, 'r.json')).toContain('The deletion is NOT complete: run the same command again.');
  expect(formatDone({ ...done, isComplete: true }, 'r.json')).not.toContain('complete');
});

it('says until when the stream and the backups have the data', () => {
  const [stream, backups] = listRemains(Date.parse('2026-11-01T00:00:00Z'), 168);

  expect(stream?.until).toBe('2026-11-08T00:00Z');
  expect(backups?.until).toBe('2026-12-06T00:00Z');
});

it.each<[string, Partial<Findings>, number]>([
  ['a stored contact', { contacts: [contact('a')] }, 1],
  ['a tombstone', { contacts: [contact('a', { state: 'forgotten' })] }, 0],
  ['a contact that is not stored', { contacts: [contact('a', { state: 'not-stored' })] }, 0],
  ['a contact that names the customer', { naming: [{ contactId: 'a', foundBy: 'any' }] }, 1],
  ['an object', { bucket: { ...createBucketCounts(), theirs: 1 } }, 1],
  [
    'an unreadable object',
    { bucket: { ...createBucketCounts(), unreadable: [{ key: 'k', versionId: undefined, why: 'any' }] } },
    1,
  ],
])('checks: %s', (_, overrides, left) => {
  expect(countLeft(findings(overrides))).toBe(left);
});
