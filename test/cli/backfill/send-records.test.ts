import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import type { BackfillCounts, Position } from '../../../cli/backfill/checkpoint';
import { createBackfillCounts, isAllWell, sendRecords } from '../../../cli/backfill/send-records';
import { BEGINNING, type ReadEvent, readRecords } from '../../../cli/backfill/read-records';
import { createPacedSender } from '../../../cli/shared/paced-sender';
import { type Source, UnreadableSourceError } from '../../../cli/shared/sources';
import { aContactRecord, anAnsweredContactRecord } from '../../factories';
import { aClock, aStream, never } from '../redrive/fake-services';

const RATE = { recordsPerSecond: 100_000, bytesPerSecond: 100_000_000 };

const aSource = (name: string, content: string | Buffer, version = 'v1', chunk = 700): Source => {
  const bytes = Buffer.from(content);
  // In chunks of which several make a document.
  const chunks = Array.from({ length: Math.ceil(bytes.length / chunk) }, (_, i) =>
    bytes.subarray(i * chunk, (i + 1) * chunk),
  );
  return { name, version, bytes: bytes.length, open: () => Readable.from(chunks) };
};

const anUnreadable = (name: string): Source => ({
  ...{ name, version: 'v1', bytes: 10 },
  open: () => ({
    [Symbol.asyncIterator]: () => ({ next: () => Promise.reject(new UnreadableSourceError('AccessDenied')) }),
  }),
});

const record = (contact: number, version: number) =>
  JSON.stringify(
    aContactRecord({
      ContactId: `c-${contact}`,
      LastUpdateTimestamp: `2024-03-05T09:32:${String(version).padStart(2, '0')}Z`,
    }),
  );

interface Run {
  from?: Position;
  done?: BackfillCounts;
  sources: Source[];
  /** Throws at the event that ends the run. */
  onStep?: (event: string) => void;
  isDryRun?: boolean;
  stopping?: AbortSignal;
}

/** Runs once; resolves to the accepted records, the last position and the end. */
async function run({ from = BEGINNING, done = createBackfillCounts(), sources, onStep, ...how }: Run) {
  const clock = aClock();
  const stream = aStream(undefined, onStep, clock);
  const stopping = how.stopping ?? never;
  const saved: { position: Position; done: BackfillCounts }[] = [];
  const events: ReadEvent[] = [];
  const ended = await sendRecords(
    readRecords(from, Readable.from(sources), () => undefined),
    's',
    {
      send: how.isDryRun ? undefined : createPacedSender(RATE, stream.putRecords, clock, stopping),
      rate: RATE,
      onEvent: (event) => events.push(event),
      save: (position, done) => {
        saved.push({ position, done: structuredClone(done) });
        return Promise.resolve();
      },
      stopping,
    },
    done,
  ).catch((error: unknown) => error);
  const accepted = stream.accepted.map(({ partitionKey, data }) => [
    partitionKey,
    Buffer.from(data).toString(),
  ]);
  return { accepted, last: saved.at(-1), events, ended, done };
}

/** Forty contacts in three versions each, in all formats, with other documents and broken ones between them. */
const DOCUMENTS = Array.from({ length: 120 }, (_, i) => record(i % 40, Math.floor(i / 40)));
const part = (i: number) => DOCUMENTS.slice(i * 30, (i + 1) * 30);
const SOURCES = [
  aSource('a.ndjson', `${part(0).join('\n')}\nPING\n`),
  anUnreadable('b'),
  aSource('c', gzipSync(`${part(1).join('')}{"EventType":"LOGIN"}`)),
  aSource('d.json', `[${part(2).join(',\n')}]`),
  aSource('e', ''),
  aSource('f.json', `${part(3).join('\r\n')}{"ContactId":"torn`),
];

it('sends each document with its own bytes and its contact’s id as key, and counts all others by reason', async () => {
  const { accepted, done, ended } = await run({ sources: SOURCES });

  expect(ended).toBeUndefined();
  expect(accepted).toEqual(DOCUMENTS.map((text, i) => [`c-${i % 40}`, text]));
  expect(done).toEqual({
    ...{ sent: 120, bytes: DOCUMENTS.join('').length, abandoned: 120, read: 5 },
    skipped: {
      'not-json': { count: 2, first: { name: 'a.ndjson', at: part(0).join('\n').length + 1, line: 31 } },
      ignored: { count: 1, first: { name: 'c', at: part(1).join('').length, line: 1 } },
    },
    unreadable: { count: 1, first: [{ name: 'b', why: 'AccessDenied' }] },
  });
});

