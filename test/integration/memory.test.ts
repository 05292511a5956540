/**
 * Tests memory and time for the largest batches of Lambda, with a table that takes ten milliseconds for each put, and
 * batches that need more time than there is.
 */
import type { RequestListener } from 'node:http';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { marshall } from '@aws-sdk/util-dynamodb';
import type { KinesisStreamRecord } from 'aws-lambda';
import { parseJsonObject } from '../../cli/shared/parse-json';
import type { LocalFunction } from '../../local/stack/local-function';
import { aDelivery, anAnsweredContactRecord } from '../factories';
import { SLOW_TO_PARSE } from '../corpus/hostile';
import { type BundledFunction, bundledFunction } from './bundled-function';

jest.setTimeout(240_000);

/** With as much memory as the function has when it is deployed, and V8's young generation as the stack sets it. */
const MAX_MIB = 256;
/**
 * The runtimes of Lambda whose start is known set the young generation on Node's command line, to a twentieth of the memory,
 * which NODE_OPTIONS can't change (docs/adr/0010).
 */
const OF_LAMBDA = { youngGeneration: '--max-semi-space-size=51', maxMib: 384 };
const TIMEOUT_SECONDS = 60;
/** New work begins only while its worst case, 25 s, and the reserve of one second fit: so there are 2 s for it. */
const SHORT_TIMEOUT_SECONDS = 28;
const MAX_EVENT_BYTES = 6 * 1024 * 1024;

/** Less than the function may take with any batch: reads and messages must not add to it. */
const MAX_MIB_OF_PAIRS = 200;

let bundled: BundledFunction;
let putCalls = 0;
let table: string;
beforeAll(async () => {
  bundled = await bundledFunction('memory');
  const afterTenMilliseconds: RequestListener = (request, response) => {
    putCalls++;
    request.resume().on('end', () => {
      setTimeout(
        () => response.writeHead(200, { 'content-type': 'application/x-amz-json-1.0' }).end('{}'),
        10,
      );
    });
  };
  table = await bundled.aService(afterTenMilliseconds);
});
afterAll(() => bundled.stop());
beforeEach(() => {
  putCalls = 0;
});

const ContactId = (i: number) => `c0000000-0000-4000-8000-${String(i).padStart(12, '0')}`;
const small = (i: number) => ({
  ContactId: ContactId(i),
  LastUpdateTimestamp: '2024-03-05T09:32:11Z',
  Channel: 'VOICE',
});
const ordinary = (i: number) => anAnsweredContactRecord({ ContactId: ContactId(i) });
const large = (i: number) =>
  anAnsweredContactRecord({ ContactId: ContactId(i), Attributes: manyAttributes() });
/** A megabyte of tens of thousands of names: just an item, and in memory many times as large as its text. */
const hostile = (i: number) =>
  String(SLOW_TO_PARSE['nulls in Agent, as many as may fit']).replace(
    /"ContactId":"[^"]*"/,
    `"ContactId":"${ContactId(i)}"`,
  );
/** About 350 KB: still an item. */
const manyAttributes = () =>
  Object.fromEntries(Array.from({ length: 5_000 }, (_, i) => [`attribute-${i}`, 'value '.repeat(9)]));

/** As many records as there may be in one event. */
function fullEvent(record: (i: number) => object | string): KinesisStreamRecord[] {
  const records: KinesisStreamRecord[] = [];
  let bytes = 0;
  for (let i = 1; ; i++) {
    const delivery = aDelivery(record(i), i);
    bytes += JSON.stringify(delivery).length + 1;
    if (bytes > MAX_EVENT_BYTES || records.length === 10_000) return records;
    records.push(delivery);
  }
}

/** Invokes the function again from the record that it names, and expects it to get on; resolves to how often. */
async function untilDone(running: LocalFunction, records: KinesisStreamRecord[]): Promise<number> {
  let rest = records;
  let invocations = 0;
  while (rest.length > 0) {
    const outcome = await running.invoke({ Records: rest });
    invocations++;
    if (outcome.kind !== 'returned') throw new Error(`the invocation ${outcome.kind}`);
    const { batchItemFailures } = outcome.payload as { batchItemFailures: { itemIdentifier: string }[] };
    const [first] = batchItemFailures;
    const done = first
      ? rest.findIndex(({ kinesis }) => kinesis.sequenceNumber === first.itemIdentifier)
      : rest.length;
    expect(done).toBeGreaterThan(0);
    rest = rest.slice(done);
  }
  return invocations;
}

/** Resolves to the peak in MiB, and to how often the function was invoked. */
async function measure(
  records: KinesisStreamRecord[],
  environment: Record<string, string>,
): Promise<{ invocations: number; peakMib: number }> {
  let peakKib = 0;
  const { NODE_OPTIONS: nodeOptions = bundled.nodeOptions } = environment;
  const running = bundled.start(
    { ...environment, NODE_OPTIONS: `${nodeOptions} --require ${join(__dirname, 'peak-memory.cjs')}` },
    {
      timeoutSeconds: TIMEOUT_SECONDS,
      onOutput: (line) => {
        peakKib = Math.max(peakKib, (JSON.parse(line) as { peakKib?: number }).peakKib ?? 0);
      },
    },
  );
  const invocations = await untilDone(running, records);
  await running.stop();
  expect(peakKib).toBeGreaterThan(0);
  return { invocations, peakMib: peakKib / 1024 };
}

/**
 * Resolves to the lower peak of at most two runs. V8 decides when it collects garbage, which changes the peak by 15 MiB. It
 * may use as much heap as in a sandbox of 1,024 MiB: it takes half of the memory that it finds.
 */
