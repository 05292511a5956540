/** Uses the function's own ledger and store, so that a change of them fails here. */
import { marshall } from '@aws-sdk/util-dynamodb';
import { createDeadline } from '../../../lambda/contact-records/batch/deadline';
import { createLedger, type Put } from '../../../lambda/contact-records/steps/ledger';
import { createReadContact } from '../../../lambda/contact-records/steps/read-contact';
import { parseRequest, type Service } from '../../../local/chaos/requests';

const read = (service: Service, body: string) => parseRequest(service, {}, Buffer.from(body));
const deadline = createDeadline(() => 60_000);

it('distinguishes claim, completion and release', async () => {
  const bodies: string[] = [];
  const put: Put = ({ Item = {} }) => {
    bodies.push(JSON.stringify({ Item: marshall(Item) }));
    return Promise.resolve();
  };
  const ledger = createLedger('ledger', put, () => 1_000);
  const claimed = await ledger.claim('c-1', deadline);
  if (claimed.kind !== 'claimed') throw new Error('not claimed');
  await ledger.complete(claimed.claim, 'm-1', deadline);
  await ledger.release(claimed.claim, deadline);

  const seen = bodies.map((body) => read('dynamodb', body));
  expect(seen.map(({ operation }) => operation)).toEqual(['claim', 'complete', 'release']);
  expect(seen.map(({ contactId }) => contactId)).toEqual(['c-1', 'c-1', 'c-1']);
  expect(seen[1]?.messageId).toBe('m-1');
});

it('parses the put of a record as store', () => {
  const Item = marshall({ ContactId: 'c-1', LastUpdateTimestamp: '2024-03-11T03:41:32Z' });
  expect(read('dynamodb', JSON.stringify({ Item }))).toMatchObject({ operation: 'store', contactId: 'c-1' });
});

it('parses the read of a contact as read', async () => {
  const bodies: string[] = [];
  const readContact = createReadContact('records', (input) => {
    bodies.push(JSON.stringify(input));
    return Promise.resolve({});
  });

  await readContact('c-2', 'deciding', deadline);

  expect(read('dynamodb', bodies[0] ?? '')).toMatchObject({ operation: 'read', contactId: 'c-2' });
});

it('reads the contact id from a published message', () => {
  const body = new URLSearchParams({ Action: 'Publish', Message: '{"ContactId":"c-1"}' }).toString();
  expect(read('sns', body)).toMatchObject({ operation: 'publish', contactId: 'c-1' });
});

it.each<[Service, string]>([
  ['dynamodb', '{"TableName":"t"}'],
  ['dynamodb', 'not JSON'],
  ['sns', 'Action=ListTopics'],
])('%s %s is another operation', (service, body) => {
  expect(read(service, body).operation).toBe('other');
});

it("reads process and attempt from the SDK's headers", () => {
  const headers = {
    'user-agent': 'aws-sdk-js/3 app/process-3-PT-NO-OP-2.35.0-PTEnv-NA',
    'amz-sdk-request': 'attempt=2; max=3',
  };
  expect(parseRequest('s3', headers, Buffer.from(''))).toMatchObject({ process: 'process-3', attempt: 2 });
});