it('misses no record, and counts as one run does, when runs end anywhere and are continued', async () => {
  const whole = await run({ sources: SOURCES });
  for (let lastStep = 1; lastStep < 60; lastStep += 1) {
    const got: string[][] = [];
    let checkpoint: { position: Position; done: BackfillCounts } | undefined;
    let runs = 0;
    for (let isOver = false; !isOver && runs < 100; runs += 1) {
      let events = 0;
      const onStep = () => {
        // Each run gets a little further than the one before.
        if ((events += 1) > lastStep + runs) throw new Error('killed');
      };
      const resumed = { from: checkpoint?.position ?? BEGINNING, done: structuredClone(checkpoint?.done) };
      const { accepted, last, ended } = await run({
        ...{ sources: SOURCES, onStep, from: resumed.from },
        ...(resumed.done && { done: resumed.done }),
      });
      got.push(...accepted);
      checkpoint = last ?? checkpoint;
      isOver = ended === undefined;
    }
    expect(new Set(got.map(([, text]) => text))).toEqual(new Set(DOCUMENTS));
    expect(checkpoint?.done).toEqual(whole.done);
    for (let contact = 0; contact < 40; contact++) {
      const versions = got.filter(([key]) => key === `c-${contact}`).map(([, text]) => text);
      expect([...new Set(versions)]).toEqual(DOCUMENTS.filter((_, i) => i % 40 === contact));
    }
  }
});

it('saves no position after a record that the stream has not accepted', async () => {
  const many = aSource('many', Array.from({ length: 1500 }, (_, i) => record(i, 1)).join('\n'));
  let requests = 0;
  const onStep = (event: string) => {
    if (event === 'before put' && (requests += 1) === 3) throw new Error('killed');
  };
  const first = await run({ sources: [many], onStep });
  expect(first.accepted).toHaveLength(1000);
  const { position, done } = first.last ?? { position: BEGINNING, done: createBackfillCounts() };
  const second = await run({ sources: [many], from: position, done });
  expect(second.accepted).toHaveLength(500);
  expect(second.done.sent).toBe(1500);
});

it('ends after the current request, and saves its position, when Ctrl-C comes', async () => {
  const stopping = new AbortController();
  const onStep = (event: string) => {
    if (event === 'after put') stopping.abort();
  };
  const versions = Array.from({ length: 9 }, (_, i) => record(1, i));
  const sources = [aSource('a', versions.join('\n'))];
  const stopped = await run({ sources, onStep, stopping: stopping.signal });
  // One key: one record in a request.
  expect(stopped.accepted).toHaveLength(1);
  expect(stopped.done.sent).toBe(1);
  const rest = await run({ sources, from: stopped.last?.position ?? BEGINNING, done: stopped.done });
  expect(rest.accepted.map(([, text]) => text)).toEqual(versions.slice(1));
});

it('counts the same and sends no record when it is a dry run', async () => {
  const { accepted, done } = await run({ sources: SOURCES, isDryRun: true });
  expect(accepted).toEqual([]);
  expect(done).toEqual((await run({ sources: SOURCES })).done);
});

describe('files that have changed since', () => {
  const position: Position = {
    ...{ sources: 1, bytes: 10, digest: 'another' },
    current: { name: 'c', version: 'v1', from: 5 },
  };

  it('are refused when they were read to their end before', async () => {
    const events = readRecords(position, Readable.from(SOURCES), () => undefined);
    await expect(events.next()).rejects.toThrow(/^The files that the checkpoint counts as read have changed/);
    const none = readRecords(position, Readable.from([]), () => undefined);
    await expect(none.next()).rejects.toThrow(/some were added, changed or removed/);
  });

  it('are read from their beginning when they were read in part', async () => {
    const from = { ...BEGINNING, current: { name: 'a', version: 'v0', from: 999 } };
    const { accepted, events } = await run({ sources: [aSource('a', record(1, 1))], from });
    expect(accepted).toHaveLength(1);
    expect(events[0]).toMatchObject({ kind: 'changed', name: 'a' });
  });
});

it('reports the end of the content when gzip is cut off', async () => {
  const packed = gzipSync(DOCUMENTS.join('\n'));
  const { accepted, done } = await run({
    sources: [aSource('a', packed.subarray(0, -5)), aSource('b', record(99, 1))],
  });
  expect(accepted).toHaveLength(121);
  expect(done.skipped['broken-gzip']).toMatchObject({ count: 1, first: { name: 'a' } });
});

it.each([
  [[anAnsweredContactRecord()], true],
  [[{ EventType: 'LOGIN' }, {}, { ContactId: 'c' }, []], true],
  [['{"a":'], false],
  [[aContactRecord({ '': 1 })], false],
])(
  'all is well as long as nothing was passed over that may have been a contact record (%#)',
  async (documents, isWell) => {
    const content = documents.map((one) => (typeof one === 'string' ? one : JSON.stringify(one))).join('\n');
    expect(isAllWell((await run({ sources: [aSource('a', content)] })).done)).toBe(isWell);
  },
);

