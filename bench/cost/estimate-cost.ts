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
 * @param requests - counted over some contacts, copies and newer versions included
 * @param batch - an average one
 */
export function estimatePerMillionContacts(
  requests: Requests,
  recordKilobytes: number,
  batch: { readonly records: number; readonly seconds: number },
): Dollars {
  const { contacts, deliveries, recordWrites, ledgerWrites, readUnits, publishes, objects } = requests;
  const billedKilobytes = Math.ceil(recordKilobytes);
  /** A million contacts need as many millions as one contact needs. */
  const countMillions = (count: number): number => count / contacts;
  const countGb = (kilobytes: number): number =>
    (countMillions(deliveries) * MILLION * kilobytes) / KB_IN_A_GB;
  const millionInvocations = countMillions(deliveries) / batch.records;
  const lambdaGbSeconds = millionInvocations * MILLION * batch.seconds * DEPLOYED.memoryGib;
  const logsGb = (millionInvocations * MILLION * ASSUMED.logKilobytesAnInvocation) / KB_IN_A_GB;
  const monthsBeyondADay = (DEPLOYED.retentionDays - 1) / ASSUMED.daysAMonth;

  return {
    // An item of the ledger is smaller than a KB.
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
    // At most: SNS keeps a data key for minutes.
    KMS: countMillions(publishes + objects) * PRICES.millionKeyRequests.dollars,
    CloudWatch: logsGb * PRICES.logsGb.dollars,
  };
}

/** What a month costs even without a contact: the stream and the key. */
export const DOLLARS_PER_MONTH: Dollars = {
  ...{ DynamoDB: 0, Lambda: 0, SNS: 0, S3: 0, CloudWatch: 0 },
  Kinesis: ASSUMED.hoursAMonth * PRICES.onDemandStreamHour.dollars,
  KMS: PRICES.keyMonth.dollars,
};

/** Estimates what a million stored contacts cost a month, point-in-time recovery included. */
export const estimateStoragePerMonth = (recordKilobytes: number): number =>
  ((MILLION * recordKilobytes) / KB_IN_A_GB) *
  (PRICES.tableGbMonth.dollars + PRICES.pointInTimeRecoveryGbMonth.dollars);

export const sumDollars = (dollars: Dollars): number =>
  SERVICES.reduce((sum, service) => sum + dollars[service], 0);
