import {
  DOLLARS_PER_MONTH,
  estimatePerMillionContacts,
  estimateStoragePerMonth,
  SERVICES,
  sumDollars,
} from '../../../bench/cost/estimate-cost';
import { DEPLOYED, PRICES } from '../../../bench/cost/prices';
import type { Requests } from '../../../bench/results';
import { propertiesOf, templateOf } from '../../lib/synthesized';

const requests: Requests = {
  contacts: 100,
  deliveries: 100,
  abandoned: 0,
  writeUnits: 200,
  recordWrites: 100,
  ledgerWrites: 0,
  readUnits: 0,
  publishes: 0,
  objects: 0,
};
const batch = { records: 500, seconds: 1 };

describe('dollars per million contacts', () => {
  test.each([
    [1, 0.625],
    [1.7, 1.25],
    [9, 5.625],
  ])('a put of %d KB is paid by the KB begun', (kilobytes, dollars) => {
    expect(estimatePerMillionContacts(requests, kilobytes, batch).DynamoDB).toBeCloseTo(dollars, 10);
  });

  test('each claim and completion is one unit, whatever the size of the record', () => {
    const withLedger = { ...requests, ledgerWrites: 200 };

    expect(estimatePerMillionContacts(withLedger, 9, batch).DynamoDB).toBeCloseTo(5.625 + 1.25, 10);
  });

  test('Lambda is paid by the second of a batch and by the batch', () => {
    // 2,000 batches of 500 records, a second and a GB each.
    expect(estimatePerMillionContacts(requests, 1, batch).Lambda).toBeCloseTo(
      2_000 * 0.0000133334 + 0.002 * 0.2,
      10,
    );
  });

  test('a stream on demand is paid by the GB in, out, and kept', () => {
    const gigabytes = 1_000_000 / 1_024 / 1_024;

    expect(estimatePerMillionContacts(requests, 1, batch).Kinesis).toBeCloseTo(
      gigabytes * (0.08 + 0.04 + 0.2 * 0.1),
      10,
    );
  });

  test('a message is a publish and a use of the key; an object in the failure bucket, too', () => {
    const dollars = estimatePerMillionContacts({ ...requests, publishes: 10, objects: 1 }, 1, batch);

    expect(dollars.SNS).toBeCloseTo(0.05, 10);
    expect(dollars.S3).toBeCloseTo(0.05, 10);
    expect(dollars.KMS).toBeCloseTo(0.11 * 3, 10);
  });

  test('copies cost as much as first deliveries in stream, function and logs', () => {
    const twice = estimatePerMillionContacts({ ...requests, deliveries: 200 }, 1, batch);
    const once = estimatePerMillionContacts(requests, 1, batch);

    for (const service of ['Kinesis', 'Lambda', 'CloudWatch'] as const) {
      expect(twice[service]).toBeCloseTo(2 * once[service], 10);
    }
  });
});

test('a month costs the key and an on-demand stream, even without a contact', () => {
  expect(DOLLARS_PER_MONTH.Kinesis).toBeCloseTo(730 * 0.04, 10);
  expect(sumDollars(DOLLARS_PER_MONTH)).toBeCloseTo(730 * 0.04 + 1, 10);
});

test('the sum is that of all services', () => {
  const each = Object.fromEntries(SERVICES.map((service, position) => [service, position + 1]));

  expect(sumDollars(each as Parameters<typeof sumDollars>[0])).toBe(28);
});

test('a stored contact is paid twice: for the table, and for point-in-time recovery', () => {
  expect(estimateStoragePerMonth(1.048576)).toBeCloseTo(0.45, 10);
});

describe('estimates are for the stack as it is deployed', () => {
  const template = templateOf();

  test('memory, batch and parallelization', () => {
    const [mapping] = propertiesOf('AWS::Lambda::EventSourceMapping', template);
    const memory = propertiesOf('AWS::Lambda::Function', template).map(({ MemorySize }) => MemorySize);

    expect(memory).toContain(DEPLOYED.memoryGib * 1024);
    expect(mapping).toMatchObject({
      BatchSize: DEPLOYED.batchSize,
      ParallelizationFactor: DEPLOYED.parallelization,
    });
  });

  test('the stream keeps records for as many days', () => {
    expect(propertiesOf('AWS::Kinesis::Stream', template)).toMatchObject([
      { RetentionPeriodHours: DEPLOYED.retentionDays * 24 },
    ]);
  });

  test('one key, one stream', () => {
    for (const type of ['AWS::KMS::Key', 'AWS::Kinesis::Stream']) {
      expect(propertiesOf(type, template)).toHaveLength(1);
    }
  });
});

test('each price says where it was seen', () => {
  for (const { source, dollars } of Object.values(PRICES)) {
    expect(source).toMatch(/^https:\/\//);
    expect(dollars).toBeGreaterThan(0);
  }
});
