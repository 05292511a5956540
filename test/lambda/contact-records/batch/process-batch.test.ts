import type { KinesisStreamRecord } from 'aws-lambda';
import fc from 'fast-check';
import type { Deadline } from '../../../../lambda/contact-records/batch/deadline';
import { RetryableError } from '../../../../lambda/contact-records/aws/errors';
import { type BatchResult, OUTCOMES } from '../../../../lambda/contact-records/batch/outcome';
import {
  MAX_IN_FLIGHT,
  MAX_CHARACTERS_IN_FLIGHT,
  processBatch,
} from '../../../../lambda/contact-records/batch/process-batch';
import { aContactRecord, aDelivery, anAnsweredContactRecord } from '../../../factories';
import { createInMemoryPorts, NO_DEADLINE, unavailable } from '../../../fakes';

const at = (second: number): string => `2024-03-05T09:32:${String(second).padStart(2, '0')}Z`;
const version = (ContactId: string, second: number, fields: Record<string, unknown> = {}) =>
  aContactRecord({ ContactId, LastUpdateTimestamp: at(second), ...fields });
/** Payloads as a batch; the sequence numbers are 1, 2, 3, … */
const batchOf = (...payloads: unknown[]): KinesisStreamRecord[] =>
  payloads.map((payload, i) => aDelivery(payload, i + 1));
const outcomesOf = ({ done }: BatchResult): string[] => done.flatMap(({ outcomes }) => outcomes).sort();
const failedRecordsOf = ({ done }: BatchResult) => done.flatMap(({ failedRecords }) => failedRecords);

describe('a batch', () => {
  it('stores every contact in its newest version, and publishes the abandoned ones', async () => {
    const { ports, table, published } = createInMemoryPorts();
    const batch = batchOf(
      version('a', 1),
      anAnsweredContactRecord({ ContactId: 'b' }),
      version('a', 5),
      version('a', 3),
    );
    const result = await processBatch(batch, ports, NO_DEADLINE);
    expect(outcomesOf(result)).toEqual(['stored', 'stored', 'superseded', 'superseded']);
    expect(table.get('a')?.LastUpdateTimestamp).toBe(at(5));
    expect(published).toEqual(['a']);
    expect(result.done.map(({ notAbandoned }) => notAbandoned)).toContain('agent-connected');
    expect(result.retryFrom).toBeUndefined();
  });

  it('separates redelivered from stale by the stored item', async () => {
    const { ports } = createInMemoryPorts();
    await processBatch(batchOf(version('a', 5)), ports, NO_DEADLINE);
    expect(outcomesOf(await processBatch(batchOf(version('a', 5)), ports, NO_DEADLINE))).toEqual([
      'redelivered',
    ]);
    const stale = await processBatch(batchOf(version('a', 4)), ports, NO_DEADLINE);
    expect(stale.done).toEqual([{ outcomes: ['stale'], failedRecords: [] }]);
    expect(
      outcomesOf(await processBatch(batchOf(version('a', 4), version('a', 4)), ports, NO_DEADLINE)),
    ).toEqual(['stale', 'stale']);
  });

  it('goes on past what can not be read, and past other events', async () => {
    const { ports, table, failedRecords } = createInMemoryPorts();
    const result = await processBatch(
      batchOf('garbage', { EventType: 'LOGIN' }, version('a', 1)),
      ports,
      NO_DEADLINE,
    );
    expect(outcomesOf(result)).toEqual(['ignored', 'quarantined', 'stored']);
    expect(failedRecords).toEqual([
      { kind: 'quarantined', reason: 'not-json', eventId: 'shardId-000000000000:1' },
    ]);
    expect(table.size).toBe(1);
    expect(result.retryFrom).toBeUndefined();
  });

  it('names failed records, with the id of the contact where it can be read', async () => {
    const { ports } = createInMemoryPorts();
    const batch = batchOf('garbage', version('a', 1, { LastUpdateTimestamp: 'x' }), { EventType: 'LOGIN' });
    const quarantined = { kind: 'quarantined', eventId: 'shardId-000000000000:1', reason: 'not-json' };
    const identified = { contactId: 'a', reason: 'invalid-last-update-timestamp' };
    expect(failedRecordsOf(await processBatch(batch, ports, NO_DEADLINE))).toStrictEqual([
      quarantined,
      { ...quarantined, eventId: 'shardId-000000000000:2', ...identified },
    ]);
  });

  it('says how long a version took from its arrival to being stored, and not for one that was there', async () => {
    const { ports } = createInMemoryPorts();
    const [stored] = (await processBatch(batchOf(version('a', 1)), ports, NO_DEADLINE)).done;
    expect(stored?.arrivalToStoredMs).toBe(1_000);
    const [again] = (await processBatch(batchOf(version('a', 1)), ports, NO_DEADLINE)).done;
    expect(again).not.toHaveProperty('arrivalToStoredMs');
  });

  it('reports drift once it reads it, whatever becomes of the record', async () => {
    const { ports } = createInMemoryPorts();
    const { drift } = await processBatch(batchOf(version('a', 1, { BrandNew: 1 })), ports, NO_DEADLINE);
    expect(drift).toEqual([{ path: 'BrandNew', kind: 'unknown-field' }]);
  });
});

