/**
 * Prints the list:
 *
 *   npx tsx show-list.ts TABLE
 */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { createCallbackTable, type Listed } from './callback-table';

const SHOWN = ['open', 'task', 'given-up', 'no-number'] as const;

export async function showList(dynamodb: DynamoDBClient, tableName: string): Promise<string> {
  const table = createCallbackTable(DynamoDBDocumentClient.from(dynamodb), tableName, 0);
  const listed = (await Promise.all(SHOWN.map((state) => table.list(state)))).flat();
  return [
    formatLine('STATE', 'CUSTOMER', 'CONTACTS', 'ATTEMPTS', 'ABANDONED', 'QUEUE'),
    ...listed.map(format),
  ].join('\n');
}

const format = ({ State, Customer, Contacts = [], Attempts = 0, AbandonedAt = '', QueueName = '' }: Listed) =>
  formatLine(State, Customer, String(Contacts.length), String(Attempts), AbandonedAt, QueueName);

const formatLine = (state: string, customer: string, contacts: string, attempts: string, ...rest: string[]) =>
  [state.padEnd(9), customer.padEnd(16), contacts.padStart(8), attempts.padStart(8), ...rest].join('  ');

async function main(tableName: string | undefined): Promise<void> {
  if (tableName === undefined) throw new Error('usage: show-list.ts TABLE');
  console.log(await showList(new DynamoDBClient({}), tableName));
}

if (require.main === module)
  main(process.argv[2]).catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  });
