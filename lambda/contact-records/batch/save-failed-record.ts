import type { KinesisStreamRecord } from 'aws-lambda';
import type { Ports } from '../steps/ports';
import type { Deadline } from './deadline';
import type { FailedRecord } from './outcome';

/** Saves the bytes of a contact's delivery to the failure bucket. Returns what is reported. */
export async function saveFailedRecord(
  why: Omit<FailedRecord, 'eventId' | 'contactId'>,
  delivery: KinesisStreamRecord,
  contactId: string,
  { quarantine }: Ports,
  deadline: Deadline,
): Promise<FailedRecord> {
  await quarantine(why.kind, why.reason, delivery, deadline);
  return { ...why, eventId: delivery.eventID, contactId };
}
