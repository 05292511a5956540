/**
 * Makes only the necessary requests. These are one conditional put for each delivery, and claim, publish and completion
 * for an abandoned contact. It skips unreadable records, and any error fails the batch.
 */
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import type { KinesisStreamEvent } from 'aws-lambda';
import { decideAbandoned } from '../../lambda/contact-records/contact-record/abandoned';
import type { ReadableContactRecord } from '../../lambda/contact-records/contact-record/model';
import { decodeText, documents, publish, putIfNewer, putUnlessRefused } from './common';

const IN_FLIGHT = Number(process.env.RECORDS_IN_FLIGHT);

export async function handler({ Records }: KinesisStreamEvent) {
  let next = 0;
  const work = async () => {
    for (let record = Records[next++]; record; record = Records[next++])
      await processText(decodeText(record.kinesis.data));
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, work));
  return { batchItemFailures: [] };
}

async function processText(text: string): Promise<void> {
  const record = parse(text);
  if (!record || !(await putIfNewer(record)) || decideAbandoned(record).kind !== 'abandoned') return;

  const TableName = process.env.LEDGER_TABLE_NAME;
  const { ContactId } = record;
  const ConditionExpression = 'attribute_not_exists(ContactId)';
  if (!(await putUnlessRefused({ TableName, Item: { ContactId }, ConditionExpression }))) return;
  const { MessageId } = await publish(text);
  await documents.send(new PutCommand({ TableName, Item: { ContactId, MessageId } }));
}

function parse(text: string): ReadableContactRecord | undefined {
  try {
    return JSON.parse(text) as ReadableContactRecord;
  } catch {
    return undefined;
  }
}
