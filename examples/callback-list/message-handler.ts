/** Adds abandoned contacts to the list. The Lambda function reads an SQS queue with raw message delivery. */
import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { parseMessage } from './contact';
import { addAbandoned } from './entry';
import { entrySettings, log, nameOf, table } from './environment';

/** Returns the failed messages. SQS delivers them again, and finally moves them to the dead-letter queue. */
export async function handler({ Records }: SQSEvent): Promise<SQSBatchResponse> {
  const batchItemFailures: SQSBatchResponse['batchItemFailures'] = [];
  // One by one, because several messages may be about the same customer.
  for (const record of Records)
    if (!(await isDone(record))) batchItemFailures.push({ itemIdentifier: record.messageId });
  return { batchItemFailures };
}

async function isDone({ messageId, body }: SQSRecord): Promise<boolean> {
  try {
    const contact = parseMessage(body);
    const { contactId, number } = contact;
    if (contactId.startsWith('smoke-test-')) {
      log({ kind: 'smoke-test', contactId });
      return true;
    }
    const outcome =
      number === undefined
        ? await table.addWithoutNumber(contact)
        : await table.change(number, (entry) => addAbandoned(entry, contact, entrySettings), {
            contactId,
            kind: 'abandoned',
          });
    log({ kind: outcome, contactId });
    return true;
  } catch (error) {
    log({ kind: 'failed', messageId, because: nameOf(error) });
    return false;
  }
}
