import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { isDeepStrictEqual } from 'node:util';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { UsageError } from '../../../cli/shared/usage-error';
import { type InputDelivery, openInput, readDeliveries, type Unread } from '../../../local/start/open-input';

const MIB = 1024 * 1024;
const folder = mkdtempSync(join(tmpdir(), 'start-input-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

function fileOf(content: string | Buffer): string {
  const path = join(folder, 'records.ndjson');
  writeFileSync(path, content);
  return path;
}

/** Everything that a path has; `openInput` names what can't be read. */
async function readAll(path: string | string[], limit?: number) {
  const unread: Unread[] = [];
  const input = { kind: 'paths' as const, paths: [path].flat(), ...(limit !== undefined && { limit }) };
  const { deliveries, total } = await openInput(input, (one) => unread.push(one));
  const all: InputDelivery[] = [];
  for await (const delivery of deliveries) all.push(delivery);
  return { deliveries: all, texts: all.map(({ data }) => Buffer.from(data).toString()), total, unread };
}

const deliveriesIn = async (content: string | Buffer) => (await readAll(fileOf(content))).deliveries;
const never = (unread: Unread) => {
  throw new Error(unread.why);
};

const linesIn = async (content: string | Buffer) =>
  (await deliveriesIn(content)).map(({ data }) => Buffer.from(data).toString('latin1'));

describe('a record of a line', () => {
  it('ends at the line feed, which is not part of it', async () => {
    expect(await linesIn('{"a":1}\n{"b":2}\n')).toEqual(['{"a":1}', '{"b":2}']);
  });

  it('may lack the line feed when it is the last line', async () => {
    expect(await linesIn('{"a":1}\n{"b":2}')).toEqual(['{"a":1}', '{"b":2}']);
  });

  it('keeps carriage return and spaces', async () => {
    expect(await linesIn(' {"a":1} \r\n')).toEqual([' {"a":1} \r']);
  });

  it('is empty when the line is empty', async () => {
    expect(await linesIn('\n{"a":1}\n\n')).toEqual(['', '{"a":1}', '']);
  });

  it('keeps bytes that are not UTF-8', async () => {
    const bytes = Buffer.from([0xff, 0x00, 0x0a, 0xfe]);
    expect((await deliveriesIn(bytes)).map(({ data }) => [...data])).toEqual([[0xff, 0x00], [0xfe]]);
  });

  it('is not divided at the line separator of Unicode', async () => {
    expect(await deliveriesIn('{"a":"\u2028"}\n')).toHaveLength(1);
  });

  it('is the same wherever the chunks of a file end', async () => {
    const whole = ['{"b":1}\n', ' {"b":{"c":[]}}\r\n', '[1]\n', '[]\n', 'null\n'];
    const broken = [
      '{"b":1\n',
      '{"b":{"c":1}\n',
      '{"b":"x\n',
      '{"b":\n',
      '{"b":[\n',
      '{"b"}\n',
      '"\n',
      '{b}\n',
    ];
    const part = fc.constantFrom('', '\n', 'a', '\r\n', '\n\n', 'é', ...whole, ...broken);
    await fc.assert(
      fc.asyncProperty(fc.array(part), async (parts) => {
        const lines: string[] = [];
        // An empty chunk would end the stream.
        const chunks = parts.filter((text) => text !== '').map((text) => Buffer.from(text));
        for await (const { data } of readDeliveries(Readable.from(chunks), 'x', never))
          lines.push(data.toString());
        const all = parts.join('').split('\n');
        return isDeepStrictEqual(lines, all.at(-1) === '' ? all.slice(0, -1) : all);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('documents that are not one a line', () => {
  it.each([
    ['several in a line, as Firehose writes them', '{"a":1}{"b":2}', ['{"a":1}', '{"b":2}']],
    ['pretty-printed', '{\n  "a": 1\n}\n{\n}\n', ['{\n  "a": 1\n}', '{\n}']],
    ['in an array', '[\n  {"a":1},\n\n  {"b":2}\n]\n', ['{"a":1}', '{"b":2}']],
    ['gzip', gzipSync('{"a":1}\n{"b":2}'), ['{"a":1}', '{"b":2}']],
    [
      'garbage among them, up to the end of its line',
      '{"a":1}PING {}\n{"b":2}',
      ['{"a":1}', 'PING {}', '{"b":2}'],
    ],
  ])('%s', async (_title, content, expected) => {
    expect(await linesIn(content)).toEqual(expected);
  });

  it('reads all files of a folder in the order of names, without hidden ones', async () => {
    const path = join(folder, 'exports');
    mkdirSync(join(path, '2026', '03'), { recursive: true });
    writeFileSync(join(path, '2026', '03', 'late'), '{"b":2}{"c":3}');
    writeFileSync(join(path, '2026', 'early.gz'), gzipSync('{"d":4}'));
    writeFileSync(join(path, '2025.ndjson'), '{"a":1}');
    writeFileSync(join(path, '.DS_Store'), 'x');
    const { texts, total } = await readAll(path);
    expect(texts).toEqual(['{"a":1}', '{"b":2}', '{"c":3}', '{"d":4}']);
    expect(total).toBe(4);
  });
});

describe('the partition key', () => {
  const keysIn = async (content: string) =>
    (await deliveriesIn(content)).map(({ partitionKey }) => partitionKey);

  it('is the contact id, so that the records of a contact stay in order', async () => {
    expect(await keysIn('{"ContactId":"c-1"}\n{"ContactId":"c-2"}\n{"x":1,"ContactId":"c-1"}')).toEqual([
      'c-1',
      'c-2',
      'c-1',
    ]);
  });

  it('is the same for all records without a contact id', async () => {
    const without = [
      'PING',
      '',
      'null',
      '[]',
      '{}',
      '{"ContactId":""}',
      '{"ContactId":7}',
      `{"ContactId":"${'c'.repeat(257)}"}`,
    ];
    expect(new Set(await keysIn(without.map((line) => `${line}\n`).join(''))).size).toBe(1);
  });
});

describe('what can’t be sent is refused before anything is started', () => {
  const opening = (path: string) => openInput({ kind: 'paths', paths: [path] }, () => undefined);

  it('a missing file', async () => {
    await expect(opening(join(folder, 'none'))).rejects.toThrow(/^There is no file .*none\.$/);
  });

  it('a path through a file', async () => {
    await expect(opening(join(fileOf('x'), 'none'))).rejects.toThrow(/^There is no file /);
  });

  it('a folder without a file', async () => {
    mkdirSync(join(folder, 'none', 'below'), { recursive: true });
    await expect(opening(join(folder, 'none'))).rejects.toThrow(/none is empty\.$/);
    rmSync(join(folder, 'none'), { recursive: true });
  });

  it('an empty file', async () => {
    await expect(opening(fileOf(''))).rejects.toThrow(/is empty\.$/);
  });

  it('returns the number of records of a file', async () => {
    await expect(opening(fileOf('{}\nPING\n\n'))).resolves.toMatchObject({ total: 3 });
  });
});

const CONNECT = 'use the JSON that Connect exported to Kinesis or Firehose';
const LOWER_CASE = `these look like contact records with lower-case names, as Athena and Glue write them: ${CONNECT}`;
const DESCRIBED = `this is output of the DescribeContact API, not a contact record: ${CONNECT}`;
const TOO_LONG = 'too long: by default, a Kinesis record has at most 1 MiB, partition key included';

describe('what can’t be read is named, and the rest is delivered', () => {
  it.each<[string, string | Buffer, string[], Omit<Unread, 'name'>[]]>([
    [
      'a record with lower-case names, by its line',
      '{"a":1}\n{"contactid":"c-1"}\n{"b":2}',
      ['{"a":1}', '{"b":2}'],
      [{ line: 2, why: LOWER_CASE }],
    ],
    [
      'output of DescribeContact',
      '{"a":1}\n{\n  "Contact": {\n    "Id": "c-1"\n  }\n}\n',
      ['{"a":1}'],
      [{ line: 2, why: DESCRIBED }],
    ],
    [
      'a line that no Kinesis record can hold',
      Buffer.concat([Buffer.from('{}\n{}\n'), Buffer.alloc(MIB + 1, 'x'), Buffer.from('\n{}\n')]),
      ['{}', '{}', '{}'],
      [{ line: 3, why: TOO_LONG }],
    ],
    [
      'gzip that is cut off, behind what it has',
      gzipSync('{"a":1}\n').subarray(0, -1),
      ['{"a":1}'],
      [{ why: 'the gzip data is incomplete or damaged' }],
    ],
  ])('%s', async (_title, content, texts, unread) => {
    const path = fileOf(content);

    expect(await readAll(path)).toMatchObject({
      texts,
      unread: unread.map((one) => ({ ...one, name: path })),
    });
  });

  it('a line that is too long by one byte, partition key included', async () => {
    const line = (bytes: number) => `{"ContactId":"c-1","x":"${'x'.repeat(bytes - 26)}"}`;
    expect(line(MIB)).toHaveLength(MIB);

    const { texts, unread } = await readAll(fileOf(`${line(MIB - 3)}\n${line(MIB - 2)}\n`));

    expect(texts.map(({ length }) => length)).toEqual([MIB - 3]);
    expect(unread).toMatchObject([{ line: 2, why: TOO_LONG }]);
  });

  it('one file of a folder', async () => {
    const path = join(folder, 'one-of-them');
    mkdirSync(path);
    writeFileSync(join(path, 'a.ndjson'), '{"a":1}');
    writeFileSync(join(path, 'b.parquet'), 'PAR1\x15\x04PAR1');
    writeFileSync(join(path, 'c.ndjson'), '{"c":3}');

    const { texts, total, unread } = await readAll(path);

    expect({ texts, total }).toEqual({ texts: ['{"a":1}', '{"c":3}'], total: 2 });
    expect(unread).toEqual([{ name: 'b.parquet', why: `this is Parquet, not JSON: ${CONNECT}` }]);
  });

  it('fails when nothing else is there', async () => {
    const opening = readAll(fileOf('{"contactid":"c-1"}\n'));

    await expect(opening).rejects.toThrow(/ has no record that can be read\.$/);
    await expect(opening).rejects.not.toBeInstanceOf(UsageError);
  });
});

it('delivers the record in an error object of Firehose', async () => {
  const record = '{"ContactId":"c-1","Score":1.0}';
  const rawData = Buffer.from(record).toString('base64');

  const deliveries = await deliveriesIn(`{}\n{"attemptsMade":1,"errorCode":"x","rawData":"${rawData}"}\n`);

  expect(deliveries[1]).toMatchObject({ data: Buffer.from(record), partitionKey: 'c-1', place: { line: 2 } });
});

it('returns file and line of each delivery', async () => {
  const content = '{"a":1}{"b":2}\n{\n  "c": 3\n}\nPING\n{\n  "d" 4\n}\n';

  expect((await deliveriesIn(content)).map(({ place }) => place?.line)).toEqual([1, 1, 2, 5, 6, 7, 8]);
});

it('returns the expected results of a generated contact centre', async () => {
  const { deliveries, total, expected } = await openInput(
    { kind: 'generated', contacts: 20, seed: 1 },
    never,
  );
  expect([...(deliveries as InputDelivery[])]).toHaveLength(total ?? -1);
  expect(expected?.newest.size).toBe(20);
});

describe('several files', () => {
  const write = (name: string, content: string) => {
    const path = join(folder, name);
    mkdirSync(join(path, '..'), { recursive: true });
    writeFileSync(path, content);
    return path;
  };
  const [first, second] = [
    write('several/a.ndjson', '{"a":1}\n{"a":2}'),
    write('several/b.ndjson', '{"b":1}'),
  ];

  it('delivers the records of all, in the order of the command line', async () => {
    expect(await readAll([second, first])).toMatchObject({
      texts: ['{"b":1}', '{"a":1}', '{"a":2}'],
      total: 3,
    });
  });

  it('names files in several folders by their whole path', async () => {
    const other = write('other/a.ndjson', 'x');

    const { deliveries } = await readAll([join(folder, 'several'), join(folder, 'other')]);

    expect(new Set(deliveries.map(({ place }) => place?.name))).toEqual(new Set([first, second, other]));
  });

  it('names an empty one', async () => {
    const empty = write('several/empty', '');

    expect(await readAll([first, empty])).toMatchObject({
      total: 2,
      unread: [{ name: empty, why: 'the file is empty' }],
    });
    rmSync(empty);
  });

  it('reads no more than the limit', async () => {
    expect(await readAll([first, second], 2)).toMatchObject({ texts: ['{"a":1}', '{"a":2}'], total: 2 });
  });
});
