import { whomToCall } from '../../examples/callback-list/callback';
import { aContactRecord } from '../factories';

const decisionOn = (fields: Record<string, unknown>) => whomToCall(JSON.stringify(aContactRecord(fields)));
const phone = (Address: unknown) => ({ CustomerEndpoint: { Type: 'TELEPHONE_NUMBER', Address } });

it.each(['+12065550101', '+4930123456', '+290123456'])('%s is called', (number) => {
  expect(decisionOn(phone(number))).toMatchObject({ kind: 'call', callback: { Number: number } });
});

it.each<[string, Record<string, unknown>]>([
  ['no endpoint', { CustomerEndpoint: null }],
  ['an endpoint of another type', { CustomerEndpoint: { Type: 'EMAIL_ADDRESS', Address: '+12065550101' } }],
  ['no address', phone(null)],
  ['a word for a withheld number', phone('anonymous')],
  ['a number without its country', phone('2065550101')],
  ['more than a number', phone('+12065550101;ext=7')],
  ['a list of numbers', phone(['+12065550101'])],
])('no customer can be called with %s', (_what, fields) => {
  expect(decisionOn(fields)).toMatchObject({ kind: 'leave', because: 'no-number' });
});

it('a smoke test is left, although it has a number', () => {
  const decision = decisionOn({ ContactId: 'smoke-test-1' });
  expect(decision).toEqual({ kind: 'leave', contactId: 'smoke-test-1', because: 'smoke-test' });
});

it('a field that is missing or of another type costs no callback', () => {
  expect(decisionOn({ Queue: null, DisconnectTimestamp: 7 })).toEqual({
    kind: 'call',
    callback: {
      ContactId: 'c0000000-0000-4000-8000-000000000001',
      Number: '+12065550101',
      AbandonedAt: undefined,
      QueueName: undefined,
    },
  });
});

it.each([
  '+12065550101 is no JSON',
  '"+12065550101"',
  '["+12065550101"]',
  '{"ContactId":["+12065550101"]}',
  'null',
])('what is no contact record is an error that does not quote it: %s', (body) => {
  expect(() => whomToCall(body)).toThrow(/^the message (is not JSON|has no ContactId)$/);
});
