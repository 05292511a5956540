/**
 * Keeps a list of customers to call back, in a DynamoDB table. A Lambda function behind an SQS queue that is subscribed
 * to the topic of abandoned contacts with raw delivery.
 *
 * A message may come twice, under two message ids. The table is what remembers: an entry is put only where there is none
 * for its `ContactId`, and stays when the customer was called.
 */
import { ConditionalCheckFailedException, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';
import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { type Callback, whomToCall } from './callback';

const TableName = process.env.CALLBACK_LIST_TABLE_NAME;
const DAYS_KEPT = 90;

const dynamodb = DynamoDBDocumentClient.from(new DynamoDBClient({}), {
  marshallOptions: { removeUndefinedValues: true },
});

/** Names the messages that are not done, and only those: SQS hands them out again, and at last to the dead-letter queue. */
export async function handler({ Records }: SQSEvent): Promise<SQSBatchResponse> {
  const done = await Promise.all(Records.map(isDone));
  const failed = Records.filter((_, i) => !done[i]);
  return { batchItemFailures: failed.map(({ messageId }) => ({ itemIdentifier: messageId })) };
}

async function isDone({ messageId, body }: SQSRecord): Promise<boolean> {
  try {
    const decision = whomToCall(body);
    if (decision.kind === 'leave') log(decision);
    else log({ kind: await add(decision.callback), contactId: decision.callback.ContactId });
    return true;
  } catch (error) {
    log({ kind: 'failed', messageId, because: error instanceof Error ? error.name : 'unknown' });
    return false;
  }
}

async function add(callback: Callback): Promise<'added' | 'repeat'> {
  const ExpiresAt = Math.floor(Date.now() / 1000) + DAYS_KEPT * 24 * 3600;
  const Item = { ...callback, ExpiresAt };
  const ConditionExpression = 'attribute_not_exists(ContactId)';
  try {
    await dynamodb.send(new PutCommand({ TableName, Item, ConditionExpression }));
    return 'added';
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return 'repeat';
    throw error;
  }
}

/** Ids and reasons alone: a log is no place for a telephone number. */
function log(line: Readonly<Record<string, string>>): void {
  console.log(JSON.stringify(line));
}