async function measurePairs(records: KinesisStreamRecord[], endpoint: string): Promise<number> {
  const environment = {
    ...{ AWS_ENDPOINT_URL_DYNAMODB: endpoint, AWS_ENDPOINT_URL_SNS: endpoint },
    NODE_OPTIONS: `${bundled.nodeOptions} --max-old-space-size=512`,
  };
  const { peakMib } = await measure(records, environment);
  if (peakMib < MAX_MIB_OF_PAIRS) return peakMib;
  return Math.min(peakMib, (await measure(records, environment)).peakMib);
}

it.each<[string, (i: number) => object | string, number, string?]>([
  ['as many records as one event may hold', small, MAX_MIB],
  ['ordinary records up to 6 MB', ordinary, MAX_MIB],
  ['large records up to 6 MB', large, MAX_MIB],
  ['hostile records of a megabyte up to 6 MB', hostile, MAX_MIB],
  [
    'as many as one event may hold, as Lambda starts Node',
    small,
    OF_LAMBDA.maxMib,
    OF_LAMBDA.youngGeneration,
  ],
  ['hostile records, as Lambda starts Node', hostile, OF_LAMBDA.maxMib, OF_LAMBDA.youngGeneration],
])('%s: in time, and in memory', async (_what, record, maxMib, nodeOptions = bundled.nodeOptions) => {
  const records = fullEvent(record);

  const { invocations, peakMib } = await measure(records, {
    AWS_ENDPOINT_URL_DYNAMODB: table,
    NODE_OPTIONS: nodeOptions,
  });

  // One, but for a machine that is busy with other things.
  expect(invocations).toBeLessThanOrEqual(3);
  expect(putCalls).toBeGreaterThanOrEqual(records.length);
  expect(peakMib).toBeLessThan(maxMib);
});

describe('contacts that their next contact makes abandoned', () => {
  const abandoned = (i: number) => ({
    ...{ ContactId: `a-${i}`, NextContactId: `b-${i}`, LastUpdateTimestamp: '2024-03-05T09:32:11Z' },
    ...{ Queue: { EnqueueTimestamp: '2024-03-05T09:30:25Z' }, DisconnectTimestamp: '2024-03-05T09:31:04Z' },
  });
  const survey = (i: number) => ({
    ...{ ContactId: `b-${i}`, PreviousContactId: `a-${i}`, LastUpdateTimestamp: '2024-03-05T09:32:11Z' },
    ...{ InitiationMethod: 'DISCONNECT', DisconnectTimestamp: '2024-03-05T09:31:04Z' },
  });
  const published = new Set<string>();
  let reads = 0;

  /** A table in which every contact is stored already, and a topic. */
  const servicesWith = (stored: (id: string, isWhole: boolean) => Record<string, unknown>) =>
    bundled.aService((request, response) => {
      void text(request).then((body) => {
        const { Key, ProjectionExpression } = (parseJsonObject(body) ?? {}) as {
          Key?: { ContactId: { S: string } };
          ProjectionExpression?: string;
        };
        const message = new URLSearchParams(body).get('Message');
        if (message !== null) published.add((JSON.parse(message) as { ContactId: string }).ContactId);
        if (Key) reads++;
        const answer = Key
          ? JSON.stringify({ Item: marshall(stored(Key.ContactId.S, ProjectionExpression === undefined)) })
          : message === null
            ? '{}'
            : '<PublishResponse><PublishResult><MessageId>m</MessageId></PublishResult></PublishResponse>';
        setTimeout(() => response.end(answer), 10);
      });
    });
  const half = (id: string) => {
    const i = Number(id.slice(2));
    return id.startsWith('a') ? abandoned(i) : survey(i);
  };

  beforeEach(() => {
    published.clear();
    reads = 0;
  });

  it('takes less than 200 MiB when each of 10,000 records is one half of such a pair', async () => {
    const endpoint = await servicesWith(half);
    const records = Array.from({ length: 10_000 }, (_, i) =>
      aDelivery(half(`${i % 2 === 0 ? 'a' : 'b'}-${Math.floor(i / 2)}`), i + 1),
    );

    const peakMib = await measurePairs(records, endpoint);

    expect(published.size).toBe(5_000);
    expect(reads).toBeGreaterThanOrEqual(15_000);
    expect(peakMib).toBeLessThan(MAX_MIB_OF_PAIRS);
  }, 600_000);

  it('takes less than 200 MiB when each record of a batch makes it read a contact of 350 KB', async () => {
    const Attributes = manyAttributes();
    const endpoint = await servicesWith((id, isWhole) => ({ ...half(id), ...(isWhole && { Attributes }) }));
    const records = Array.from({ length: 200 }, (_, i) => aDelivery(survey(i), i + 1));

    const peakMib = await measurePairs(records, endpoint);

    expect(published.size).toBe(200);
    expect(peakMib).toBeLessThan(MAX_MIB_OF_PAIRS);
  });
});

it('continues in the next invocations when a batch does not fit into the time', async () => {
  const versions = ['2024-03-05T09:32:11Z', '2024-03-05T09:32:12Z'].map((LastUpdateTimestamp) => ({
    ...small(0),
    LastUpdateTimestamp,
  }));
  const between = Array.from({ length: 8_000 }, (_, i) => small(i + 1));
  const records = [versions[0], ...between, versions[1]].map((record, i) => aDelivery(record, i + 1));
  const running = bundled.start(
    { AWS_ENDPOINT_URL_DYNAMODB: table },
    { timeoutSeconds: SHORT_TIMEOUT_SECONDS },
  );

  const invocations = await untilDone(running, records);
  await running.stop();

  expect(invocations).toBeGreaterThan(1);
  // Each contact once, and the newest version of the first once more where the batch was continued.
  expect(putCalls).toBeGreaterThanOrEqual(8_001);
});
