/**
 * Tests a record from end to end: from the stream through the bundled function to table, topic and bucket.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { ScanCommand } from '@aws-sdk/client-dynamodb';
import { GetObjectCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import { ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { LOG } from '../../lambda/contact-records/contract';
import { toContactRecord } from '../../lambda/contact-records/steps/store';
import { type LocalStack, startLocalStack } from '../../local/stack/local-stack';
import { ABANDONED, DEPENDS_ON_NEXT_CONTACT, NOT_ABANDONED } from '../decision-table';
import { aContactRecord } from '../factories';
import { aKplAggregate } from '../kpl-aggregate';
import { aName, clients, emulators, synthesized } from './emulators';

let stack: LocalStack;
let lines: Record<string, unknown>[];

beforeEach(async () => {
  lines = [];
  stack = await startLocalStack({
    emulators,
    synthesized: await synthesized(),
    stackName: aName('way'),
    shards: 1,
    onFunctionOutput: (line) => lines.push(JSON.parse(line) as Record<string, unknown>),
  });
});
afterEach(() => stack.stop());

/** Puts payloads into the stream, and waits until the function is done with them. */
async function deliver(...payloads: (object | string | Buffer)[]): Promise<void> {
  await stack.putRecords(
    payloads.map((payload) => ({
      data: Buffer.isBuffer(payload)
        ? payload
        : Buffer.from(typeof payload === 'string' ? payload : JSON.stringify(payload)),
      partitionKey: 'key',
    })),
  );
  await stack.whenCaughtUp(20_000);
}

async function table(): Promise<Record<string, unknown>[]> {
  const { Items = [] } = await clients.dynamodb.send(
    new ScanCommand({ TableName: stack.names.recordsTable, ConsistentRead: true }),
  );
  return Items.map(toContactRecord);
}

/** The emulator delivers a message before it answers the publish, so waiting is not needed. */
async function publishedContacts(): Promise<string[]> {
  const ids: string[] = [];
  for (;;) {
    const { Messages = [] } = await clients.sqs.send(
      new ReceiveMessageCommand({ QueueUrl: stack.names.queueUrl, MaxNumberOfMessages: 10 }),
    );
    if (Messages.length === 0) return ids.sort();
    ids.push(...Messages.map(({ Body }) => (JSON.parse(Body ?? '') as { ContactId: string }).ContactId));
  }
}

async function failures(): Promise<{ key: string; reason: string; data: Buffer }[]> {
  const { Contents = [] } = await clients.s3.send(new ListObjectsV2Command({ Bucket: stack.names.bucket }));
  return Promise.all(
    Contents.map(async ({ Key = '' }) => {
      const { Body } = await clients.s3.send(new GetObjectCommand({ Bucket: stack.names.bucket, Key }));
      const { reason, data } = JSON.parse((await Body?.transformToString()) ?? '') as {
        reason: string;
        data: string;
      };
      return { key: Key, reason, data: Buffer.from(data, 'base64') };
    }),
  );
}

const outcomes = () =>
  lines
    .filter(({ message }) => message === 'batch processed')
    .flatMap((line) => Object.entries(line.outcomes as Record<string, number>))
    .reduce<Record<string, number>>(
      (sum, [name, count]) => ({ ...sum, [name]: (sum[name] ?? 0) + count }),
      {},
    );

const fixture = (name: string) => readFileSync(join(__dirname, '../fixtures', name), 'utf8');

it('stores and publishes the records that occur in practice as expected', async () => {
  const abandoned = fixture('abandoned-in-queue.json');
  const flow = fixture('ended-by-flow-never-queued.json');
  const versions = fixture('one-contact-three-deliveries.ndjson').trim().split('\n');
  await deliver(abandoned, flow, ...versions, fixture('ignored-agent-event.json'));
  await deliver(versions[0] ?? '');
  await deliver(abandoned, versions[2] ?? '');

  const expected = [abandoned, versions[2] ?? '', flow].map(
    (text) => JSON.parse(text) as { ContactId: string },
  );
  const byId = (a: Record<string, unknown>, b: Record<string, unknown>) =>
    String(a.ContactId).localeCompare(String(b.ContactId));
  expect((await table()).sort(byId)).toEqual(expected.sort(byId));
  expect(await publishedContacts()).toEqual(['c0000000-0000-4000-8000-000000000001']);
  expect(await failures()).toEqual([]);
  const { stored = 0, superseded = 0, stale, redelivered, ignored, quarantined } = outcomes();
  // How many versions are superseded and how many stored depends on where the batches end.
  expect({ stale, redelivered, ignored, quarantined, rest: stored + superseded }).toEqual({
    stale: 1,
    redelivered: 2,
    ignored: 1,
    quarantined: 0,
    rest: 5,
  });
});

