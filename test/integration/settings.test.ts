/**
 * Tests the bundled function with optional settings in its environment.
 */
import { DescribeTimeToLiveCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { RECORDS_TTL_ATTRIBUTE } from '../../lambda/contact-records/contract';
import { createResources } from '../../local/stack/resources';
import type { Resource } from '../../local/stack/template';
import { aContactRecord } from '../factories';
import { type BundledFunction, bundledFunction } from './bundled-function';
import { aName, emulators } from './emulators';

let bundled: BundledFunction;
beforeAll(async () => {
  bundled = await bundledFunction('settings');
});
afterAll(() => bundled.stop());

it('stores a contact with its expiry, and does not publish it, when it ended too long ago', async () => {
  const { lines } = await bundled.process([[aContactRecord({ ContactId: 'c-1' })]], {
    NOTIFY_WITHIN_HOURS: '24',
    CONTACT_RETENTION_DAYS: '36500',
  });

  const [batch] = lines.filter((line) => line.includes('batch processed'));
  expect(JSON.parse(batch ?? '')).toMatchObject({ outcomes: { stored: 1 }, published: 0, tooOld: 1 });
  expect(lines.filter((line) => line.includes('"TooOldToPublish":1'))).toHaveLength(1);
  const { recordsTable } = bundled.stack.names;
  const { Items } = await bundled.stack.clients.dynamodb.send(new ScanCommand({ TableName: recordsTable }));
  const expiresAt = String(Date.parse('2024-03-05T09:31:04Z') / 1_000 + 36_500 * 86_400);
  expect(Items).toMatchObject([{ 'contact-record-pipeline:ExpiresAt': { N: expiresAt } }]);
});

it('keeps old records in the local table, which the emulator would delete within seconds', async () => {
  const { clients } = bundled.stack;
  const table: Resource = {
    ...{ logicalId: 'Kept', type: 'AWS::DynamoDB::Table', metadata: {} },
    properties: {
      TableName: aName('kept'),
      KeySchema: [{ AttributeName: 'ContactId', KeyType: 'HASH' }],
      AttributeDefinitions: [{ AttributeName: 'ContactId', AttributeType: 'S' }],
      TimeToLiveSpecification: { AttributeName: RECORDS_TTL_ATTRIBUTE, Enabled: true },
    },
  };
  const created = await createResources(new Map([['Kept', table]]), clients, emulators.dynamodbEmulator, {
    stackName: 'local',
  });

  const { TimeToLiveDescription } = await clients.dynamodb.send(
    new DescribeTimeToLiveCommand({ TableName: created.get('Kept')?.ref }),
  );
  expect(TimeToLiveDescription?.TimeToLiveStatus).toBe('DISABLED');
});

it('stops before the first record when a setting is not valid', async () => {
  const running = bundled.start({ NOTIFY_WITHIN_HOURS: '0' });
  const outcome = await running.invoke({ Records: [] });
  await running.stop();
  expect(outcome.kind).toBe('failed');
});
