/** Records the deliveries of a run for the report: ids, versions and places, never a payload. */
import { createHash } from 'node:crypto';
import type { Place } from '../../../cli/shared/read-content';
import { decode } from '../../../lambda/contact-records/steps/decode';
import type { Input, InputDelivery, Unread } from '../open-input';

/** Limits the memory: a delivery takes about 250 bytes. */
const MAX_DELIVERIES = 1_000_000;
const MAX_UNREAD = 1_000;

export interface NotedDelivery {
  /** 1 for the first delivery of the run. */
  readonly number: number;
  readonly place: Place | undefined;
  readonly version: string;
  /** Why it is quarantined. */
  readonly unreadable: string | undefined;
  readonly hash: string;
}

export interface Recorder {
  /** Passes deliveries on, and notes each. */
  watch: (deliveries: Input['deliveries']) => AsyncIterable<InputDelivery>;
  noteUnread: (unread: Unread) => void;
  /** By contact, in the order of delivery. */
  readonly contacts: ReadonlyMap<string, readonly NotedDelivery[]>;
  /** By hash: the deliveries that are not a readable contact record. */
  readonly others: ReadonlyMap<string, readonly NotedDelivery[]>;
  readonly unread: readonly Unread[];
  /** Deliveries that came after the limit. */
  readonly missed: () => number;
}

export function createRecorder(maxDeliveries = MAX_DELIVERIES): Recorder {
  const contacts = new Map<string, NotedDelivery[]>();
  const others = new Map<string, NotedDelivery[]>();
  const unread: Unread[] = [];
  let number = 0;
  const note = ({ data, place }: InputDelivery) => {
    number++;
    if (number > maxDeliveries) return;
    const decoded = decode(Buffer.from(data).toString('base64'));
    if (decoded.kind === 'ignored') return;
    const isReadable = decoded.kind === 'contact-record';
    const contactId = isReadable ? decoded.record.ContactId : decoded.contactId;
    const noted = {
      ...{ number, place, hash: hashPayload(data) },
      version: isReadable ? decoded.record.LastUpdateTimestamp : '',
      unreadable: isReadable ? undefined : decoded.reason,
    };
    if (!isReadable) add(others, noted.hash, noted);
    if (contactId !== undefined) add(contacts, contactId, noted);
  };
  return {
    ...{ contacts, others, unread },
    missed: () => Math.max(0, number - maxDeliveries),
    noteUnread: (one) => {
      if (unread.length < MAX_UNREAD) unread.push(one);
    },
    async *watch(deliveries) {
      for await (const delivery of deliveries) {
        note(delivery);
        yield delivery;
      }
    },
  };
}

function add(lists: Map<string, NotedDelivery[]>, key: string, noted: NotedDelivery): void {
  const known = lists.get(key);
  if (known) known.push(noted);
  else lists.set(key, [noted]);
}

export const hashPayload = (data: Uint8Array): string =>
  createHash('sha256').update(data).digest('base64').slice(0, 16);
