/** Starts and stops Connect tasks. An agent gets one for each customer to call. */
import { type ConnectClient, StartTaskContactCommand, StopContactCommand } from '@aws-sdk/client-connect';
import type { Entry } from './entry';

export interface TaskSettings {
  readonly instanceId: string;
  readonly contactFlowId: string;
}

/**
 * Starts the task for an open entry; resolves to the task's contact id. The client token identifies entry and attempt: if
 * the result was lost, the next call returns the same task.
 */
export async function startTask(
  connect: ConnectClient,
  { instanceId, contactFlowId }: TaskSettings,
  number: string,
  { OpenedBy = '', Attempts, QueueName = '', AbandonedAt = '', Contacts }: Entry,
): Promise<string> {
  const { ContactId } = await connect.send(
    new StartTaskContactCommand({
      InstanceId: instanceId,
      ContactFlowId: contactFlowId,
      Name: `Call back ${number}`,
      Description: `Abandoned contacts: ${Contacts.length}. Last one: ${AbandonedAt} ${QueueName}`.trim(),
      References: { Number: { Type: 'STRING', Value: number } },
      Attributes: { callbackNumber: number, callbackQueue: QueueName },
      ClientToken: `callback-${OpenedBy}-${Attempts + 1}`,
    }),
  );
  if (ContactId === undefined) throw new Error('Connect returned no contact id for the task');
  return ContactId;
}

/** Stops a task that is no longer needed. Ignores a task that has ended, or cannot be stopped. */
export async function stopTask(
  connect: ConnectClient,
  instanceId: string,
  taskContactId: string,
): Promise<void> {
  try {
    await connect.send(new StopContactCommand({ InstanceId: instanceId, ContactId: taskContactId }));
  } catch (error) {
    if (!LEFT.includes((error as Error).name)) throw error;
  }
}

const LEFT = ['ContactNotFoundException', 'InvalidRequestException', 'ResourceNotFoundException'];