describe('a redelivered record', () => {
  it('is published if it was not before: the put may have succeeded and the process died', async () => {
    const { ports, published } = createInMemoryPorts();
    const dying = { ...ports, publish: () => Promise.reject(unavailable()) };
    expect(await processBatch(batchOf(version('a', 1)), dying, NO_DEADLINE)).toMatchObject({
      retryFrom: '1',
    });
    const retried = await processBatch(batchOf(version('a', 1)), ports, NO_DEADLINE);
    expect(outcomesOf(retried)).toEqual(['redelivered']);
    expect(published).toEqual(['a']);
  });

  it('is not published again', async () => {
    const { ports, published } = createInMemoryPorts();
    await processBatch(batchOf(version('a', 1)), ports, NO_DEADLINE);
    const [again] = (await processBatch(batchOf(version('a', 1)), ports, NO_DEADLINE)).done;
    expect(again?.publications).toEqual(['already-published']);
    expect(published).toEqual(['a']);
  });

  it('that is stale publishes nothing: the newer version decides', async () => {
    const { ports, published } = createInMemoryPorts();
    await processBatch(
      batchOf(anAnsweredContactRecord({ ContactId: 'a', LastUpdateTimestamp: at(9) })),
      ports,
      NO_DEADLINE,
    );
    await processBatch(batchOf(version('a', 1)), ports, NO_DEADLINE);
    expect(published).toEqual([]);
  });
});

describe('records of the same second with other content', () => {
  it('stay out of the table, are saved to the failure bucket, and publish nothing', async () => {
    const { ports, table, published, failedRecords } = createInMemoryPorts();
    await processBatch(
      batchOf(anAnsweredContactRecord({ ContactId: 'a', LastUpdateTimestamp: at(1) })),
      ports,
      NO_DEADLINE,
    );
    const result = await processBatch(batchOf(version('a', 1)), ports, NO_DEADLINE);
    expect(outcomesOf(result)).toEqual(['redelivered']);
    expect(table.get('a')).toHaveProperty('Agent.AgentInteractionDuration', 12);
    expect(published).toEqual([]);
    expect(failedRecords).toMatchObject([{ kind: 'conflicting', reason: 'same-second-other-content' }]);
  });

  it('are separated within one batch too: the lowest sequence number counts', async () => {
    const { ports, table, failedRecords } = createInMemoryPorts();
    const batch = batchOf(
      version('a', 1, { Mark: 1 }),
      version('a', 1, { Mark: 2 }),
      version('a', 1, { Mark: 1 }),
    );
    expect(outcomesOf(await processBatch(batch, ports, NO_DEADLINE))).toEqual([
      'redelivered',
      'redelivered',
      'stored',
    ]);
    expect(table.get('a')).toHaveProperty('Mark', 1);
    expect(failedRecords).toMatchObject([{ kind: 'conflicting', eventId: 'shardId-000000000000:2' }]);
  });

  it('by the thousand are saved in parallel, or the contact would never be done', async () => {
    let inFlight = 0;
    let most = 0;
    const { ports } = createInMemoryPorts({
      quarantine: async () => {
        most = Math.max(most, ++inFlight);
        await new Promise((resolve) => setImmediate(resolve));
        inFlight--;
      },
    });
    const batch = batchOf(...Array.from({ length: 1_000 }, (_, Mark) => version('a', 1, { Mark })));
    expect(failedRecordsOf(await processBatch(batch, ports, NO_DEADLINE))).toHaveLength(999);
    expect(most).toBe(50);
  });

  it('do not keep the one that equals the table from being published', async () => {
    const { ports, published, failedRecords } = createInMemoryPorts();
    const dying = { ...ports, publish: () => Promise.reject(unavailable()) };
    await processBatch(batchOf(version('a', 1, { Mark: 1 })), dying, NO_DEADLINE);
    await processBatch(
      batchOf(version('a', 1, { Mark: 2 }), version('a', 1, { Mark: 1 })),
      ports,
      NO_DEADLINE,
    );
    expect(published).toEqual(['a']);
    expect(failedRecords).toMatchObject([{ kind: 'conflicting', eventId: 'shardId-000000000000:1' }]);
  });
});

