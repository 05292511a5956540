/**
 * Dollars, from counted requests: what a million contacts cost, what a month costs that nobody calls in, and a month of
 * so many contacts an hour.
 */
import { NOT_ABANDONED_REASONS } from '../../lambda/contact-records/contact-record/abandoned';
import { METRIC } from '../../lambda/contact-records/contract';
import type { Requests } from '../results';
import type { BatchSeconds } from './batch-seconds';
import { ASSUMED, DEPLOYED, PRICES } from './prices';

export const SERVICES = ['DynamoDB', 'Kinesis', 'Lambda', 'SNS', 'S3', 'KMS', 'CloudWatch'] as const;
export type Service = (typeof SERVICES)[number];
export type Dollars = Readonly<Record<Service, number>>;

/** How the stream is paid: by what goes through it, as deployed, or by shards. */
export type Stream = 'on demand' | 'provisioned';

const MILLION = 1_000_000;
const KB_IN_A_GB = 1024 * 1024;

/**
 * What a million contacts cost, each service on its own: all that grows with their number. Storage is apart.
 *
 * @param requests - counted over some contacts, copies and newer versions included
 * @param recordKilobytes - of each of their records
 * @param batchRecords - in one invocation
 */
export function perMillionContacts(
  requests: Requests,
  recordKilobytes: number,
  batchRecords: number,
  batchSeconds: BatchSeconds,
  stream: Stream = 'on demand',
): Dollars {
  const { contacts, deliveries, recordWrites, ledgerWrites, readUnits, publishes, objects } = requests;
  const perMillion = (count: number): number => (count / contacts) * MILLION;
  const billedKilobytes = Math.ceil(recordKilobytes);
  const invocations = perMillion(deliveries) / batchRecords;
  const millions = (count: number): number => perMillion(count) / MILLION;
  const gigabytes = (kilobytes: number): number => (perMillion(deliveries) * kilobytes) / KB_IN_A_GB;

  return {
    // An entry of the ledger is below a KB.
    DynamoDB:
      millions(recordWrites * billedKilobytes + ledgerWrites) * PRICES.writeUnits.dollars +
      millions(readUnits) * PRICES.readUnits.dollars,
    Kinesis:
      stream === 'on demand'
        ? gigabytes(billedKilobytes) * PRICES.streamIn.dollars +
          gigabytes(recordKilobytes) * PRICES.streamOut.dollars +
          gigabytes(recordKilobytes) * MONTHS_BEYOND_A_DAY * PRICES.streamRetention.dollars
        : millions(deliveries) * Math.ceil(recordKilobytes / 25) * PRICES.shardPutUnits.dollars,
    Lambda:
      invocations * batchSeconds(batchRecords) * DEPLOYED.memoryGib * PRICES.lambdaSeconds.dollars +
      (invocations / MILLION) * PRICES.lambdaRequests.dollars,
    SNS: millions(publishes) * Math.ceil(recordKilobytes / 64) * PRICES.publishes.dollars,
    S3: millions(objects) * PRICES.objects.dollars,
    KMS: millions(publishes + objects) * ASSUMED.keyRequestsAMessage * PRICES.keyRequests.dollars,
    CloudWatch: ((invocations * ASSUMED.logKilobytesAnInvocation) / KB_IN_A_GB) * PRICES.logs.dollars,
  };
}

const MONTHS_BEYOND_A_DAY = (DEPLOYED.retentionDays - 1) / ASSUMED.daysAMonth;

/** What a month costs even without a contact. */
export function fixedPerMonth(stream: Stream = 'on demand', shards = 1): Dollars {
  const shardHour = PRICES.shardHours.dollars + PRICES.shardRetentionHours.dollars;
  return {
    DynamoDB: 0,
    Kinesis: ASSUMED.hoursAMonth * (stream === 'on demand' ? PRICES.streamHours.dollars : shards * shardHour),
    Lambda: 0,
    SNS: 0,
    S3: 0,
    KMS: PRICES.keyMonths.dollars,
    CloudWatch:
      OWN_METRICS * PRICES.metricMonths.dollars +
      DEPLOYED.alarmedMetrics * PRICES.alarmMonths.dollars +
      PRICES.dashboardMonths.dollars,
  };
}

/** At most: a metric that never occurred in a month costs nothing. */
const OWN_METRICS = Object.keys(METRIC).length + NOT_ABANDONED_REASONS.length;

/** What a million contacts cost for each month in which they are kept, restorable. */
export const storagePerMonth = (recordKilobytes: number): number =>
  ((MILLION * recordKilobytes) / KB_IN_A_GB) * (PRICES.tableStorage.dollars + PRICES.tableRecovery.dollars);

export const total = (dollars: Dollars): number =>
  SERVICES.reduce((sum, service) => sum + dollars[service], 0);
