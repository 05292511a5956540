import fc from 'fast-check';
import {
  isContactId,
  isLastUpdateTimestamp,
  parseTimestampSeconds,
} from '../../../../lambda/contact-records/contact-record/version';

describe('a ContactId', () => {
  it.each(['c', 'c0000000-0000-4000-8000-000000000001', 'x'.repeat(256), '😀'.repeat(256)])(
    'may be %s',
    (id) => {
      expect(isContactId(id)).toBe(true);
    },
  );

  it.each([undefined, null, '', 'x'.repeat(257), '😀'.repeat(257), 7, {}, ['c']])('may not be %p', (id) => {
    expect(isContactId(id)).toBe(false);
  });
});

describe('a LastUpdateTimestamp', () => {
  it.each(['2024-02-29T00:00:00Z', '1999-12-31T23:59:59Z', '2018-11-05T09:32:11Z'])(
    'may be %s',
    (timestamp) => {
      expect(isLastUpdateTimestamp(timestamp)).toBe(true);
    },
  );

  it.each([
    ['a fraction, which would sort before the whole second', '2024-03-05T09:32:11.5Z'],
    ['milliseconds', '2024-03-05T09:32:11.000Z'],
    ['an offset', '2024-03-05T09:32:11+00:00'],
    ['no zone', '2024-03-05T09:32:11'],
    ['a day that does not exist', '2023-02-29T00:00:00Z'],
    ['a month that does not exist', '2023-13-01T00:00:00Z'],
    ['an hour that belongs to the next day', '2023-01-01T24:00:00Z'],
    ['a year of six digits, which would sort before all others', '+012024-03-03T09:32:11Z'],
    ['a leap second, which no clock of this field has', '2016-12-31T23:59:60Z'],
    ['a space around it', ' 2024-03-05T09:32:11Z'],
    ['a newline behind it', '2024-03-05T09:32:11Z\n'],
    ['lower case', '2024-03-05t09:32:11z'],
    ['other digits', '２０２４-03-05T09:32:11Z'],
    ['seconds since 1970', 1709631131],
    ['null', null],
    ['nothing', undefined],
  ])('may not have %s', (_what, timestamp) => {
    expect(isLastUpdateTimestamp(timestamp)).toBe(false);
  });

  it('is counted in whole seconds since 1970', () => {
    expect(parseTimestampSeconds('1970-01-01T00:01:05Z')).toBe(65);
  });

  it.each([undefined, null, 7, {}, ['2024-03-05T09:32:11Z']])('is no moment if it is %p', (value) => {
    expect(parseTimestampSeconds(value)).toBeUndefined();
  });

  it('orders versions as strings exactly as the instants are ordered', () => {
    const timestamp = fc
      .date({
        min: new Date('0000-01-01T00:00:00Z'),
        max: new Date('9999-12-31T23:59:59Z'),
        noInvalidDate: true,
      })
      .map((date) => `${date.toISOString().slice(0, 19)}Z`);
    fc.assert(
      fc.property(timestamp, timestamp, (a, b) => {
        expect(isLastUpdateTimestamp(a)).toBe(true);
        expect(a < b).toBe((parseTimestampSeconds(a) ?? NaN) < (parseTimestampSeconds(b) ?? NaN));
      }),
    );
  });
});