describe('a contact that ended longer ago than is published', () => {
  // The contacts of these tests end at 9:31:04; the clock of the fakes stands at 9:33:21, and deliveries arrive at 9:33:20.
  const ENDED = Date.UTC(2024, 2, 5, 9, 31, 4);
  const HOUR = 3_600_000;
  const limited = (notifyWithinHours: number, now: number) =>
    createInMemoryPorts({ notifyWithinHours, now: () => now });
  const publicationsOf = ({ done }: BatchResult) => done.map(({ publications }) => publications?.[0]);

  it('is stored and not published', async () => {
    const { ports, table, published } = limited(2, ENDED + 2 * HOUR + 1);
    const result = await processBatch(batchOf(version('a', 1)), ports, NO_DEADLINE);
    expect(outcomesOf(result)).toEqual(['stored']);
    expect(publicationsOf(result)).toEqual(['too-old']);
    expect([...table.keys()]).toEqual(['a']);
    expect(published).toEqual([]);
  });

  it('by exactly this number of hours is published', async () => {
    const { ports, published } = limited(2, ENDED + 2 * HOUR);
    await processBatch(batchOf(version('a', 1)), ports, NO_DEADLINE);
    expect(published).toEqual(['a']);
  });

  it('is published where there is no such limit', async () => {
    const { ports, published } = createInMemoryPorts({ now: () => ENDED + 1_000 * HOUR });
    await processBatch(batchOf(version('a', 1)), ports, NO_DEADLINE);
    expect(published).toEqual(['a']);
  });

  it('and is not abandoned is no concern of the limit', async () => {
    const { ports } = limited(2, ENDED + 3 * HOUR);
    const result = await processBatch(batchOf(anAnsweredContactRecord()), ports, NO_DEADLINE);
    expect(result.done).toMatchObject([{ notAbandoned: 'agent-connected' }]);
    expect(publicationsOf(result)).toEqual([undefined]);
  });

  it('is counted again if an outage took it past the limit after it was stored: nothing is dropped silently', async () => {
    const fakes = limited(2, ENDED + HOUR);
    const failing = { ...fakes.ports, publish: () => Promise.reject(unavailable()) };
    await processBatch(batchOf(version('a', 1)), failing, NO_DEADLINE);
    const later = { ...fakes.ports, now: () => ENDED + 3 * HOUR };
    const result = await processBatch(batchOf(version('a', 1)), later, NO_DEADLINE);
    expect(outcomesOf(result)).toEqual(['redelivered']);
    expect(publicationsOf(result)).toEqual(['too-old']);
    expect(fakes.published).toEqual([]);
  });

  it('is not counted again for a copy that arrives later: the first delivery was counted', async () => {
    const { ports, published } = limited(2, ENDED + 3 * HOUR);
    const [delivery] = batchOf(version('a', 1));
    if (!delivery) throw new Error('no delivery');
    const late = {
      ...delivery,
      kinesis: { ...delivery.kinesis, approximateArrivalTimestamp: ENDED / 1_000 + 2.5 * 3_600 },
    };
    expect(publicationsOf(await processBatch([late], ports, NO_DEADLINE))).toEqual(['too-old']);
    const again = await processBatch([late], ports, NO_DEADLINE);
    expect(outcomesOf(again)).toEqual(['redelivered']);
    expect(publicationsOf(again)).toEqual([undefined]);
    expect(published).toEqual([]);
  });
});

