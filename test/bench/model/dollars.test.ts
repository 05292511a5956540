import {
  fixedPerMonth,
  perMillionContacts,
  SERVICES,
  storagePerMonth,
  total,
} from '../../../bench/model/dollars';
import { DEPLOYED, PRICES } from '../../../bench/model/prices';
import { propertiesOf, templateOf } from '../../lib/synthesized';

const requests = {
  contacts: 100,
  deliveries: 100,
  abandoned: 0,
  writes: 100,
  writeUnits: 200,
  recordWrites: 100,
  ledgerWrites: 0,
  reads: 0,
  readUnits: 0,
  publishes: 0,
  objects: 0,
};
const aSecond = () => 1;

describe('dollars per million contacts', () => {
  test.each([
    [1, 0.625],
    [1.7, 1.25],
    [9, 5.625],
  ])('a put of %d KB is paid by the KB begun', (kilobytes, dollars) => {
    expect(perMillionContacts(requests, kilobytes, 500, aSecond).DynamoDB).toBeCloseTo(dollars, 10);
  });

  test('each claim and completion is one unit, whatever the size of the record', () => {
    const withLedger = { ...requests, ledgerWrites: 200 };

    expect(perMillionContacts(withLedger, 9, 500, aSecond).DynamoDB).toBeCloseTo(5.625 + 1.25, 10);
  });

  test('Lambda is paid by the second of a batch and by the batch', () => {
    // 2,000 batches of 500 records, a second and a GB each.
    expect(perMillionContacts(requests, 1, 500, aSecond).Lambda).toBeCloseTo(
      2_000 * 0.0000133334 + 0.002 * 0.2,
      10,
    );
  });

  test('a stream on demand is paid by the GB in, out, and kept', () => {
    const gigabytes = 1_000_000 / 1_024 / 1_024;

    expect(perMillionContacts(requests, 1, 500, aSecond).Kinesis).toBeCloseTo(
      gigabytes * (0.08 + 0.04 + 0.2 * 0.1),
      10,
    );
  });

  test('a provisioned one by the record, and all the rest by the hour', () => {
    expect(perMillionContacts(requests, 1, 500, aSecond, 'provisioned').Kinesis).toBeCloseTo(0.014, 10);
    expect(fixedPerMonth('provisioned', 2).Kinesis).toBeCloseTo(2 * 730 * 0.035, 10);
  });

  test('a message is a publish and a use of the key; an object in the failure bucket, too', () => {
    const dollars = perMillionContacts({ ...requests, publishes: 10, objects: 1 }, 1, 500, aSecond);

    expect(dollars.SNS).toBeCloseTo(0.05, 10);
    expect(dollars.S3).toBeCloseTo(0.05, 10);
    expect(dollars.KMS).toBeCloseTo(0.11 * 3, 10);
  });

  test('copies cost as much as first deliveries on their way here', () => {
    const twice = perMillionContacts({ ...requests, deliveries: 200 }, 1, 500, aSecond);
    const once = perMillionContacts(requests, 1, 500, aSecond);

    for (const service of ['Kinesis', 'Lambda', 'CloudWatch'] as const) {
      expect(twice[service]).toBeCloseTo(2 * once[service], 10);
    }
  });
});

test('the total is the sum of all services', () => {
  const each = Object.fromEntries(SERVICES.map((service, position) => [service, position + 1]));

  expect(total(each as Parameters<typeof total>[0])).toBe(28);
});

test('a contact that is kept is paid twice: in the table, and to be restorable', () => {
  expect(storagePerMonth(1.048576)).toBeCloseTo(0.45, 10);
});

describe('what is estimates with is what is deployed', () => {
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

  test('as many metrics are watched by alarms', () => {
    const watched = propertiesOf('AWS::CloudWatch::Alarm', template).map(({ Metrics }) =>
      Array.isArray(Metrics) ? Metrics.filter((metric) => 'MetricStat' in (metric as object)).length : 1,
    );

    expect(watched.reduce((sum, count) => sum + count, 0)).toBe(DEPLOYED.alarmedMetrics);
  });

  test('one key, one dashboard, one stream', () => {
    for (const type of ['AWS::KMS::Key', 'AWS::CloudWatch::Dashboard', 'AWS::Kinesis::Stream']) {
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