it('counts a broken document once when it has several lines', async () => {
  const pretty = JSON.stringify(JSON.parse(record(1, 1)), null, 2);
  const broken = pretty.replace('"ContactId":', '"ContactId"');
  const content = [record(0, 1), broken, pretty, 'PING', 'PING', '{"a":', '{"b":', record(2, 1), 'PING'].join(
    '\n',
  );
  const { accepted, events } = await run({ sources: [aSource('a', content)] });
  expect(accepted.map(([key]) => key)).toEqual(['c-0', 'c-1', 'c-2']);
  const lines = broken.split('\n').length;
  expect(
    events.flatMap((event) =>
      event.kind === 'skip' && event.reason === 'not-json' ? [event.place.line] : [],
    ),
  ).toEqual([2, 2 + 2 * lines, 4 + 2 * lines, 7 + 2 * lines]);
});

it('is not well when a file cannot be read', async () => {
  expect(isAllWell((await run({ sources: [anUnreadable('a')] })).done)).toBe(false);
});

it('reports a document when white space and its partition key make it too long for a record', async () => {
  const text = record(1, 1);
  const filled = (bytes: number) => `{${' '.repeat(bytes - text.length)}${text.slice(1)}`;
  const most = 1024 * 1024 - 'c-1'.length;
  const content = `${filled(most)}\n${filled(most + 1)}`;

  const { accepted, done } = await run({ sources: [aSource('a', content, 'v1', 65_536)] });

  expect(accepted.map(([, sent]) => sent?.length)).toEqual([most]);
  expect(done.skipped).toEqual({ 'too-long': { count: 1, first: { name: 'a', at: most + 1, line: 2 } } });
});

/** A contact record as Athena writes it: every name in lower case. */
const withLowerCaseNames = (value: unknown): unknown =>
  Array.isArray(value)
    ? value.map(withLowerCaseNames)
    : typeof value === 'object' && value !== null
      ? Object.fromEntries(
          Object.entries(value).map(([name, member]) => [name.toLowerCase(), withLowerCaseNames(member)]),
        )
      : value;

it('counts and sends no record, and is not well, when the export has lower-case names', async () => {
  const lines = [1, 2].map((contact) =>
    JSON.stringify(withLowerCaseNames(aContactRecord({ ContactId: `c-${contact}` }))),
  );

  const { accepted, done } = await run({ sources: [aSource('athena.ndjson', lines.join('\n'))] });

  expect(accepted).toEqual([]);
  expect(done.skipped).toEqual({
    'lower-case-names': { count: 2, first: { name: 'athena.ndjson', at: 0, line: 1 } },
  });
  expect(isAllWell(done)).toBe(false);
});

it('counts a broken document after a document of another format', async () => {
  const { done } = await run({ sources: [aSource('a', '{"contactid":"c-1"}\nPING\n')] });

  expect(Object.keys(done.skipped)).toEqual(['lower-case-names', 'not-json']);
});

describe('error objects of Firehose', () => {
  const errorObject = (record: string) =>
    JSON.stringify({
      errorCode: 'Lambda.FunctionError',
      rawData: Buffer.from(record).toString('base64'),
    });
  const sources = [
    aSource('delivered/ctr-1', `${record(1, 1)}\n${record(2, 1)}`),
    aSource('errors/processing-failed/ctr-1', [record(3, 1), record(4, 1)].map(errorObject).join('')),
  ];

  it('sends the records inside an error object like all others', async () => {
    const { accepted, done } = await run({ sources });

    expect(accepted).toEqual([1, 2, 3, 4].map((contact) => [`c-${contact}`, record(contact, 1)]));
    expect(isAllWell(done)).toBe(true);
  });

  it('counts each broken record inside', async () => {
    const { done } = await run({ sources: [aSource('a', ['PING', 'PING'].map(errorObject).join(''))] });

    expect(done.skipped).toEqual({ 'not-json': { count: 2, first: { name: 'a', at: 0, line: 1 } } });
  });

  it('misses no record when a run ends between two records of one object', async () => {
    const both = [aSource('a', errorObject(`${record(1, 1)}${record(1, 2)}`))];
    const stopping = new AbortController();
    const onStep = (event: string) => {
      if (event === 'after put') stopping.abort();
    };

    const stopped = await run({ sources: both, onStep, stopping: stopping.signal });
    const rest = await run({ sources: both, from: stopped.last?.position ?? BEGINNING });

    // One key: one record in a request.
    expect(stopped.accepted.map(([, text]) => text)).toEqual([record(1, 1)]);
    expect(rest.accepted.map(([, text]) => text)).toEqual([record(1, 1), record(1, 2)]);
  });
});

it('names a file of another format, and reads the others', async () => {
  const sources = [aSource('a.parquet', 'PAR1...'), aSource('b', record(1, 1))];

  const { accepted, done } = await run({ sources });

  expect(accepted).toHaveLength(1);
  expect(done.unreadable).toMatchObject({ count: 1, first: [{ name: 'a.parquet' }] });
});
