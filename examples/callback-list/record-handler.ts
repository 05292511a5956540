/**
 * Closes entries of customers who were served, and deletes entries of forgotten contacts. The Lambda function reads the
 * stream of the records table.
 */
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { DynamoDBBatchResponse, DynamoDBStreamEvent } from 'aws-lambda';
import { type Fields, interpretRecord } from './contact';
import { addServed, endTask, type Entry, toTimestamp } from './entry';
import { connect, entrySettings, instanceId, log, nameOf, table } from './environment';
import { stopTask } from './tasks';

/** Stops at the first failed record, and returns it. Lambda delivers it and all later records again. */
export async function handler({ Records }: DynamoDBStreamEvent): Promise<DynamoDBBatchResponse> {
  for (const { dynamodb } of Records) {
    // A deleted item has no image.
    if (dynamodb?.NewImage === undefined) continue;
    // Some numbers do not fit into JavaScript's number type. The example does not use them.
    const record = unmarshall(dynamodb.NewImage as Record<string, AttributeValue>, { wrapNumbers: true });
    const contactId = String(record.ContactId);
    try {
      const outcome = await process(contactId, record);
      if (outcome !== 'unchanged') log({ kind: outcome, contactId });
    } catch (error) {
      log({ kind: 'failed', contactId, because: nameOf(error) });
      return { batchItemFailures: [{ itemIdentifier: dynamodb.SequenceNumber ?? '' }] };
    }
  }
  return { batchItemFailures: [] };
}

async function process(contactId: string, record: Fields) {
  const meaning = interpretRecord(record);
  switch (meaning.kind) {
    case 'nothing':
      return 'unchanged';
    case 'forgotten':
      return table.forget(contactId, stopTaskOf);
    case 'task-ended':
      return table.changeByTask(contactId, (entry) =>
        endTask(entry, meaning.byAgent, toTimestamp(Date.now()), entrySettings),
      );
    case 'served': {
      const { number, servedAt, endedAt, isOutbound } = meaning;
      const close = async (entry: Entry | undefined) => {
        // A newer version of the abandoned contact itself may name an agent.
        const isOwn = entry?.Contacts.includes(contactId) === true;
        const served = addServed(entry, isOwn ? (endedAt ?? servedAt) : servedAt);
        // An agent who has just called the customer still works on the task.
        if (entry !== undefined && served.State === 'served' && !isOutbound) await stopTaskOf(entry);
        return served;
      };
      return table.change(number, close, { contactId, kind: 'served' });
    }
  }
}

/** Stops the task before the entry is changed. If the change fails, the retry stops the task again. */
async function stopTaskOf({ State, TaskContactId }: Entry): Promise<void> {
  if (State === 'task' && TaskContactId !== undefined) await stopTask(connect, instanceId, TaskContactId);
}