describe('a version that can never be stored', () => {
  const tooLarge = (second: number) => {
    const fakes = createInMemoryPorts();
    const { store } = fakes.ports;
    const refusing: typeof store = (item, deadline) =>
      item.LastUpdateTimestamp === at(second)
        ? Promise.resolve({ kind: 'unstorable', reason: 'item-too-large' })
        : store(item, deadline);
    return { ...fakes, ports: { ...fakes.ports, store: refusing } };
  };

  it('gives its turn to the next newest', async () => {
    const { ports, table, failedRecords } = tooLarge(9);
    const batch = batchOf(version('a', 1), version('a', 9), version('a', 5), version('a', 5));
    expect(outcomesOf(await processBatch(batch, ports, NO_DEADLINE))).toEqual([
      'quarantined',
      'redelivered',
      'stored',
      'superseded',
    ]);
    expect(table.get('a')?.LastUpdateTimestamp).toBe(at(5));
    expect(failedRecords).toEqual([
      { kind: 'quarantined', reason: 'item-too-large', eventId: 'shardId-000000000000:2' },
    ]);
  });

  it('is quarantined if there is no other, and does not block its shard', async () => {
    const { ports, table } = tooLarge(9);
    const result = await processBatch(batchOf(version('a', 9), version('b', 1)), ports, NO_DEADLINE);
    expect(outcomesOf(result)).toEqual(['quarantined', 'stored']);
    expect(failedRecordsOf(result)).toMatchObject([{ contactId: 'a' }]);
    expect(table.size).toBe(1);
    expect(result.retryFrom).toBeUndefined();
  });
});

describe('an internal error', () => {
  const failing = () => Promise.reject(new TypeError('cannot read properties of undefined'));
  const OWN_FRAMES = expect.arrayContaining([
    expect.stringMatching(/^at .*process-batch\.test\.ts:\d+:\d+\)?$/),
  ]) as string[];

  it('in reading a record says where it was made, and nothing of the record', async () => {
    const spy = jest.spyOn(Buffer, 'byteLength').mockImplementation((text) => {
      throw new RangeError(`no length:\n    at CANARY (${JSON.stringify(text)})`);
    });
    const { ports } = createInMemoryPorts();
    const result = await processBatch(batchOf(version('a', 1)), ports, NO_DEADLINE).finally(() => {
      spy.mockRestore();
    });
    expect(failedRecordsOf(result)).toMatchObject([
      { kind: 'quarantined', reason: 'processing-error', internalError: { name: 'RangeError' } },
    ]);
    const [frames = []] = failedRecordsOf(result).map((failedRecords) => failedRecords.internalError?.frames);
    expect(frames).toContainEqual(expect.stringContaining('dynamodb-limits.ts'));
    expect(frames.filter((frame) => /CANARY|ContactId/.test(frame))).toEqual([]);
  });

  it('before the put quarantines the record instead of blocking its shard', async () => {
    const { ports, failedRecords } = createInMemoryPorts({ store: failing });
    const result = await processBatch(batchOf(version('a', 1)), ports, NO_DEADLINE);
    expect(failedRecordsOf(result)).toMatchObject([
      { internalError: { name: 'TypeError', frames: OWN_FRAMES } },
    ]);
    expect(failedRecords).toMatchObject([{ kind: 'quarantined', reason: 'processing-error' }]);
    expect(result.retryFrom).toBeUndefined();
  });

  it('after the put refuses the message, with its bytes', async () => {
    const { ports, failedRecords } = createInMemoryPorts({ publish: failing });
    const result = await processBatch(batchOf(version('a', 1)), ports, NO_DEADLINE);
    expect(outcomesOf(result)).toEqual(['stored']);
    expect(failedRecords).toMatchObject([{ kind: 'refused', reason: 'processing-error' }]);
    expect(failedRecordsOf(result)).toMatchObject([
      { internalError: { name: 'TypeError', frames: OWN_FRAMES } },
    ]);
  });

  it('in saving a failed record stops the batch: nothing is passed over', async () => {
    const { ports } = createInMemoryPorts({ quarantine: failing });
    expect(await processBatch(batchOf('garbage'), ports, NO_DEADLINE)).toMatchObject({
      retryFrom: '1',
      error: { source: 'function', reason: 'TypeError' },
    });
  });
});

