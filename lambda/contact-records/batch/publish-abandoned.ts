/**
 * Decides whether a stored contact is abandoned, and publishes it. If a next contact decides, the two may be stored in
 * either order, on any shard: each reads the other one after its own put (docs/adr/0017).
 */
import type { KinesisStreamRecord } from 'aws-lambda';
import { RetryableError } from '../aws/errors';
import { decideAbandoned } from '../contact-record/abandoned';
import { hasEndedLongerAgoThan } from '../contact-record/age';
import type { ReadableContactRecord } from '../contact-record/model';
import { decideByNextContact, findAbandonedPreviousId } from '../contact-record/next-contact';
import { stringifyExactly } from '../json/stringify-exactly';
import type { DecodedContactRecord } from '../steps/decode';
import { describeInternalError } from '../telemetry/internal-error';
import type { Deadline } from './deadline';
import { getArrivalMs, type Version } from './group-by-contact';
import type { InvocationPorts } from './invocation-ports';
import type { WorkItemResult } from './outcome';
import { saveFailedRecord } from './save-failed-record';

type Result = Partial<WorkItemResult>;
type Contact = Pick<DecodedContactRecord, 'record' | 'text'>;

/** Publishes the contact of a stored version, or its previous contact, if abandoned. */
export async function publishAbandoned(
  { delivery, contactRecord }: Version,
  stored: 'stored' | 'redelivered',
  ports: InvocationPorts,
  deadline: Deadline,
): Promise<Result> {
  const publish = (contact: Contact, as: KinesisStreamRecord) =>
    publishUnlessTooOld(contact, as, stored, ports, deadline);
  try {
    const { abandoned, ...decided } = await decide(contactRecord, ports, deadline);
    if (abandoned) return { ...decided, ...(await publish(contactRecord, delivery)) };

    const previous = await publishPrevious(contactRecord.record, ports, deadline, (contact) =>
      publish(contact, { ...delivery, kinesis: { ...delivery.kinesis, data: toBase64(contact.text) } }),
    );
    return { ...decided, ...previous };
  } catch (error) {
    if (error instanceof RetryableError) throw error;
    // Each retry would throw it again, and the record would block its shard.
    const internalError = describeInternalError(error);
    const why = { kind: 'refused', reason: 'processing-error', internalError } as const;
    const { ContactId } = contactRecord.item;
    return { failedRecords: [await saveFailedRecord(why, delivery, ContactId, ports, deadline)] };
  }
}

/** Decides on the stored contact; reads its next contact if that decides. */
async function decide(
  { record }: Contact,
  { readContact }: InvocationPorts,
  deadline: Deadline,
): Promise<Result & { abandoned?: true }> {
  const decision = decideAbandoned(record);
  switch (decision.kind) {
    case 'abandoned':
      return { abandoned: true };
    case 'not-abandoned':
      return { notAbandoned: decision.reason };
    case 'depends-on-next-contact': {
      const next = await readContact(decision.nextContactId, 'deciding', deadline);
      const nextContact = decideByNextContact(record, next);
      if (nextContact === 'abandoned') return { nextContact, abandoned: true };
      return nextContact === 'continued' ? { nextContact, notAbandoned: 'continued' } : { nextContact };
    }
  }
}

/** Publishes the stored previous contact if this contact makes it abandoned. */
async function publishPrevious(
  next: ReadableContactRecord,
  { readContact, runWithWholeContact }: InvocationPorts,
  deadline: Deadline,
  publish: (contact: Contact) => Promise<Result>,
): Promise<Result> {
  const previousId = findAbandonedPreviousId(next);
  if (previousId === undefined) return {};
  if (!isAbandonedBefore(next, await readContact(previousId, 'deciding', deadline))) return {};
  return runWithWholeContact(async () => {
    // It may have changed since.
    const previous = await readContact(previousId, 'all', deadline);
    if (!isAbandonedBefore(next, previous)) return {};
    const text = stringifyExactly(previous);
    const record = JSON.parse(text) as ReadableContactRecord;
    return { nextContact: 'abandoned', ...(await publish({ record, text })) };
  });
}

const isAbandonedBefore = (
  next: ReadableContactRecord,
  previous: ReadableContactRecord | undefined,
): previous is ReadableContactRecord =>
  previous !== undefined &&
  decideAbandoned(previous).kind === 'depends-on-next-contact' &&
  decideByNextContact(previous, next) === 'abandoned';

/** @param delivery - what a failed record contains if SNS refuses the message */
async function publishUnlessTooOld(
  contact: Contact,
  delivery: KinesisStreamRecord,
  stored: 'stored' | 'redelivered',
  ports: InvocationPorts,
  deadline: Deadline,
): Promise<Result> {
  const { notifyWithinHours } = ports;
  const isTooOld = (now: number) =>
    notifyWithinHours !== undefined && hasEndedLongerAgoThan(notifyWithinHours, contact.record, now);
  if (isTooOld(ports.now())) {
    // A redelivery that arrived too late is not counted: an earlier delivery was published, or counted as too old.
    return stored === 'redelivered' && isTooOld(getArrivalMs(delivery)) ? {} : { publications: ['too-old'] };
  }
  const outcome = await ports.publish(contact, deadline);
  if (outcome.kind !== 'refused') return { publications: [outcome.kind] };
  const { ContactId } = contact.record;
  return { failedRecords: [await saveFailedRecord(outcome, delivery, ContactId, ports, deadline)] };
}

const toBase64 = (text: string): string => Buffer.from(text).toString('base64');
