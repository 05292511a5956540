import {
  hasEndedLongerAgoThan,
  getExpirySeconds,
} from '../../../../lambda/contact-records/contact-record/age';
import { aContactRecord, aQueue, decoded } from '../../../factories';

const recordOf = (fields: Record<string, unknown>) => decoded(aContactRecord(fields)).record;
const at = (timestamp: string): number => Date.parse(timestamp);

describe('a contact ended longer ago than two hours', () => {
  const DISCONNECTED = { DisconnectTimestamp: '2024-03-05T09:00:00Z' };
  const DEQUEUED = { DisconnectTimestamp: null, Queue: aQueue({ DequeueTimestamp: '2024-03-05T08:00:00Z' }) };

  it.each([
    ['two hours after its end, to the millisecond', DISCONNECTED, '2024-03-05T11:00:00.000Z', false],
    ['a millisecond later', DISCONNECTED, '2024-03-05T11:00:00.001Z', true],
    ['before its end, as clocks differ', DISCONNECTED, '2024-03-05T08:59:59Z', false],
    ['by when it left the queue, if that is all there is', DEQUEUED, '2024-03-05T10:00:00.001Z', true],
    ['and no earlier than that', DEQUEUED, '2024-03-05T10:00:00.000Z', false],
    ['by its end where it has both', { ...DEQUEUED, ...DISCONNECTED }, '2024-03-05T10:30:00Z', false],
  ])('%s', (_what, fields, now, expected) => {
    expect(hasEndedLongerAgoThan(2, recordOf(fields), at(now))).toBe(expected);
  });

  it.each([
    ['text', { DisconnectTimestamp: 'yesterday', Queue: aQueue({ DequeueTimestamp: 7 }) }],
    ['a fraction', { DisconnectTimestamp: '2024-03-05T09:00:00.000Z', Queue: null }],
    ['nothing', { DisconnectTimestamp: undefined, Queue: [] }],
  ])('is not said of one whose end is %s: a customer too many is called back rather', (_what, fields) => {
    expect(hasEndedLongerAgoThan(2, recordOf(fields), at('2034-01-01T00:00:00Z'))).toBe(false);
  });
});

describe('a record is kept for thirty days', () => {
  const TIMES = {
    DisconnectTimestamp: '2024-03-01T00:00:03Z',
    InitiationTimestamp: '2024-03-01T00:00:02Z',
    LastUpdateTimestamp: '2024-03-01T00:00:01Z',
  };

  it.each([
    ['from the contact’s end', TIMES, 3],
    ['from its beginning where there is no end', { ...TIMES, DisconnectTimestamp: null }, 2],
    ['from its beginning where the end can’t be read', { ...TIMES, DisconnectTimestamp: '2024-03-01' }, 2],
    [
      'from this version where it has neither',
      { ...TIMES, DisconnectTimestamp: null, InitiationTimestamp: 7 },
      1,
    ],
  ])('%s', (_what, fields, second) => {
    expect(getExpirySeconds(30, recordOf(fields))).toBe(at('2024-03-31T00:00:00Z') / 1_000 + second);
  });

  it('and no longer because it was updated', () => {
    const updated = { ...TIMES, LastUpdateTimestamp: '2024-03-20T00:00:00Z' };
    expect(getExpirySeconds(30, recordOf(updated))).toBe(getExpirySeconds(30, recordOf(TIMES)));
  });
});
