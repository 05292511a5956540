import { createCustomer } from '../../../cli/forget/customer';
import { createIsTheirs } from '../../../cli/forget/examine-object';

const ID = 'c0000000-0000-4000-8000-000000000001';
const unknown = createCustomer({ numbers: [], emails: [], customerIds: [] });
const byNumber = createCustomer({ numbers: ['12065550199'], emails: [], customerIds: [] });
const aRecord = (text: string, contactId?: string, why?: string) => ({
  original: { data: Buffer.from(text), partitionKey: 'any', sequenceNumber: '1', arrival: 1 },
  contactId,
  ...(why !== undefined && { why }),
});

it.each([
  ['its id is forgotten', aRecord('any', ID), unknown, true],
  ['its id is another, although it names a forgotten one', aRecord(`"${ID}"`, 'another'), unknown, false],
  ['its id is another, although it names the customer', aRecord('+12065550199', 'another'), byNumber, false],
  ['it cannot be read, and names a forgotten id', aRecord(`{"ContactId":"${ID}", broken`), unknown, true],
  ['it cannot be read, and has a longer id', aRecord(`"${ID}2"`), unknown, false],
  ['it cannot be read, and names the customer', aRecord('{broken +12065550199'), byNumber, true],
  ['it cannot be read, and names neither', aRecord('{broken'), byNumber, false],
  ['it is packed and cannot be opened', aRecord('+12065550199', undefined, 'damaged'), byNumber, false],
])('decides whether a record belongs to the contacts when %s', (_, record, customer, isTheirs) => {
  expect(createIsTheirs([ID, 'a'], customer)(record)).toBe(isTheirs);
});

it('takes no short word of a payload for a contact id', () => {
  expect(createIsTheirs(['a'], unknown)(aRecord('a broken record'))).toBe(false);
});
