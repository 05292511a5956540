/** What the three functions share: settings from the environment, clients, log lines. */
import { ConnectClient } from '@aws-sdk/client-connect';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { createCallbackTable } from './callback-table';

/** @throws Error that names the variable if it is missing */
export function read(name: string): string {
  const value = process.env[name];
  if (value === undefined || value === '') throw new Error(`the environment has no ${name}`);
  return value;
}

const dynamodb = DynamoDBDocumentClient.from(new DynamoDBClient({}), {
  marshallOptions: { removeUndefinedValues: true },
});

export const table = createCallbackTable(dynamodb, read('CALLBACK_TABLE_NAME'), Number(read('KEEP_DAYS')));
export const connect = new ConnectClient({});
export const instanceId = read('CONNECT_INSTANCE_ID');
export const entrySettings = {
  callAfterMinutes: Number(read('CALL_AFTER_MINUTES')),
  maxAttempts: Number(read('MAX_ATTEMPTS')),
};

/** Logs ids and reasons alone, never a value of a record. */
export function log(line: Readonly<Record<string, string | number>>): void {
  console.log(JSON.stringify(line));
}

/** Its message may quote values; its name does not. */
export const nameOf = (error: unknown): string => (error instanceof Error ? error.name : 'unknown');
