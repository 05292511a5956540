/**
 * What a request of the function to a service is about: the operation, the contact's id, and who sent it. Nothing else of
 * a contact record is kept.
 */
import type { IncomingHttpHeaders } from 'node:http';
import type { FunctionEndpoints } from '../stack/read-function-settings';

export type Service = keyof FunctionEndpoints;

/** What the function does at the services: the record's put, the ledger's three, the message, the failure object. */
export type Operation =
  'store' | 'claim' | 'complete' | 'release' | 'publish' | 'set-aside' | 'something else';

export interface ServiceRequest {
  service: Service;
  operation: Operation;
  contactId?: string;
  /** A completion tells which message it is about. */
  messageId?: string;
  /** The function's process, by its name. */
  process: string;
  /** 1, or more where the SDK tries again. */
  attempt: number;
}

export function requestOf(service: Service, headers: IncomingHttpHeaders, body: Buffer): ServiceRequest {
  return {
    service,
    ...READ[service](body.toString()),
    // Powertools appends its own name to it.
    process: /\bapp\/(process-\d+)/.exec(headers['user-agent'] ?? '')?.[1] ?? 'unknown',
    attempt: Number(/attempt=(\d+)/.exec(String(headers['amz-sdk-request']))?.[1] ?? 1),
  };
}

type What = Pick<ServiceRequest, 'operation' | 'contactId' | 'messageId'>;
const OTHER: What = { operation: 'something else' };

const READ: Record<Service, (body: string) => What> = {
  dynamodb: (body) => {
    const { Item } = objectIn(body) as { Item?: Record<string, { S?: string } | undefined> };
    if (Item?.ContactId?.S === undefined) return OTHER;
    const contactId = Item.ContactId.S;
    if (!Item.ClaimToken) return { operation: 'store', contactId };
    const messageId = Item.MessageId?.S;
    if (messageId !== undefined) return { operation: 'complete', contactId, messageId };
    const lease = Item.LeaseEndsAt as { N?: string } | undefined;
    return { operation: lease?.N === '0' ? 'release' : 'claim', contactId };
  },
  sns: (body) => {
    const form = new URLSearchParams(body);
    if (form.get('Action') !== 'Publish') return OTHER;
    const { ContactId } = objectIn(form.get('Message') ?? '');
    return { operation: 'publish', ...(typeof ContactId === 'string' && { contactId: ContactId }) };
  },
  s3: () => ({ operation: 'set-aside' }),
};

function objectIn(text: string): Record<string, unknown> {
  try {
    const parsed = JSON.parse(text) as unknown;
    return typeof parsed === 'object' && parsed !== null ? (parsed as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
