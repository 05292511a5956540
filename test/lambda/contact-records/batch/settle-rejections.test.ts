import type { KinesisStreamRecord } from 'aws-lambda';
import { RetryableError } from '../../../../lambda/contact-records/aws/errors';
import type { Deadline } from '../../../../lambda/contact-records/batch/deadline';
import type { BatchResult } from '../../../../lambda/contact-records/batch/outcome';
import { PROBE_ID } from '../../../../lambda/contact-records/batch/settle-rejections';
import { processBatch } from '../../../../lambda/contact-records/batch/process-batch';
import type { Ports } from '../../../../lambda/contact-records/steps/ports';
import type { Store, StoreOutcome } from '../../../../lambda/contact-records/steps/store';
import { aContactRecord, aDelivery } from '../../../factories';
import { createInMemoryPorts, NO_DEADLINE, unavailable } from '../../../fakes';

const at = (second: number): string => `2024-03-05T09:32:0${second}Z`;
const version = (ContactId: string, second = 1) =>
  aContactRecord({ ContactId, LastUpdateTimestamp: at(second) });
const batchOf = (...payloads: unknown[]): KinesisStreamRecord[] =>
  payloads.map((payload, i) => aDelivery(payload, i + 1));
const outcomesOf = ({ done }: BatchResult): string[] => done.flatMap(({ outcomes }) => outcomes).sort();

type Answer = StoreOutcome | RetryableError | undefined;

/**
 * A table that answers a put as `answer` says, or like any other table; `calls` are the puts and probes in their order. The
 * number of complete records that were probed until then is the second argument.
 */
function aTable(answer: (put: string, probes: number) => Answer, overrides: Partial<Ports> = {}) {
  const fakes = createInMemoryPorts();
  const calls: string[] = [];
  const probes = () => calls.filter((call) => call === 'probe').length;
  const store: Store = (item, deadline) => {
    const put = `${item.ContactId} ${item.LastUpdateTimestamp.slice(-2, -1)}`;
    calls.push(put);
    const given = answer(put, probes());
    if (given instanceof Error) return Promise.reject(given);
    return given ? Promise.resolve(given) : fakes.ports.store(item, deadline);
  };
  const probe: Ports['probe'] = (item, deadline) => {
    calls.push(item.ContactId === PROBE_ID ? 'probe' : `probe ${item.ContactId}`);
    return fakes.ports.probe(item, deadline);
  };
  return { ...fakes, calls, ports: { ...fakes.ports, store, probe, ...overrides } };
}

const REJECTED: StoreOutcome = { kind: 'rejected' };
const rejecting =
  (...puts: string[]) =>
  (put: string): Answer =>
    puts.includes(put) ? REJECTED : undefined;
const failed = (sequenceNumber: number) => ({
  kind: 'quarantined',
  reason: 'rejected-by-dynamodb',
  eventId: `shardId-000000000000:${sequenceNumber}`,
});

