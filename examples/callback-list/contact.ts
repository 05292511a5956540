/**
 * Reads the fields that the list needs from a contact record. All fields except ContactId and LastUpdateTimestamp may be
 * absent or have another type, so each is checked before its use.
 */

/** The attribute by which the pipeline marks the item of a forgotten contact. */
export const FORGOTTEN_ATTRIBUTE = 'contact-record-pipeline:Forgotten';

export type Fields = Readonly<Record<string, unknown>>;

export interface AbandonedContact {
  readonly contactId: string;
  /** Number in E.164 format, such as +12065550101. Chats have none, and callers may withhold their number. */
  readonly number: string | undefined;
  readonly abandonedAt: string;
  readonly queueName: string | undefined;
}

/**
 * Parses the body of a message.
 *
 * @throws Error if it is not a contact record; the error does not quote the body
 */
export function parseMessage(body: string): AbandonedContact {
  const record = objectIn(parseJson(body));
  const queue = objectIn(record.Queue);
  const contactId = textIn(record.ContactId);
  const abandonedAt =
    timeIn(record.DisconnectTimestamp) ??
    timeIn(queue.DequeueTimestamp) ??
    timeIn(record.LastUpdateTimestamp);
  if (contactId === undefined || abandonedAt === undefined)
    throw new Error('the message has no ContactId or no time');
  return { contactId, number: readNumber(record), abandonedAt, queueName: textIn(queue.Name) };
}

/** The meaning of a stored contact record for the list. */
export type Meaning =
  | { readonly kind: 'nothing' | 'forgotten' }
  | { readonly kind: 'task-ended'; readonly byAgent: boolean }
  | {
      readonly kind: 'served';
      readonly number: string;
      /** Time at which the agent was connected, or the customer asked for a callback. */
      readonly servedAt: string;
      readonly endedAt: string | undefined;
      /** Whether the agent called the customer. */
      readonly isOutbound: boolean;
    };

/** Finds the meaning of an item of the records table. */
export function interpretRecord(record: Fields): Meaning {
  if (FORGOTTEN_ATTRIBUTE in record) return { kind: 'forgotten' };
  const agent = objectIn(record.Agent);
  const hasAgent = textIn(agent.ARN) !== undefined || timeIn(agent.ConnectedToAgentTimestamp) !== undefined;
  const endedAt = timeIn(record.DisconnectTimestamp);
  if (record.Channel === 'TASK')
    return endedAt === undefined ? { kind: 'nothing' } : { kind: 'task-ended', byAgent: hasAgent };

  const number = readNumber(record);
  const method = textIn(record.InitiationMethod) ?? '';
  const initiatedAt = timeIn(record.InitiationTimestamp);
  const agentAt =
    hasAgent && wasAnswered(record, method)
      ? (timeIn(agent.ConnectedToAgentTimestamp) ?? initiatedAt)
      : undefined;
  const servedAt = agentAt ?? (method.startsWith('CALLBACK') ? initiatedAt : undefined);
  if (number === undefined || servedAt === undefined) return { kind: 'nothing' };
  return { kind: 'served', number, servedAt, endedAt, isOutbound: method === 'OUTBOUND' };
}

/** Returns whether the customer answered. If Connect dialled, an agent in the record does not prove it. */
function wasAnswered(record: Fields, method: string): boolean {
  const detected = textIn(record.AnsweringMachineDetectionStatus) ?? '';
  if (/^(VOICEMAIL|SIT_TONE|FAX_MACHINE|AMD_UNANSWERED|AMD_NOT_APPLICABLE)/.test(detected)) return false;
  const wasDialled = /^(OUTBOUND|CALLBACK|API)/.test(method) && record.Channel === 'VOICE';
  return !wasDialled || timeIn(record.ConnectedToSystemTimestamp) !== undefined;
}

function readNumber({ CustomerEndpoint }: Fields): string | undefined {
  const { Type, Address } = objectIn(CustomerEndpoint);
  const number = Type === 'TELEPHONE_NUMBER' ? textIn(Address) : undefined;
  return number !== undefined && /^\+[1-9]\d{6,14}$/.test(number) ? number : undefined;
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    // The error would quote the body.
    throw new Error('the message is not JSON');
  }
}

const objectIn = (value: unknown): Fields =>
  typeof value === 'object' && value !== null ? (value as Fields) : {};

const textIn = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined;

/** Returns a time in the one format in which times can be compared as strings. */
const timeIn = (value: unknown): string | undefined =>
  typeof value === 'string' && /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/.test(value) ? value : undefined;