it('publishes exactly the abandoned rows of the decision table', async () => {
  const abandoned = ABANDONED.map(([when, fields]) =>
    aContactRecord({ ...fields, ContactId: `abandoned ${when}` }),
  );
  const others = NOT_ABANDONED.map(([because, when, fields]) =>
    aContactRecord({ ...fields, ContactId: `${because} ${when}` }),
  );
  // Their next contacts are not stored.
  const awaiting = DEPENDS_ON_NEXT_CONTACT.map(([when, fields]) =>
    aContactRecord({ ...fields, ContactId: `awaiting ${when}` }),
  );
  await deliver(...abandoned, ...others, ...awaiting);
  expect(await publishedContacts()).toEqual(abandoned.map(({ ContactId }) => ContactId as string).sort());
  expect(await table()).toHaveLength(abandoned.length + others.length + awaiting.length);
});

it('quarantines unreadable payloads with their bytes, and stores the other records', async () => {
  const ids = '"ContactId":"c-1","LastUpdateTimestamp":"2024-03-05T09:32:11Z"';
  const garbage: [reason: string, payload: Buffer | string][] = [
    ['not-utf8', Buffer.from([0xff, 0x00, 0x0a])],
    ['gzip', gzipSync('{}')],
    ['kpl-aggregate', aKplAggregate([{ data: '{}' }])],
    ['not-json', 'hello'],
    ['not-an-object', '[1]'],
    ['invalid-contact-id', '{"LastUpdateTimestamp":"2024-03-05T09:32:11Z"}'],
    ['invalid-last-update-timestamp', '{"ContactId":"c-1","LastUpdateTimestamp":"2023-02-29T00:00:00Z"}'],
    ['nested-too-deep', `{${ids},"a":${'['.repeat(32)}${']'.repeat(32)}}`],
    ['number-out-of-range', `{${ids},"a":1e400}`],
    ['empty-attribute-name', `{${ids},"":1}`],
    ['reserved-attribute-name', `{${ids},"a":{"__proto__":1}}`],
    ['unpaired-surrogate', `{${ids},"a":"\\ud83d"}`],
    ['item-too-large', JSON.stringify(aContactRecord({ ContactId: 'c-1', Big: 'x'.repeat(420_000) }))],
  ];
  const neighbours = garbage.map((_, i) => aContactRecord({ ContactId: `neighbour-${i}` }));
  await deliver(...garbage.flatMap(([, payload], i) => [payload, neighbours[i] ?? {}]));

  const set = (await failures()).map(({ reason, data }) => [reason, data.toString('base64')]);
  expect(set.sort()).toEqual(
    garbage.map(([reason, payload]) => [reason, Buffer.from(payload as string).toString('base64')]).sort(),
  );
  expect((await failures()).every(({ key }) => key.startsWith('quarantined/'))).toBe(true);
  expect(await table()).toHaveLength(neighbours.length);
  expect(await publishedContacts()).toHaveLength(neighbours.length);
  expect(lines.filter(({ message }) => message === LOG.failedRecordSaved)).toHaveLength(garbage.length);
  expect(outcomes()).toMatchObject({
    quarantined: garbage.length,
    stored: neighbours.length,
    redelivered: 0,
  });
});

it('saves a record as conflicting when it has the same second and other content', async () => {
  await deliver(aContactRecord({ Mark: 1 }));
  await deliver(aContactRecord({ Mark: 2 }), aContactRecord({ Mark: 1 }));
  expect(await table()).toEqual([aContactRecord({ Mark: 1 })]);
  expect(await failures()).toMatchObject([
    { reason: 'same-second-other-content', data: Buffer.from(JSON.stringify(aContactRecord({ Mark: 2 }))) },
  ]);
  expect((await failures())[0]?.key).toMatch(/^conflicting\//);
  expect(await publishedContacts()).toHaveLength(1);
});
