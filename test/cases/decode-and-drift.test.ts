import { findDrift } from '../../lambda/contact-records/contact-record/drift';
import { marshal } from '../../lambda/contact-records/json/marshal';
import { decode } from '../../lambda/contact-records/steps/decode';
import { decoded } from '../factories';
import { readCase } from './read-case';

const CONTACT_RECORDS = [
  ...['answering-machines', 'customer-first-callback', 'disconnect-reasons', 'fields-of-2026'],
  ...['survey-after-chat', 'task-paused', 'voicemail-in-queue'],
];

it.each(CONTACT_RECORDS)('keeps every field when the case is %s', (name) => {
  for (const text of readCase(name)) {
    const { record, item } = decoded(text);

    expect(record).toEqual(JSON.parse(text));
    expect(Object.keys(item)).toEqual(Object.keys(record));
  }
});

it.each(CONTACT_RECORDS)('finds no drift when the case is %s', (name) => {
  const drift = readCase(name).map((text) => findDrift(decoded(text).record));

  expect(drift.flat()).toEqual([]);
});

it('keeps the digits when a quality score is a long fraction', () => {
  const [text = ''] = readCase('fields-of-2026');

  const item = marshal(decoded(text).item);

  expect(item.QualityMetrics?.M?.Agent?.M?.Audio?.M?.QualityScore).toEqual({ N: '4.349999904632568' });
});

it('ignores the events and reads the contact record when EventBridge writes to the same stream', () => {
  const results = readCase('eventbridge-in-the-stream').map((text) =>
    decode(Buffer.from(text).toString('base64')),
  );

  expect(results.map(({ kind }) => kind)).toEqual(['ignored', 'contact-record', 'ignored']);
});
