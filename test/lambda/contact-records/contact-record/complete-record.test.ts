import { createCompleteRecord } from '../../../../lambda/contact-records/contact-record/complete-record';
import { findDrift } from '../../../../lambda/contact-records/contact-record/drift';
import { contactRecord } from '../../../../lambda/contact-records/contact-record/model';

const isNothing = (value: unknown) =>
  value === null || value === undefined || value === '' || (Array.isArray(value) && value.length === 0);

describe('the complete contact record', () => {
  it('has every field of the model', () => {
    const record = createCompleteRecord();

    expect(Object.keys(record)).toEqual(Object.keys(contactRecord.shape));
  });

  it('has no value that is null, absent, an empty text or an empty list, at any depth', () => {
    const values: unknown[] = [];
    JSON.stringify(createCompleteRecord(), (_, value: unknown) => values.push(value) && value);

    expect(values.filter((value) => isNothing(value))).toEqual([]);
    expect(values.length).toBeGreaterThan(100);
  });

  it('is as the model describes it', () => {
    expect(findDrift(createCompleteRecord())).toEqual([]);
  });
});
