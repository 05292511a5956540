/** The versions of a contact, oldest first, and for each whether it is abandoned. */
import { isObject } from '../../lambda/contact-records/json/is-object';
import {
  buildAfterContactWork,
  buildRecord,
  type ContactHistory,
  type ContactRecord,
  formatTimestamp,
  type JsonObject,
} from './build-record';
import type { Random } from './random';

export interface Version {
  record: ContactRecord;
  abandoned: boolean;
}
/** One contact: its versions, oldest first. */
export type Contact = Version[];

/** Creates a contact that is not abandoned; some agents still do after contact work in its first version. */
export function createContact(random: Random, history: ContactHistory): Contact {
  const record = buildRecord(random, history);
  const version = { record, abandoned: false };
  if (!history.agent || !random.chance(0.12)) return [version];
  const working = { ...readObject(record.Agent), ...buildAfterContactWork(history.agent.left, null) };
  const first = { record: { ...record, Agent: working }, abandoned: false };
  return [first, createLaterVersion(version, random.whole(30, 900), {})];
}

/** Creates an abandoned contact: the scenario decides this, not the fields. */
export const createAbandonedContact = (random: Random, history: ContactHistory): Contact => [
  { record: buildRecord(random, history), abandoned: true },
];

/** Creates a later version of a contact, with changed fields. */
export const createLaterVersion = (
  { record, abandoned }: Version,
  seconds: number,
  changes: JsonObject,
): Version => ({
  record: {
    ...record,
    ...changes,
    LastUpdateTimestamp: formatTimestamp(getLastUpdateSeconds(record) + seconds),
  },
  abandoned,
});

export const getLastUpdateSeconds = (record: ContactRecord) => Date.parse(record.LastUpdateTimestamp) / 1000;

/** Links two contacts: they name each other in all their versions. */
export function linkContacts(first: Contact, second: Contact): [Contact, Contact] {
  const add = (contact: Contact, fields: JsonObject) =>
    contact.map(({ record, abandoned }) => ({ record: { ...record, ...fields }, abandoned }));
  const firstId = first[0]?.record.ContactId ?? null;
  return [
    add(first, { NextContactId: second[0]?.record.ContactId ?? null }),
    add(second, { PreviousContactId: firstId, InitialContactId: firstId }),
  ];
}

/** Returns the members of an object; of any other value, none. */
export const readObject = (value: JsonObject[string] | undefined): JsonObject =>
  isObject(value) && !Array.isArray(value) ? value : {};
