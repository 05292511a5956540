import { createCustomer, type Identifiers, normalizeNumber } from '../../../cli/forget/customer';
import { aContactRecord } from '../../factories';

const aCustomer = (identifiers: Partial<Identifiers>) =>
  createCustomer({ numbers: [], emails: [], customerIds: [], ...identifiers });
const byNumber = aCustomer({ numbers: ['12065550199'] });
const byEmail = aCustomer({ emails: ['Ann.Lee+1@example.com'] });
const byId = aCustomer({ customerIds: ['42'] });
const withQuotes = aCustomer({ customerIds: ['a "B"'] });
const withBackslash = aCustomer({ customerIds: ['a\\b'] });

it.each([
  ['+1 (206) 555-0199', '12065550199'],
  ['0012065550199', '12065550199'],
  ['+49 (0)30 1234567', '49301234567'],
])('normalizes %s', (written, digits) => {
  expect(normalizeNumber(written)).toBe(digits);
});

it.each([
  ['the number of its endpoint', byNumber, { CustomerEndpoint: { Address: '+12065550199' } }, true],
  ['another number', byNumber, { CustomerEndpoint: { Address: '+12065550198' } }, false],
  ['the number without its country code', byNumber, { CustomerEndpoint: { Address: '2065550199' } }, false],
  ['the number as the one that was called', byNumber, { SystemEndpoint: { Address: '+12065550199' } }, false],
  ['the address in capitals', byEmail, { CustomerEndpoint: { Address: 'ANN.LEE+1@EXAMPLE.COM' } }, true],
  ['the id of the customer', byId, { CustomerId: '42' }, true],
  ['a longer id', byId, { CustomerId: '421' }, false],
  ['an endpoint of another type', byNumber, { CustomerEndpoint: 'a text' }, false],
  ['no endpoint', byNumber, { CustomerEndpoint: null }, false],
])('decides by %s whether it is the customer’s contact', (_, customer, fields, isOwned) => {
  expect(customer.owns(aContactRecord({ CustomerEndpoint: null, ...fields }))).toBe(isOwned);
});

it.each([
  ['the number', byNumber, { phone: '+12065550199' }],
  ['the number as people write it', byNumber, { phone: 'call (206) 555-0199 after 5' }],
  ['the number among others', byNumber, { phones: '+12065550100 +12065550199 +12065550101' }],
  ['the number without its country code', byNumber, { phone: '206.555.0199' }],
  ['the number over two lines', byNumber, { note: '+1 206\n555 0199' }],
  ['the number with 00', byNumber, { phone: '001 206 555 0199' }],
  ['the number in a URI', byNumber, { uri: 'sip:+12065550199@example.com' }],
  ['the number as a number', byNumber, { phone: 12065550199 }],
  ['the number in a list, deep', byNumber, { a: [{ b: ['+12065550199'] }] }],
  ['the number in the name of a field', byNumber, { 'tel-+12065550199': 'x' }],
  ['the number in an attribute value of DynamoDB', byNumber, { a: { M: { b: { S: '+12065550199' } } } }],
  ['the address in a text', byEmail, { note: 'Write to ann.lee+1@example.com.' }],
  ['the id as a whole text', byId, { customer: '42' }],
  ['an id with quotes', withQuotes, { customer: 'a "B"' }],
  ['the id in JSON in a text', byId, { json: '{"customer":"42"}' }],
  ['an id with quotes in JSON in a text', withQuotes, { json: JSON.stringify({ customer: 'a "B"' }) }],
  ['an id with a backslash in JSON in a text', withBackslash, { json: JSON.stringify(['a\\b']) }],
  ['an id with a backslash as a whole text', withBackslash, { customer: 'a\\b' }],
  ['the number with (0) in its last digits', aCustomer({ numbers: ['4930123'] }), { phone: '+49 30(0)123' }],
  ['the number over two pages', byNumber, { note: '+1 206\f555\v0199' }],
])('finds %s in any field', (_, customer, value) => {
  expect(customer.isNamedIn(value)).toBe(true);
});

it.each([
  ['a number with another end', byNumber, { phone: '+12065550198' }],
  ['the last seven digits', byNumber, { phone: '555-0199' }],
  ['a longer number', byNumber, { phone: '120655501990', other: '912065550199' }],
  ['the national digits of another country', byNumber, { phone: '+44 206 555 0199' }],
  ['a time', byNumber, { at: '2024-03-05T09:31:04Z' }],
  ['a longer address', byEmail, { note: 'joann.lee+1@example.com' }],
  ['an address of a longer domain', byEmail, { note: 'ann.lee+1@example.community' }],
  ['the id within a longer text', byId, { customer: '1421' }],
  ['nothing', byNumber, null],
  ['anything without a customer', aCustomer({}), { phone: '+12065550199' }],
])('does not find the customer in %s', (_, customer, value) => {
  expect(customer.isNamedIn(value)).toBe(false);
});

it('decides quickly on a text that repeats (0)', () => {
  const customer = aCustomer({ numbers: ['4930000009'] });
  const startedAt = performance.now();

  const isNamed = customer.isNamedIn({ note: '(0)'.repeat(200) });

  expect(isNamed).toBe(false);
  expect(performance.now() - startedAt).toBeLessThan(1_000);
});
