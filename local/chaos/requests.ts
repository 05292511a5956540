/** Parses the function's requests to services; of a contact record it keeps the id only. */
import type { IncomingHttpHeaders } from 'node:http';
import { parseJsonObject } from '../../cli/shared/parse-json';
import type { FunctionEndpoints } from '../stack/local-function';

export type Service = keyof FunctionEndpoints;

/** The function's operations: a record's put, a contact's read, the ledger's three, the message, the failure object. */
export type Operation =
  'store' | 'read' | 'claim' | 'complete' | 'release' | 'publish' | 'save-failed-record' | 'other';

export interface ServiceRequest {
  service: Service;
  operation: Operation;
  contactId?: string;
  /** The message that a completion records. */
  messageId?: string;
  /** The function's process, by its name. */
  process: string;
  /** 1, or more where the SDK tries again. */
  attempt: number;
}

export function parseRequest(service: Service, headers: IncomingHttpHeaders, body: Buffer): ServiceRequest {
  return {
    service,
    ...PARSERS[service](body.toString()),
    // Powertools appends its own name to the user agent.
    process: /\bapp\/(process-\d+)/.exec(headers['user-agent'] ?? '')?.[1] ?? 'unknown',
    attempt: Number(/attempt=(\d+)/.exec(String(headers['amz-sdk-request']))?.[1] ?? 1),
  };
}

type RequestContent = Pick<ServiceRequest, 'operation' | 'contactId' | 'messageId'>;
const OTHER: RequestContent = { operation: 'other' };

const PARSERS: Record<Service, (body: string) => RequestContent> = {
  dynamodb: (body) => {
    type Attributes = Record<string, { S?: string } | undefined>;
    const { Item, Key } = (parseJsonObject(body) ?? {}) as { Item?: Attributes; Key?: Attributes };
    if (Key?.ContactId?.S !== undefined) return { operation: 'read', contactId: Key.ContactId.S };
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
    const { ContactId } = parseJsonObject(form.get('Message') ?? '') ?? {};
    return { operation: 'publish', ...(typeof ContactId === 'string' && { contactId: ContactId }) };
  },
  s3: () => ({ operation: 'save-failed-record' }),
};
