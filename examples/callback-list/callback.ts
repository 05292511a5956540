/**
 * Whom to call back: what the list gets of one message. A contact record may lack any field but its identity, and
 * Connect may send one of another type; so each is looked at before it is used.
 */

/** An entry of the list. */
export interface Callback {
  readonly ContactId: string;
  /** In E.164 format, such as +12065550101. */
  readonly Number: string;
  /** When the customer left the queue, as Connect says it; to call first who has waited longest since then. */
  readonly AbandonedAt: string | undefined;
  readonly QueueName: string | undefined;
}

export type Decision =
  | { readonly kind: 'call'; readonly callback: Callback }
  | { readonly kind: 'leave'; readonly contactId: string; readonly because: 'no-number' | 'smoke-test' };

/**
 * Decides on the body of one message.
 *
 * @throws Error if it is no contact record at all; its text says nothing of what the body is
 */
export function whomToCall(body: string): Decision {
  const record = objectIn(parsed(body));
  const contactId = textIn(record.ContactId);
  if (contactId === undefined) throw new Error('the message has no ContactId');

  if (contactId.startsWith('smoke-test-')) return { kind: 'leave', contactId, because: 'smoke-test' };
  const number = numberIn(record);
  if (number === undefined) return { kind: 'leave', contactId, because: 'no-number' };

  const queue = objectIn(record.Queue);
  return {
    kind: 'call',
    callback: {
      ContactId: contactId,
      Number: number,
      AbandonedAt: textIn(record.DisconnectTimestamp) ?? textIn(queue.DequeueTimestamp),
      QueueName: textIn(queue.Name),
    },
  };
}

/** Chats have none, and callers may withhold theirs: a number is only what looks like one. */
function numberIn(record: Fields): string | undefined {
  const { Type, Address } = objectIn(record.CustomerEndpoint);
  const number = Type === 'TELEPHONE_NUMBER' ? textIn(Address) : undefined;
  return number !== undefined && /^\+[1-9]\d{6,14}$/.test(number) ? number : undefined;
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    // The error would quote the body.
    throw new Error('the message is not JSON');
  }
}

type Fields = Readonly<Record<string, unknown>>;

const objectIn = (value: unknown): Fields =>
  typeof value === 'object' && value !== null ? (value as Fields) : {};

const textIn = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined;