describe('a rejected put', () => {
  it('is quarantined when it is rejected before and after the table accepts the probe', async () => {
    const { ports, calls, failedRecords } = aTable(rejecting('a 1'));

    const result = await processBatch(batchOf(version('a')), ports, NO_DEADLINE);

    expect(calls).toEqual(['a 1', 'probe', 'a 1', 'probe a']);
    expect(outcomesOf(result)).toEqual(['quarantined']);
    expect(result.done[0]?.failedRecords).toEqual([{ ...failed(1), contactId: 'a' }]);
    expect(failedRecords).toEqual([failed(1)]);
    expect(result.retryFrom).toBeUndefined();
  });

  it('takes its ordinary way when it is accepted after the probe', async () => {
    const { ports, published, failedRecords } = aTable((_, probes) => (probes === 0 ? REJECTED : undefined));

    const result = await processBatch(batchOf(version('a'), version('b')), ports, NO_DEADLINE);

    expect(outcomesOf(result)).toEqual(['stored', 'stored']);
    expect(published).toEqual(['a', 'b']);
    expect(failedRecords).toEqual([]);
    expect(result.retryFrom).toBeUndefined();
  });

  it('stops no other work', async () => {
    const { ports, table, published } = aTable(rejecting('a 1', 'c 1'));
    const batch = batchOf(version('a'), version('b'), version('c'), 'garbage', version('d'));

    const result = await processBatch(batch, ports, NO_DEADLINE);

    expect(outcomesOf(result)).toEqual(['quarantined', 'quarantined', 'quarantined', 'stored', 'stored']);
    expect([...table.keys()]).toEqual(['b', 'd']);
    expect(published).toEqual(['b', 'd']);
  });

  it('is decided after everything else has ended, in the order of the stream, with one probe', async () => {
    const { ports, calls } = aTable(rejecting('a 1', 'c 1'));
    const { store } = ports;
    // The rejection of the first record comes last.
    const slow: Store = async (item, deadline) => {
      if (item.ContactId === 'a' && !calls.includes('probe'))
        await new Promise((resolve) => setTimeout(resolve, 5));
      return store(item, deadline);
    };

    await processBatch(
      batchOf(version('a'), version('b'), version('c')),
      { ...ports, store: slow },
      NO_DEADLINE,
    );

    expect(calls.slice(0, 6)).toEqual(['b 1', 'c 1', 'a 1', 'probe', 'a 1', 'c 1']);
  });

  it('is not probed for when there is none', async () => {
    const { ports, calls } = aTable(() => undefined);

    await processBatch(batchOf(version('a'), 'garbage'), ports, NO_DEADLINE);

    expect(calls).toEqual(['a 1']);
  });

  it('is retried when the table rejects the probe, too', async () => {
    const { ports, table, failedRecords } = aTable(rejecting('b 1'), {
      probe: () => Promise.resolve('rejected'),
    });

    const result = await processBatch(batchOf(version('a'), version('b'), version('c')), ports, NO_DEADLINE);

    expect(result).toMatchObject({
      retryFrom: '2',
      error: { source: 'DynamoDB', reason: 'the records table rejects a well-formed contact record' },
    });
    expect(failedRecords).toEqual([]);
    expect([...table.keys()]).toEqual(['a', 'c']);
  });

  it('is retried when the probe has an internal error', async () => {
    const { ports, failedRecords } = aTable(rejecting('a 1'), {
      probe: () => Promise.reject(new TypeError('for +12065550101')),
    });

    const result = await processBatch(batchOf(version('a')), ports, NO_DEADLINE);

    expect(result).toMatchObject({ retryFrom: '1', error: { source: 'function', reason: 'TypeError' } });
    expect(failedRecords).toEqual([]);
  });

  it('is retried when the table accepts its item as a probe: it evaluates the condition first', async () => {
    const { ports, failedRecords } = aTable(rejecting('a 1'), {
      probe: () => Promise.resolve('accepted'),
    });

    const result = await processBatch(batchOf(version('a')), ports, NO_DEADLINE);

    expect(result).toMatchObject({
      retryFrom: '1',
      error: { source: 'DynamoDB', reason: 'the rejection of a record cannot be verified' },
    });
    expect(failedRecords).toEqual([]);
  });

  it('is retried when DynamoDB fails after the probe', async () => {
    const { ports, failedRecords } = aTable((_, probes) => (probes === 0 ? REJECTED : unavailable()));

    const result = await processBatch(batchOf(version('a')), ports, NO_DEADLINE);

    expect(result).toMatchObject({ retryFrom: '1', error: { reason: 'ThrottlingException' } });
    expect(failedRecords).toEqual([]);
  });

  it('is decided when the batch ends early, so that the checkpoint passes it', async () => {
    const { ports, failedRecords } = aTable((put) => (put === 'b 1' ? unavailable() : rejecting('a 1')(put)));

    const result = await processBatch(batchOf(version('a'), version('b')), ports, NO_DEADLINE);

    expect(result).toMatchObject({ retryFrom: '2', error: { reason: 'ThrottlingException' } });
    expect(failedRecords).toEqual([failed(1)]);
  });

  it('leaves the first error of the batch to be reported when the table is the cause, too', async () => {
    const { ports } = aTable((put) => (put === 'a 1' ? unavailable() : rejecting('b 1')(put)), {
      probe: () => Promise.resolve('rejected'),
    });

    const result = await processBatch(batchOf(version('a'), version('b')), ports, NO_DEADLINE);

    expect(result).toMatchObject({ retryFrom: '1', error: { reason: 'ThrottlingException' } });
  });

  it('is not passed by the checkpoint when it could not be saved', async () => {
    const { ports } = aTable(rejecting('a 1'), {
      quarantine: () => Promise.reject(new RetryableError('S3', 'SlowDown', 503)),
    });

    const result = await processBatch(batchOf(version('a'), version('b')), ports, NO_DEADLINE);

    expect(result).toMatchObject({ retryFrom: '1', error: { source: 'S3' } });
  });
});

