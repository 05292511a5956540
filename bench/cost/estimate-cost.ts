/** Estimates cost in dollars from counted requests. */
import type { Requests } from '../results';
import { ASSUMED, DEPLOYED, PRICES } from './prices';

export const SERVICES = ['DynamoDB', 'Kinesis', 'Lambda', 'SNS', 'S3', 'KMS', 'CloudWatch'] as const;
export type Dollars = Readonly<Record<(typeof SERVICES)[number], number>>;

const MILLION = 1_000_000;
const KB_IN_A_GB = 1024 * 1024;

/**
 * Estimates what a million contacts cost, without storage.
 *
 * @param requests - counts over some contacts, including copies and newer versions
 * @param batch - an average batch
 */
export function estimatePerMillionContacts(
  requests: Requests,
  recordKilobytes: number,
  batch: { readonly records: number; readonly seconds: number },
): Dollars {
  const { contacts, deliveries, recordWrites, ledgerWrites, readUnits, publishes, objects } = requests;
  const billedKilobytes = Math.ceil(recordKilobytes);
  /** Converts a count to millions per million contacts, which equals the count per contact. */
  const countMillions = (count: number): number => count / contacts;
  const countGb = (kilobytes: number): number =>
    (countMillions(deliveries) * MILLION * kilobytes) / KB_IN_A_GB;
  const millionInvocations = countMillions(deliveries) / batch.records;
  const lambdaGbSeconds = millionInvocations * MILLION * batch.seconds * DEPLOYED.memoryGib;
  const logsGb = (millionInvocations * MILLION * ASSUMED.logKilobytesAnInvocation) / KB_IN_A_GB;
  const monthsBeyondADay = (DEPLOYED.retentionDays - 1) / ASSUMED.daysAMonth;

  return {
    // A ledger item is smaller than 1 KB, so each write takes one unit.
    DynamoDB:
      countMillions(recordWrites * billedKilobytes + ledgerWrites) * PRICES.millionWriteUnits.dollars +
      countMillions(readUnits) * PRICES.millionReadUnits.dollars,
    Kinesis:
      countGb(billedKilobytes) * PRICES.onDemandGbIn.dollars +
      countGb(recordKilobytes) * PRICES.onDemandGbOut.dollars +
      countGb(recordKilobytes) * monthsBeyondADay * PRICES.onDemandGbMonthKept.dollars,
    Lambda:
      lambdaGbSeconds * PRICES.lambdaArmGbSecond.dollars +
      millionInvocations * PRICES.millionInvocations.dollars,
    SNS: countMillions(publishes) * Math.ceil(recordKilobytes / 64) * PRICES.millionPublishes.dollars,
    S3: countMillions(objects) * PRICES.millionObjects.dollars,
    // An upper bound: SNS reuses a data key for minutes.
    KMS: countMillions(publishes + objects) * PRICES.millionKeyRequests.dollars,
    CloudWatch: logsGb * PRICES.logsGb.dollars,
  };
}

/** The fixed cost of a month without contacts: the stream and the key. */
export const DOLLARS_PER_MONTH: Dollars = {
  ...{ DynamoDB: 0, Lambda: 0, SNS: 0, S3: 0, CloudWatch: 0 },
  Kinesis: ASSUMED.hoursAMonth * PRICES.onDemandStreamHour.dollars,
  KMS: PRICES.keyMonth.dollars,
};

/** Estimates the monthly cost of a million stored contacts, including point-in-time recovery. */
export const estimateStoragePerMonth = (recordKilobytes: number): number =>
  ((MILLION * recordKilobytes) / KB_IN_A_GB) *
  (PRICES.tableGbMonth.dollars + PRICES.pointInTimeRecoveryGbMonth.dollars);

export const sumDollars = (dollars: Dollars): number =>
  SERVICES.reduce((sum, service) => sum + dollars[service], 0);