describe('the checkpoint', () => {
  const failingFor = (ids: string[]) => {
    const fakes = createInMemoryPorts();
    const { store } = fakes.ports;
    const failing: typeof store = (item, deadline) =>
      ids.includes(item.ContactId) ? Promise.reject(unavailable()) : store(item, deadline);
    return { ...fakes, ports: { ...fakes.ports, store: failing } };
  };

  it('is the lowest sequence number that is not done', async () => {
    const { ports } = failingFor(['b', 'c']);
    const result = await processBatch(
      batchOf(version('a', 1), version('b', 1), version('c', 1), version('d', 1)),
      ports,
      NO_DEADLINE,
    );
    expect(result).toMatchObject({
      retryFrom: '2',
      error: { source: 'DynamoDB', reason: 'ThrottlingException' },
    });
  });

  it('is the first version of a contact, though the version that failed came last', async () => {
    const { ports } = failingFor(['b']);
    const result = await processBatch(
      batchOf(version('a', 1), version('b', 1), version('a', 2), version('b', 2)),
      ports,
      NO_DEADLINE,
    );
    expect(result.retryFrom).toBe('2');
  });

  it('never passes a record that could not be saved', async () => {
    const { ports } = createInMemoryPorts({
      quarantine: () => Promise.reject(new RetryableError('S3', 'SlowDown', 503)),
    });
    const result = await processBatch(
      batchOf(version('a', 1), 'garbage', version('b', 1)),
      ports,
      NO_DEADLINE,
    );
    expect(result).toMatchObject({ retryFrom: '2', error: { source: 'S3' } });
  });

  it('never passes a record that could not be published', async () => {
    const { ports } = createInMemoryPorts({ publish: () => Promise.reject(unavailable()) });
    const result = await processBatch(
      batchOf(anAnsweredContactRecord(), version('b', 1)),
      ports,
      NO_DEADLINE,
    );
    expect(result.retryFrom).toBe('2');
  });

  it('for any set of failures is before every record that is not done, and after all that come before', async () => {
    const contacts = fc.array(
      fc.record({ id: fc.constantFrom(...'abcdefgh'.split('')), second: fc.nat(59) }),
      {
        minLength: 1,
      },
    );
    await fc.assert(
      fc.asyncProperty(contacts, fc.subarray('abcdefgh'.split('')), async (batch, failing) => {
        const { ports, table } = failingFor(failing);
        const result = await processBatch(
          batchOf(...batch.map(({ id, second }) => version(id, second))),
          ports,
          NO_DEADLINE,
        );
        const checkpoint = result.retryFrom === undefined ? batch.length : Number(result.retryFrom) - 1;
        const firstFailing = batch.findIndex(({ id }) => failing.includes(id));
        expect(checkpoint).toBe(firstFailing === -1 ? batch.length : firstFailing);
        const isStored = ({ id, second }: (typeof batch)[number]) =>
          (table.get(id)?.LastUpdateTimestamp ?? '') >= at(second);
        expect(batch.slice(0, checkpoint).every(isStored)).toBe(true);
      }),
    );
  });
});

describe('when something is not now', () => {
  it('no new work begins, and what is in flight ends', async () => {
    let begun = 0;
    let ended = 0;
    const { ports } = createInMemoryPorts({
      store: async (item) => {
        begun++;
        if (item.ContactId === 'c-200') throw unavailable();
        await new Promise((resolve) => setTimeout(resolve, 20));
        ended++;
        return { kind: 'stored' };
      },
    });
    const many = Array.from({ length: 1_000 }, (_, i) => version(`c-${i}`, 1));
    await processBatch(batchOf(...many), ports, NO_DEADLINE);
    expect(begun).toBeLessThanOrEqual(200 + MAX_IN_FLIGHT);
    expect(ended).toBe(begun - 1);
  });
});

