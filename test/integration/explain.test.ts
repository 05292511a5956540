/** `npm run explain` as an operator runs it: another process, against the tables that the bundled function has filled. */
import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { TOMBSTONE_ATTRIBUTE } from '../../lambda/contact-records/contact-record/own-attributes';
import { aContactRecord } from '../factories';
import { type BundledFunction, bundledFunction } from './bundled-function';
import { aCommand } from './command';
import { clients } from './emulators';

jest.setTimeout(120_000);

let bundled: BundledFunction;

/** Previous and next contact, by their ids. */
const aPair = (contactId: string, nextContactId: string, InitiationMethod: string) => [
  aContactRecord({ ContactId: contactId, NextContactId: nextContactId }),
  aContactRecord({
    ...{ ContactId: nextContactId, PreviousContactId: contactId, InitiationMethod, Queue: null },
  }),
];

beforeAll(async () => {
  bundled = await bundledFunction('explain');
  await bundled.process([
    [
      aContactRecord({ ContactId: 'published' }),
      aContactRecord({ ContactId: 'awaiting', NextContactId: 'never-delivered' }),
      ...aPair('surveyed', 'survey', 'DISCONNECT'),
      ...aPair('continued', 'transfer', 'TRANSFER'),
    ],
  ]);
  await clients.dynamodb.send(
    new PutItemCommand({
      TableName: bundled.stack.names.recordsTable,
      Item: {
        ContactId: { S: 'forgotten' },
        LastUpdateTimestamp: { S: '9999-12-31T23:59:59Z' },
        [TOMBSTONE_ATTRIBUTE]: { BOOL: true },
      },
    }),
  );
});
afterAll(() => bundled.stop());

/** By names. */
const explain = (...args: string[]) => {
  const { recordsTable, ledgerTable } = bundled.stack.names;
  return aCommand('explain', ['--table', recordsTable, '--ledger', ledgerTable, ...args]).ended;
};

async function explainAsJson(contactId: string): Promise<unknown> {
  const { status, output, errors } = await explain('--contact', contactId, '--json');
  expect({ status, errors }).toEqual({ status: 0, errors: '' });
  return (JSON.parse(output) as { contact: unknown }).contact;
}

it('explains a published contact with its ledger entry', async () => {
  const { status, output, errors } = await explain('--contact', 'published');

  expect({ status, errors }).toEqual({ status: 0, errors: '' });
  expect(output).toMatch(
    /^contact {3}published\nstored {4}version 2024-03-05T09:32:11Z\ndecision {2}abandoned: /,
  );
  expect(output).toMatch(/^ledger {4}published \d{4}-[\d-]+T[\d:.]+Z, message id \S+$/m);
  expect(output).toMatch(/^message {3}Its message was published\.$/m);
  expect(output).not.toContain('+12065550101');
});

it.each([
  [
    'awaiting',
    {
      decision: { kind: 'awaiting' },
      next: { contactId: 'never-delivered', state: 'not-stored', decision: 'awaiting' },
      ledger: { kind: 'none' },
    },
  ],
  [
    'surveyed',
    {
      decision: { kind: 'abandoned' },
      next: { contactId: 'survey', decision: 'abandoned' },
      ledger: { kind: 'published', messageId: expect.any(String) as unknown },
    },
  ],
  [
    'survey',
    { decision: { reason: 'never-queued' }, previous: { contactId: 'surveyed', decision: 'abandoned' } },
  ],
  [
    'continued',
    {
      decision: { kind: 'not-abandoned', reason: 'continued' },
      next: { contactId: 'transfer', decision: 'continued' },
      ledger: { kind: 'none' },
    },
  ],
  ['forgotten', { state: 'forgotten', ledger: { kind: 'none' }, message: 'No message was published.' }],
])('explains the contact %s as a program reads it', async (contactId, expected) => {
  expect(await explainAsJson(contactId)).toMatchObject({ contactId, ...expected });
});

it('reports one sentence when the contact does not exist', async () => {
  const { status, output, errors } = await explain('--contact', 'unknown');

  expect({ status, output }).toEqual({ status: 1, output: '' });
  expect(errors).toMatch(
    /^There is no contact unknown in \S+ \(us-east-1\): check that the id is correct and complete\.\n$/,
  );
});

it('shows the cost before it scans for awaiting contacts', async () => {
  const { status, output, errors } = await explain('--awaiting', '--yes', '--segments', '3');

  expect(status).toBe(0);
  expect(output).toBe(
    'awaiting  next never-delivered  It is not stored: not delivered yet, quarantined, expired or deleted.\n' +
      '1 contact awaiting, of 3 that depend on a next contact, of 7.\n',
  );
  expect(errors).toMatch(
    /^The command reads the whole table \S+, 3 parts at the same time:\n {2}items {2}\d/,
  );
});

it('reads nothing when there is no terminal and no --yes', async () => {
  expect(await explain('--awaiting')).toEqual({
    ...{ status: 2, output: '' },
    errors:
      'The command asks before it reads a whole table, and there is no terminal: give --yes to run without the question.\n',
  });
});

it('finds the tables by the name of the stack', async () => {
  const { recordsTable, ledgerTable } = bundled.stack.names;
  const outputs = { RecordsTableName: recordsTable, LedgerTableName: ledgerTable };
  const members = Object.entries(outputs).map(
    ([key, value]) => `<member><OutputKey>${key}</OutputKey><OutputValue>${value}</OutputValue></member>`,
  );
  const endpoint = await bundled.aService((_request, response) => {
    response.writeHead(200, { 'Content-Type': 'text/xml' })
      .end(`<DescribeStacksResponse><DescribeStacksResult><Stacks><member><StackName>a-stack</StackName>
        <Outputs>${members.join('')}</Outputs></member></Stacks></DescribeStacksResult></DescribeStacksResponse>`);
  });

  const environment = { AWS_ENDPOINT_URL_CLOUDFORMATION: endpoint };
  const { status, output } = await aCommand(
    'explain',
    ['--stack', 'a-stack', '--contact', 'published'],
    environment,
  ).ended;

  expect(status).toBe(0);
  expect(output).toContain('Its message was published.');
});

it('names the call when a read is denied', async () => {
  const endpoint = await bundled.aService((_request, response) => {
    response.writeHead(400, { 'Content-Type': 'application/x-amz-json-1.0' });
    response.end('{"__type":"com.amazon.coral.service#AccessDeniedException","message":"CANARY"}');
  });

  const args = ['--table', 'a-table', '--ledger', 'a-ledger', '--contact', 'c-1'];
  const ended = await aCommand('explain', args, { AWS_ENDPOINT_URL_DYNAMODB: endpoint }).ended;

  expect(ended).toEqual({
    ...{ status: 1, output: '' },
    errors:
      "dynamodb:GetItem failed (AccessDeniedException): the credentials lack dynamodb:GetItem, or the use of the stack's key.\n",
  });
});

describe('a file', () => {
  it('is counted by decision', async () => {
    const { status, output, errors } = await aCommand('explain', ['test/fixtures', '--json']).ended;

    expect({ status, errors }).toMatchObject({ status: 0 });
    expect(JSON.parse(output)).toMatchObject({
      contacts: 3,
      decisions: expect.arrayContaining([
        expect.objectContaining({ kind: 'abandoned', contacts: 1 }),
      ]) as unknown,
    });
  });

  it('is an error when it has no contact record', async () => {
    const { status, errors } = await aCommand('explain', ['package.json']).ended;

    expect(status).toBe(1);
    expect(errors).toContain('package.json has no contact record that can be stored.');
  });
});
