/**
 * What hardly anybody gets under: the document client with its default settings, one conditional put for each delivery,
 * and claim, publish and complete for an abandoned contact. Nothing else: what can't be read is passed over, and any
 * fault fails the batch.
 */
import { ConditionalCheckFailedException, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { DynamoDBDocumentClient, PutCommand, type PutCommandInput } from '@aws-sdk/lib-dynamodb';
import type { KinesisStreamEvent } from 'aws-lambda';
import { decideAbandoned } from '../../lambda/contact-records/contact-record/abandoned';
import type { ReadableContactRecord } from '../../lambda/contact-records/contact-record/model';

const documents = DynamoDBDocumentClient.from(new DynamoDBClient({}));
const sns = new SNSClient({});
const IN_FLIGHT = Number(process.env.RECORDS_IN_FLIGHT);

export async function handler({ Records }: KinesisStreamEvent) {
  let next = 0;
  const work = async () => {
    for (let record = Records[next++]; record; record = Records[next++])
      await processData(record.kinesis.data);
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, work));
  return { batchItemFailures: [] };
}

async function processData(data: string): Promise<void> {
  const text = Buffer.from(data, 'base64').toString('utf8');
  const record = read(text);
  if (!record) return;
  const { ContactId, LastUpdateTimestamp } = record;
  const isStored = await putUnlessRefused({
    TableName: process.env.RECORDS_TABLE_NAME,
    Item: record,
    ConditionExpression: 'attribute_not_exists(ContactId) OR LastUpdateTimestamp < :incoming',
    ExpressionAttributeValues: { ':incoming': LastUpdateTimestamp },
  });
  if (!isStored || decideAbandoned(record).kind !== 'abandoned') return;

  const TableName = process.env.LEDGER_TABLE_NAME;
  const isClaimed = await putUnlessRefused({
    TableName,
    Item: { ContactId },
    ConditionExpression: 'attribute_not_exists(ContactId)',
  });
  if (!isClaimed) return;
  const { MessageId } = await sns.send(
    new PublishCommand({ TopicArn: process.env.ABANDONED_CONTACTS_TOPIC_ARN, Message: text }),
  );
  await documents.send(new PutCommand({ TableName, Item: { ContactId, MessageId } }));
}

function read(text: string): ReadableContactRecord | undefined {
  try {
    return JSON.parse(text) as ReadableContactRecord;
  } catch {
    return undefined;
  }
}

async function putUnlessRefused(input: PutCommandInput): Promise<boolean> {
  try {
    await documents.send(new PutCommand(input));
    return true;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false;
    throw error;
  }
}