describe('concurrency', () => {
  /** Stores that note how many contacts, and which, were in flight together. */
  function watched() {
    const inFlight = new Set<string>();
    const together: string[][] = [];
    const { ports } = createInMemoryPorts({
      store: async ({ ContactId }) => {
        inFlight.add(ContactId);
        together.push([...inFlight]);
        await new Promise((resolve) => setImmediate(resolve));
        inFlight.delete(ContactId);
        return { kind: 'stored' };
      },
    });
    return { ports, together };
  }
  /** Creates a record whose payload has about this number of base64 characters. */
  const ofSize = (ContactId: string, characters: number) =>
    JSON.stringify(version(ContactId, 1)).padEnd((characters * 3) / 4);

  it('is bounded, and begins in bursts: again when only a part is left', async () => {
    const { ports, together } = watched();
    const many = batchOf(...Array.from({ length: 500 }, (_, i) => version(`c-${i}`, 1)));
    expect((await processBatch(many, ports, NO_DEADLINE)).done).toHaveLength(500);
    const inFlight = together.map((ids) => ids.length);
    expect(Math.max(...inFlight)).toBe(MAX_IN_FLIGHT);
    expect(Math.min(...inFlight.slice(MAX_IN_FLIGHT))).toBeLessThanOrEqual(51);
  });

  it('begins a batch with few calls, and with more as they end', async () => {
    const { ports, together } = watched();
    const many = batchOf(...Array.from({ length: 500 }, (_, i) => version(`c-${i}`, 1)));

    await processBatch(many, ports, NO_DEADLINE);

    const most = (until: number) => Math.max(...together.slice(0, until).map((ids) => ids.length));
    expect([most(8), most(30), most(500)]).toEqual([8, 13, MAX_IN_FLIGHT]);
  });

  it('is bounded by the size of what is in flight, and one that is larger goes alone', async () => {
    const { ports, together } = watched();
    const [third, whole] = [MAX_CHARACTERS_IN_FLIGHT * 0.3, MAX_CHARACTERS_IN_FLIGHT * 1.2];
    const batch = batchOf(
      ...['a', 'b', 'c', 'd'].map((id) => ofSize(id, third)),
      ofSize('e', whole),
      ofSize('f', whole),
      ofSize('g', third),
    );
    const result = await processBatch(batch, ports, NO_DEADLINE);
    expect(together).toContainEqual(['a', 'b', 'c']);
    expect(together).toContainEqual(['e']);
    expect(together).toContainEqual(['f']);
    expect(together.every((ids) => ids.length <= 3)).toBe(true);
    expect(together.every((ids) => ids.length === 1 || !/[ef]/.test(ids.join('')))).toBe(true);
    expect(result.done).toHaveLength(7);
  });

  it('is just reached by what fits exactly', async () => {
    const { ports, together } = watched();
    const half = MAX_CHARACTERS_IN_FLIGHT / 2;
    const batch = ['a', 'b'].map((id, i) => {
      const delivery = aDelivery(version(id, 1), i + 1);
      return { ...delivery, kinesis: { ...delivery.kinesis, data: delivery.kinesis.data.padEnd(half, '=') } };
    });
    await processBatch(batch, ports, NO_DEADLINE);
    expect(together).toContainEqual(['a', 'b']);
  });

  it('counts the largest version of a contact, and what is unreadable', async () => {
    const { ports, together } = watched();
    const most = MAX_CHARACTERS_IN_FLIGHT * 0.9;
    await processBatch(
      batchOf(version('a', 2), ofSize('a', most), version('b', 1), ofSize('c', most)),
      ports,
      NO_DEADLINE,
    );
    expect(together).toContainEqual(['a', 'b']);
    expect(together.every((ids) => !(ids.includes('a') && ids.includes('c')))).toBe(true);

    const asides: number[] = [];
    let inFlight = 0;
    const quarantining = createInMemoryPorts({
      quarantine: async () => {
        asides.push(++inFlight);
        await new Promise((resolve) => setImmediate(resolve));
        inFlight--;
      },
    });
    await processBatch(batchOf('x'.repeat(most), 'y'.repeat(most)), quarantining.ports, NO_DEADLINE);
    expect(asides).toEqual([1, 1]);
  });

  it('what waits for its turn does not start after a failure, or when the time is over', async () => {
    const large = batchOf(ofSize('a', MAX_CHARACTERS_IN_FLIGHT), ofSize('b', MAX_CHARACTERS_IN_FLIGHT));
    const failing = createInMemoryPorts({ store: () => Promise.reject(unavailable()) });
    expect(await processBatch(large, failing.ports, NO_DEADLINE)).toMatchObject({ done: [], retryFrom: '1' });

    const { ports, table } = createInMemoryPorts();
    const result = await processBatch(large, ports, { ...NO_DEADLINE, hasTimeFor: () => false });
    expect(result).toMatchObject({ retryFrom: '2', error: { source: 'deadline' } });
    expect([...table.keys()]).toEqual(['a']);
  });
});

