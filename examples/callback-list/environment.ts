/** Provides settings, clients and logging for the three functions. */
import { ConnectClient } from '@aws-sdk/client-connect';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { createCallbackTable } from './callback-table';

/** Reads an environment variable; throws an error that names the variable if it is missing. */
export function read(name: string): string {
  const value = process.env[name];
  if (value === undefined || value === '')
    throw new Error(`The environment variable ${name} is missing: deploy the stack again.`);
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

/** Logs ids and reasons, and never another value of a record. */
export function log(line: Readonly<Record<string, string | number>>): void {
  console.log(JSON.stringify(line));
}

/** Returns the name of an error. Its message may quote values of a record. */
export const nameOf = (error: unknown): string => (error instanceof Error ? error.name : 'unknown');
