import { createSmokeRecord } from '../../../cli/smoke/smoke-record';
import { decideAbandoned } from '../../../lambda/contact-records/contact-record/abandoned';
import { findDrift } from '../../../lambda/contact-records/contact-record/drift';
import { decoded } from '../../factories';

const NOW = Date.parse('2026-03-05T09:30:00.999Z');

describe.each([true, false])('abandoned: %s', (isAbandoned) => {
  const record = createSmokeRecord(NOW, isAbandoned);

  it('has the format of Connect: the function accepts it, and reports no drift', () => {
    expect(decoded(record)).toMatchObject({ kind: 'contact-record' });
    expect(findDrift(record)).toEqual([]);
  });

  it('is abandoned only when requested', () => {
    expect(decideAbandoned(record).kind).toBe(isAbandoned ? 'abandoned' : 'not-abandoned');
  });

  it('is marked as a test, and has numbers that reach no person', () => {
    expect(record.ContactId).toMatch(/^smoke-test-[0-9a-f-]{36}$/);
    expect(record.Attributes).toEqual({ 'contact-record-pipeline': 'smoke test' });
    const numbers = JSON.stringify(record).match(/\+\d+/g) ?? [];
    expect(numbers).toHaveLength(2);
    // The numbers 555-0100 to 555-0199 are reserved for fiction.
    for (const number of numbers) expect(number).toMatch(/^\+1\d{3}55501\d{2}$/);
  });

  it('has the current time, so that it is published with any limit on the age', () => {
    expect(record).toMatchObject({
      InitiationTimestamp: '2026-03-05T09:27:00Z',
      DisconnectTimestamp: '2026-03-05T09:28:00Z',
      LastUpdateTimestamp: '2026-03-05T09:30:00Z',
    });
  });
});

it('has a contact id of its own in each test', () => {
  expect(createSmokeRecord(NOW, true).ContactId).not.toBe(createSmokeRecord(NOW, true).ContactId);
});
