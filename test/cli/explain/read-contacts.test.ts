import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { findInFiles, readContacts } from '../../../cli/explain/read-contacts';
import { type Source, UnreadableSourceError } from '../../../cli/shared/sources';
import { aContactRecord } from '../../factories';

const aSource = (name: string, content: Buffer | string): Source => ({
  ...{ name, bytes: content.length, version: '1' },
  open: () => Readable.from([Buffer.from(content)]),
});

const at = (second: number, fields: Record<string, unknown> = {}) =>
  aContactRecord({ ContactId: 'c-1', LastUpdateTimestamp: `2024-03-05T09:32:0${second}Z`, ...fields });
const lines = (...documents: unknown[]) =>
  documents.map((it) => `${typeof it === 'string' ? it : JSON.stringify(it)}\n`).join('');

async function read(contents: Record<string, Buffer | string>, contactId?: string) {
  const sources: AsyncIterable<Source> = Readable.from(
    Object.entries(contents).map(([name, content]) => aSource(name, content)),
  );
  let documents = 0;
  const contacts = await readContacts(sources, contactId, () => documents++);
  return { ...contacts, documents };
}

it('keeps the newest version when versions are out of order', async () => {
  const { newest, documents } = await read({
    'a.ndjson': lines(at(2, { DisconnectReason: 'NEWEST' }), at(1)),
    'b.ndjson': lines(at(2, { DisconnectReason: 'SECOND' }), aContactRecord({ ContactId: 'c-2' })),
  });

  expect([...newest.keys()]).toEqual(['c-1', 'c-2']);
  expect(newest.get('c-1')).toMatchObject({ DisconnectReason: 'NEWEST' });
  expect(documents).toBe(4);
});

it('keeps only the deciding fields', async () => {
  const { newest } = await read({
    'a.ndjson': lines(
      at(1, { Agent: { Username: 'someone', ARN: null }, CustomerEndpoint: { Address: '+1' } }),
    ),
  });

  expect(newest.get('c-1')).toMatchObject({ Agent: { Username: true, ARN: null } });
  expect(newest.get('c-1')).not.toHaveProperty('CustomerEndpoint');
});

it('lists the versions of a contact, oldest first, when the contact is requested', async () => {
  const { versions } = await read(
    {
      'a.ndjson': lines(at(2), at(1), at(2), at(2, { Attributes: {} }), aContactRecord({ ContactId: 'c-2' })),
    },
    'c-1',
  );

  expect(versions).toMatchObject([
    {
      record: { LastUpdateTimestamp: '2024-03-05T09:32:01Z' },
      place: { line: 2 },
      copies: 0,
      conflicting: 0,
    },
    {
      record: { LastUpdateTimestamp: '2024-03-05T09:32:02Z' },
      place: { line: 1 },
      copies: 1,
      conflicting: 1,
    },
  ]);
});

it('finds a contact as stored, quarantined or not stored', async () => {
  const contacts = await read({
    'a.ndjson': lines(
      at(1),
      aContactRecord({ ContactId: 'c-2', LastUpdateTimestamp: 'yesterday' }),
      aContactRecord({ ContactId: 'c-1', LastUpdateTimestamp: 'yesterday' }),
    ),
  });

  expect(findInFiles(contacts, 'c-1')).toMatchObject({ kind: 'stored' });
  expect(findInFiles(contacts, 'c-2')).toEqual({
    kind: 'quarantined',
    reason: 'invalid-last-update-timestamp',
  });
  expect(findInFiles(contacts, 'c-3')).toEqual({ kind: 'not-stored' });
});

it('counts other documents by reason, with the first place', async () => {
  const { skipped, newest } = await read({
    'a.ndjson': lines('no JSON', { EventType: 'LOGIN' }, 'no JSON either', at(1), { contactid: 'c-2' }),
    'b.gz': gzipSync(lines(at(1))).subarray(0, -4),
  });

  expect(Object.fromEntries(skipped)).toEqual({
    'not-json': { count: 2, first: { name: 'a.ndjson', line: 1 } },
    ignored: { count: 1, first: { name: 'a.ndjson', line: 2 } },
    'lower-case-names': { count: 1, first: { name: 'a.ndjson', line: 5 } },
    'broken-gzip': { count: 1, first: { name: 'b.gz', line: 1 } },
  });
  expect(newest.size).toBe(1);
});

it('reads the other files when one cannot be read', async () => {
  const broken: Source = {
    ...aSource('broken.ndjson', ''),
    open: () => {
      throw new UnreadableSourceError('permission denied');
    },
  };
  const sources: AsyncIterable<Source> = Readable.from([broken, aSource('a.ndjson', lines(at(1)))]);

  const { newest, unreadable } = await readContacts(sources, undefined, () => undefined);

  expect(unreadable).toEqual([{ name: 'broken.ndjson', why: 'permission denied' }]);
  expect(newest.size).toBe(1);
});