describe('when the time is short', () => {
  const runsOutAfter = (checks: number): Deadline => ({ ...NO_DEADLINE, hasTimeFor: () => checks-- > 0 });

  it('the batch ends early, with a checkpoint', async () => {
    const { ports, table } = createInMemoryPorts();
    const many = Array.from({ length: 200 }, (_, i) => version(`c-${i}`, 1));
    const result = await processBatch(batchOf(...many), ports, runsOutAfter(100));
    expect(result.error).toMatchObject({ source: 'deadline' });
    expect(result.retryFrom).toBe(String(table.size + 1));
    expect(table.size).toBeGreaterThan(0);
  });

  it('the first record has the first turn, whatever it is: the checkpoint moves on', async () => {
    const { ports } = createInMemoryPorts();
    const batch = batchOf(version('a', 1), 'garbage', version('b', 1));
    expect(await processBatch(batch, ports, runsOutAfter(0))).toMatchObject({
      done: [{ outcomes: ['stored'] }],
      retryFrom: '2',
      error: { message: 'deadline: no time left for the rest of the batch' },
    });
  });

  it('nothing begins that has no time for its put, its message and saving a failed record', async () => {
    const timeFor = (most: number): Deadline => ({ ...NO_DEADLINE, hasTimeFor: (calls) => calls <= most });
    const batch = batchOf(version('a', 1), version('b', 1));
    expect(await processBatch(batch, createInMemoryPorts().ports, timeFor(4))).toMatchObject({
      retryFrom: '2',
    });
    expect(await processBatch(batch, createInMemoryPorts().ports, timeFor(5))).not.toHaveProperty(
      'retryFrom',
    );
  });

  it('progress is made all the same', async () => {
    const { ports, table } = createInMemoryPorts();
    const result = await processBatch(batchOf(version('a', 1), version('b', 1)), ports, runsOutAfter(0));
    expect(result.retryFrom).toBe('2');
    expect([...table.keys()]).toEqual(['a']);
  });

  it('a batch of many thousands with the two versions of a contact at its ends is worked off', async () => {
    const { ports, table } = createInMemoryPorts();
    let batch = batchOf(
      version('both', 1),
      ...Array.from({ length: 3_000 }, (_, i) => version(`c-${i}`, 1)),
      version('both', 2),
    );
    for (let invocations = 0; batch.length > 0; invocations++) {
      expect(invocations).toBeLessThan(10);
      const { retryFrom } = await processBatch(batch, ports, runsOutAfter(1_000));
      batch =
        retryFrom === undefined
          ? []
          : batch.slice(batch.findIndex((record) => record.kinesis.sequenceNumber === retryFrom));
    }
    expect(table.size).toBe(3_001);
    expect(table.get('both')?.LastUpdateTimestamp).toBe(at(2));
  });
});

describe('every delivery', () => {
  it('ends in exactly one outcome, in any batch', async () => {
    const payload = fc.oneof(
      fc
        .record({ id: fc.constantFrom('a', 'b', 'c'), second: fc.nat(5), mark: fc.nat(1) })
        .map(({ id, second, mark }) => version(id, second, { mark })),
      fc.constant({ EventType: 'LOGIN' }),
      fc.constant('garbage'),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(payload), { maxLength: 4 }), async (batches) => {
        const { ports } = createInMemoryPorts();
        for (const batch of batches) {
          const outcomes = outcomesOf(await processBatch(batchOf(...batch), ports, NO_DEADLINE));
          expect(outcomes).toHaveLength(batch.length);
          expect(outcomes.filter((outcome) => !(OUTCOMES as readonly string[]).includes(outcome))).toEqual(
            [],
          );
        }
      }),
    );
  });
});
