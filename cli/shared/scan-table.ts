/** Scans a whole table in parallel segments, with one page per segment in memory. */
import {
  type AttributeValue,
  DescribeTableCommand,
  DynamoDBClient,
  ScanCommand,
  type ScanCommandInput,
} from '@aws-sdk/client-dynamodb';
import { SMALL_REQUEST_LIMITS } from './aws-clients';
import { formatCount, formatNumber, joinLines } from './format';
import { callService } from './service-error';

export interface Part {
  segment: number;
  segments: number;
  from?: Record<string, AttributeValue> | undefined;
}

export interface ScannedPage {
  items: Record<string, AttributeValue>[];
  scanned: number;
  /** Where the next page begins; undefined after the last page. */
  next: Part['from'];
}

/** Reads a page of a segment; throws `ServiceError`, and the reason of `stopping`. */
export type ScanPage = (part: Part, stopping: AbortSignal) => Promise<ScannedPage>;

/** Upper bound for a page of 1 MB. A long scan must survive minutes of throttling. */
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
    const page = await callService('dynamodb:Scan', (limit) => dynamodb.send(command, limit), {
      milliseconds: PAGE_LIMIT_MS,
      stopping,
    });
    return { items: page.Items ?? [], scanned: page.ScannedCount ?? 0, next: page.LastEvaluatedKey };
  };
}

/**
 * Reads all segments in parallel, page by page.
 *
 * @throws errors of `scan` and `onPage`, and the reason of `stopping`
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
    // The first error ends the other segments, and is thrown.
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

/** Returns the size that DynamoDB counted some hours ago; throws `ServiceError`. */
export async function measureTable(dynamodb: DynamoDBClient, TableName: string): Promise<TableSize> {
  const command = new DescribeTableCommand({ TableName });
  const { Table } = await callService('dynamodb:DescribeTable', (limit) => dynamodb.send(command, limit));
  return { items: Table?.ItemCount ?? 0, bytes: Table?.TableSizeBytes ?? 0 };
}

/** Price on demand in us-east-1, November 2026. A unit reads 4 KB, or 8 KB without strong consistency. */
const DOLLARS_PER_MILLION_UNITS = 0.125;

/**
 * Formats what a scan will read, and what it costs.
 *
 * @param more - further reads, as the end of the sentence "and one unit for"
 */
export function formatScanPlan(
  { items, bytes }: TableSize,
  table: string,
  segments: number,
  { isConsistent = false, more }: { isConsistent?: boolean; more: string },
): string {
  const units = Math.ceil(bytes / (isConsistent ? 4096 : 8192));
  const dollars = (units * DOLLARS_PER_MILLION_UNITS) / 1e6;
  return joinLines([
    `The command reads the whole table ${table}, ${formatCount(segments, 'part')} at the same time:`,
    `  items  ${formatNumber(items)}, ${formatNumber(Math.ceil(bytes / 1e6))} MB, as DynamoDB counted some hours ago`,
    `  cost   ${formatNumber(units)} read units, about $${dollars.toFixed(2)} on demand in us-east-1, and one unit for`,
    `         ${more}`,
    'It changes nothing. The reads use capacity of the table: fewer --segments use less at a time.',
  ]);
}
