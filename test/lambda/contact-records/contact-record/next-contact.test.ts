import fc from 'fast-check';
import { decideAbandoned } from '../../../../lambda/contact-records/contact-record/abandoned';
import type { ReadableContactRecord } from '../../../../lambda/contact-records/contact-record/model';
import {
  decideAmongContacts,
  decideByNextContact,
  DECIDING_FIELDS,
  findAbandonedPreviousId,
} from '../../../../lambda/contact-records/contact-record/next-contact';
import {
  ABANDONED,
  aSurvey,
  DEPENDS_ON_NEXT_CONTACT,
  NEXT_CONTACTS,
  NOT_ABANDONED,
} from '../../../decision-table';
import { aContactRecord } from '../../../factories';

const readable = (record: Record<string, unknown>) => record as unknown as ReadableContactRecord;
const contact = readable(aContactRecord({ NextContactId: 'c-2' }));

/** The record with the fields that are read from the table. */
const projected = (record: Record<string, unknown>) => {
  const fields = [...DECIDING_FIELDS].filter((field) => field in record);
  return readable(Object.fromEntries(fields.map((field) => [field, record[field]])));
};

describe('decideByNextContact', () => {
  it.each(NEXT_CONTACTS)('says %s %s', (decision, _when, fields) => {
    expect(decideByNextContact(contact, readable(aSurvey(fields)))).toBe(decision);
  });

  it('says awaiting when the next contact is not stored', () => {
    expect(decideByNextContact(contact, undefined)).toBe('awaiting');
  });

  it('says continued when the record is of another contact than NextContactId names', () => {
    expect(decideByNextContact(contact, readable(aSurvey({ ContactId: 'c-3' })))).toBe('continued');
  });

  it('finds the previous contact in each next contact that says abandoned', () => {
    for (const [decision, , fields] of NEXT_CONTACTS) {
      if (decision !== 'abandoned') continue;
      expect(findAbandonedPreviousId(readable(aSurvey(fields)))).toBe(contact.ContactId);
    }
  });
});

describe('findAbandonedPreviousId', () => {
  it.each([
    ['its own id', { PreviousContactId: 'c-2' }],
    ['a number', { PreviousContactId: 7 }],
    ['an id that is too long', { PreviousContactId: 'c'.repeat(257) }],
  ])('returns nothing when PreviousContactId is %s', (_what, fields) => {
    expect(findAbandonedPreviousId(readable(aSurvey(fields)))).toBeUndefined();
  });
});

describe('decideAmongContacts', () => {
  it.each([
    ['abandoned', aSurvey(), { kind: 'abandoned' }],
    ['continued', aSurvey({ InitiationMethod: 'TRANSFER' }), { kind: 'not-abandoned', reason: 'continued' }],
    ['awaiting', undefined, { kind: 'awaiting', nextContactId: 'c-2' }],
  ])('decides as the next contact says: %s', (_what, next, expected) => {
    const find = (id: string) => (id === 'c-2' && next ? readable(next) : undefined);

    expect(decideAmongContacts(contact, find)).toEqual(expected);
  });

  it('decides by the record alone when it does not depend on another', () => {
    const find = () => {
      throw new Error('read another contact');
    };

    expect(decideAmongContacts(readable(aContactRecord()), find)).toEqual({ kind: 'abandoned' });
    expect(decideAmongContacts(readable(aContactRecord({ Queue: null })), find)).toEqual({
      kind: 'not-abandoned',
      reason: 'never-queued',
    });
  });
});

describe('DECIDING_FIELDS', () => {
  const rows = [
    ...[...ABANDONED, ...DEPENDS_ON_NEXT_CONTACT].map(([, fields]) => fields),
    ...NOT_ABANDONED.map(([, , fields]) => fields),
  ].map((fields) => aContactRecord(fields));
  const nextContacts = NEXT_CONTACTS.map(([, , fields]) => aSurvey(fields));

  it('decide each row like the whole record', () => {
    for (const record of rows)
      expect(decideAbandoned(projected(record))).toEqual(decideAbandoned(readable(record)));
    for (const next of nextContacts) {
      expect(decideByNextContact(contact, projected(next))).toBe(
        decideByNextContact(contact, readable(next)),
      );
      expect(findAbandonedPreviousId(projected(next))).toBe(findAbandonedPreviousId(readable(next)));
    }
  });

  it('are each needed by a decision', () => {
    const decide = (leftOut: string) => {
      const without = (record: Record<string, unknown>) =>
        projected(Object.fromEntries(Object.entries(record).filter(([name]) => name !== leftOut)));
      return [
        ...rows.map((record) => JSON.stringify(decideAbandoned(without(record)))),
        ...nextContacts.map((next) => decideByNextContact(without(contact), without(next))),
      ];
    };

    for (const field of DECIDING_FIELDS) expect([field, decide(field)]).not.toEqual([field, decide('')]);
  });
});

it('never throws, whatever the types of the fields are', () => {
  const anyRecord = fc.dictionary(
    fc.constantFrom(...DECIDING_FIELDS),
    fc.anything({ withNullPrototype: true }),
  );

  fc.assert(
    fc.property(anyRecord, anyRecord, (one, other) => {
      const ids = { ContactId: 'c-1', LastUpdateTimestamp: '2024-03-05T09:32:11Z' };
      decideByNextContact({ ...one, ...ids }, { ...other, ...ids });
      decideAmongContacts({ ...one, ...ids }, () => ({ ...other, ...ids }));
      findAbandonedPreviousId({ ...one, ...ids });
    }),
  );
});