describe('older versions of a contact whose newest version is rejected', () => {
  it('wait for the decision, and are then processed as if it had not been delivered', async () => {
    const { ports, calls, table, failedRecords } = aTable(rejecting('a 3'));
    const batch = batchOf(version('a', 1), version('a', 3), version('a', 2), version('a', 2));

    const result = await processBatch(batch, ports, NO_DEADLINE);

    expect(calls).toEqual(['a 3', 'probe', 'a 3', 'probe a', 'a 2']);
    expect(outcomesOf(result)).toEqual(['quarantined', 'redelivered', 'stored', 'superseded']);
    expect(table.get('a')?.LastUpdateTimestamp).toBe(at(2));
    expect(failedRecords).toEqual([failed(2)]);
  });

  it('are superseded when the newest is accepted after the probe', async () => {
    const { ports, table } = aTable((put, probes) => (put === 'a 3' && probes === 0 ? REJECTED : undefined));

    const result = await processBatch(batchOf(version('a', 1), version('a', 3)), ports, NO_DEADLINE);

    expect(outcomesOf(result)).toEqual(['stored', 'superseded']);
    expect(table.get('a')?.LastUpdateTimestamp).toBe(at(3));
  });

  it('need a probe of their own when they are rejected as well', async () => {
    const { ports, calls, failedRecords } = aTable(rejecting('a 3', 'a 2'));
    const batch = batchOf(version('a', 1), version('a', 2), version('a', 3));

    const result = await processBatch(batch, ports, NO_DEADLINE);

    expect(calls.join()).toBe('a 3,probe,a 3,probe a,a 2,probe,a 2,probe a,a 1');
    expect(outcomesOf(result)).toEqual(['quarantined', 'quarantined', 'stored']);
    expect(failedRecords).toEqual([failed(3), failed(2)]);
  });

  it('get no further probe when another record fails', async () => {
    const { ports, calls } = aTable((put, probes) =>
      put === 'b 1' && probes > 0 ? unavailable() : rejecting('a 3', 'a 2', 'b 1')(put),
    );
    const batch = batchOf(version('a', 2), version('a', 3), version('b', 1));

    const result = await processBatch(batch, ports, NO_DEADLINE);

    expect(calls.filter((call) => call === 'probe')).toHaveLength(1);
    expect(result).toMatchObject({ done: [], retryFrom: '1' });
  });

  it('are retried with it when one of them fails', async () => {
    const { ports } = aTable((put) => (put === 'a 1' ? unavailable() : rejecting('a 3')(put)));

    const result = await processBatch(batchOf(version('a', 1), version('a', 3)), ports, NO_DEADLINE);

    expect(result).toMatchObject({ done: [], retryFrom: '1' });
  });
});

describe('the time for rejected puts', () => {
  const timeFor = (most: number): Deadline => ({ ...NO_DEADLINE, hasTimeFor: (calls) => calls <= most });

  it('is that of two probes, the put and saving the record: without it, they are retried', async () => {
    const batch = batchOf(version('a'));

    const tooShort = await processBatch(batch, aTable(rejecting('a 1')).ports, timeFor(3));
    const enough = await processBatch(batch, aTable(rejecting('a 1')).ports, timeFor(4));

    expect(tooShort).toMatchObject({
      retryFrom: '1',
      error: { message: 'deadline: no time left to decide on a rejected put' },
    });
    expect(outcomesOf(enough)).toEqual(['quarantined']);
  });

  it('is kept free once a put is rejected, so that each invocation makes progress', async () => {
    const { ports, calls } = aTable(rejecting('c-0 1'));
    const many = batchOf(...Array.from({ length: 500 }, (_, i) => version(`c-${i}`)));

    const result = await processBatch(many, ports, timeFor(8));

    const begun = calls.indexOf('probe');
    expect(begun).toBeLessThan(500);
    expect(outcomesOf(result)[0]).toBe('quarantined');
    expect(result.retryFrom).toBe(String(begun + 1));
  });

  it('may end after the probe: the first rejected put is decided, and the rest is retried', async () => {
    const { ports, calls } = aTable(rejecting('a 1', 'b 1'));
    const deadline: Deadline = {
      ...NO_DEADLINE,
      hasTimeFor: (needed) => needed <= (calls.includes('probe') ? 4 : 5),
    };

    const result = await processBatch(batchOf(version('a'), version('b')), ports, deadline);

    expect(result).toMatchObject({ done: [{ outcomes: ['quarantined'] }], retryFrom: '2' });
  });
});
