/** Scans a whole table in parallel parts, of which only one page each is in memory. */
import {
  type AttributeValue,
  DescribeTableCommand,
  DynamoDBClient,
  ScanCommand,
  type ScanCommandInput,
} from '@aws-sdk/client-dynamodb';
import { SMALL_REQUEST_LIMITS } from './aws-clients';
import { formatCount, formatNumber, joinLines } from './format';
import { callService, createServiceError } from './service-error';
import { limitTime } from './time-limit';

export interface Part {
  segment: number;
  segments: number;
  from?: Record<string, AttributeValue> | undefined;
}

export interface ScannedPage {
  items: Record<string, AttributeValue>[];
  scanned: number;
  /** Where the next page begins; undefined behind the last one. */
  next: Part['from'];
}

/** Reads a page of one of `segments` parts; throws `ServiceError`, and the reason of `stopping`. */
export type ScanPage = (part: Part, stopping: AbortSignal) => Promise<ScannedPage>;

/** A page is 1 MB, and a scan of hours must survive minutes of throttling. */
const PAGE_LIMIT_MS = 300_000;
const SCAN_ATTEMPTS = 15;

/** @param input - projection, filter, consistency */
export function createScanPage(TableName: string, input: Omit<ScanCommandInput, 'TableName'> = {}): ScanPage {
  const dynamodb = new DynamoDBClient({ requestHandler: SMALL_REQUEST_LIMITS, maxAttempts: SCAN_ATTEMPTS });
  return async ({ segment, segments, from }, stopping) => {
    const command = new ScanCommand({
      ...{ TableName, Segment: segment, TotalSegments: segments, ExclusiveStartKey: from },
      ...input,
    });
    try {
      const page = await dynamodb.send(command, limitTime(PAGE_LIMIT_MS, stopping));
      return { items: page.Items ?? [], scanned: page.ScannedCount ?? 0, next: page.LastEvaluatedKey };
    } catch (error) {
      stopping.throwIfAborted();
      throw createServiceError('dynamodb:Scan', error);
    }
  };
}

/**
 * Reads all parts at the same time, each page by page.
 *
 * @throws what `scan` and `onPage` throw, and the reason of `stopping`
 */
export async function scanSegments<Page extends Pick<ScannedPage, 'next'>>(
  scan: (part: Part, stopping: AbortSignal) => Promise<Page>,
  segments: number,
  stopping: AbortSignal,
  onPage: (page: Page, ending: AbortSignal) => Promise<void> | void,
): Promise<void> {
  const failed = new AbortController();
  const ending = AbortSignal.any([stopping, failed.signal]);
  const readSegment = async (segment: number) => {
    let from: Part['from'];
    do {
      const page = await scan({ segment, segments, from }, ending);
      await onPage(page, ending);
      from = page.next;
    } while (from);
  };
  const reading = Array.from({ length: segments }, (_, segment) =>
    // The first error ends the other segments, and is the one that is thrown.
    readSegment(segment).catch((error: unknown) => {
      failed.abort(error);
    }),
  );
  await Promise.all(reading);
  ending.throwIfAborted();
}

export interface TableSize {
  items: number;
  bytes: number;
}

/** Returns the size as DynamoDB has counted it, some hours ago; throws `ServiceError`. */
export async function measureTable(dynamodb: DynamoDBClient, TableName: string): Promise<TableSize> {
  const command = new DescribeTableCommand({ TableName });
  const { Table } = await callService('dynamodb:DescribeTable', (limit) => dynamodb.send(command, limit));
  return { items: Table?.ItemCount ?? 0, bytes: Table?.TableSizeBytes ?? 0 };
}

/** One read unit is 4 KB; an eventually consistent scan takes half of one. On demand, in us-east-1, in November 2026. */
const DOLLARS_PER_MILLION_UNITS = 0.125;

/** Says what a scan will read, and what that costs; `more` is what is read besides, as the end of a sentence. */
export function formatScanPlan(
  { items, bytes }: TableSize,
  table: string,
  segments: number,
  { isConsistent = false, more }: { isConsistent?: boolean; more: string },
): string {
  const units = Math.ceil(bytes / (isConsistent ? 4096 : 8192));
  const dollars = (units * DOLLARS_PER_MILLION_UNITS) / 1e6;
  return joinLines([
    `All of the table ${table} is read, ${formatCount(segments, 'part')} at the same time:`,
    `  items  ${formatNumber(items)}, ${formatNumber(Math.ceil(bytes / 1e6))} MB, as DynamoDB counted some hours ago`,
    `  cost   ${formatNumber(units)} read units, about $${dollars.toFixed(2)} on demand in us-east-1, and one unit for`,
    `         ${more}`,
    'Nothing is changed. Reads take capacity from the table: fewer --segments take less at once.',
  ]);
}
