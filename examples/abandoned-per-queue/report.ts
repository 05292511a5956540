/**
 * Prints a day's abandoned contacts per hour and queue:
 *
 *   npx tsx examples/abandoned-per-queue/report.ts TABLE 2026-03-05
 */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { listAbandonedPerHour } from './contacts';

const [table, day] = process.argv.slice(2);

async function report(): Promise<void> {
  if (table === undefined || day === undefined) throw new Error('usage: report.ts TABLE YYYY-MM-DD');
  const dynamodb = DynamoDBDocumentClient.from(new DynamoDBClient({}));
  const hours = await listAbandonedPerHour(dynamodb, table, day);
  for (const { hour, queue, contacts } of hours)
    console.log(`${hour}:00 UTC  ${String(contacts).padStart(5)}  ${queue}`);
}

report().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
