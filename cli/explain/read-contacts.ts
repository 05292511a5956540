/** Reads the contacts of files. Keeps the newest version of each, as the records table does. */
import { isDeepStrictEqual } from 'node:util';
import { hasLeaf } from '../../lambda/contact-records/contact-record/is-set';
import type { ReadableContactRecord } from '../../lambda/contact-records/contact-record/model';
import { DECIDING_FIELDS } from '../../lambda/contact-records/contact-record/next-contact';
import { isObject } from '../../lambda/contact-records/json/is-object';
import { decode, type Item } from '../../lambda/contact-records/steps/decode';
import { BrokenGzipError } from '../shared/decompress';
import { type Place, readContent } from '../shared/read-content';
import { type Source, UnreadableSourceError } from '../shared/sources';
import type { Found } from '../shared/explain-decision';

export interface FileContacts {
  /** Newest versions by contact id, with only the fields that decide. */
  newest: Map<string, ReadableContactRecord>;
  /** All versions of the requested contact. */
  versions: FileVersion[];
  /** Documents that are not contact records or cannot be stored, by reason. */
  skipped: Map<string, { count: number; first: Place }>;
  /** Reasons of the contacts that the pipeline quarantines, by contact id. */
  quarantined: Map<string, string>;
  unreadable: { name: string; why: string }[];
}

/** Deliveries of one contact with the same `LastUpdateTimestamp`. The table keeps the first one. */
export interface FileVersion {
  record: ReadableContactRecord;
  item: Item;
  place: Place;
  /** Number of further deliveries with the same content. */
  copies: number;
  /** Number of further deliveries with other content, which the pipeline saves as conflicting. */
  conflicting: number;
}

/** @param contactId - the contact whose versions are all kept */
export async function readContacts(
  sources: AsyncIterable<Source>,
  contactId: string | undefined,
  onDocument: () => void,
): Promise<FileContacts> {
  const contacts: FileContacts = {
    newest: new Map(),
    versions: [],
    skipped: new Map(),
    quarantined: new Map(),
    unreadable: [],
  };
  for await (const source of sources) {
    const place = { name: source.name, line: 1 };
    try {
      for await (const { kind, bytes, line } of readContent(source.open())) {
        onDocument();
        place.line = line;
        if (kind === 'document' || kind === 'rest') addDocument(contacts, bytes, place, contactId);
        else skip(contacts, kind, place);
      }
    } catch (error) {
      if (error instanceof BrokenGzipError) skip(contacts, 'broken-gzip', place);
      else if (error instanceof UnreadableSourceError) {
        contacts.unreadable.push({ name: source.name, why: error.message });
      } else throw error;
    }
  }
  contacts.versions.sort((a, b) => (isNewer(a.record, b.record) ? 1 : -1));
  return contacts;
}

/** Finds a contact of the files, like a read of the table. */
export function findInFiles({ newest, quarantined }: FileContacts, contactId: string): Found {
  const record = newest.get(contactId);
  if (record) return { kind: 'stored', record };
  const reason = quarantined.get(contactId);
  return reason === undefined ? { kind: 'not-stored' } : { kind: 'quarantined', reason };
}

function addDocument(contacts: FileContacts, bytes: Buffer, place: Place, wanted: string | undefined): void {
  const decoded = decode(bytes.toString('base64'));
  if (decoded.kind !== 'contact-record') {
    const reason = decoded.kind === 'ignored' ? 'ignored' : decoded.reason;
    skip(contacts, reason, place);
    if (decoded.kind === 'unreadable' && decoded.contactId !== undefined) {
      contacts.quarantined.set(decoded.contactId, reason);
    }
    return;
  }
  const { newest, versions } = contacts;
  const record = selectDecidingFields(decoded.record);
  const { ContactId } = record;
  const known = newest.get(ContactId);
  if (!known || isNewer(record, known)) newest.set(ContactId, record);
  if (ContactId !== wanted) return;
  const same = versions.find(
    (version) => !isNewer(version.record, record) && !isNewer(record, version.record),
  );
  if (!same) versions.push({ record, item: decoded.item, place: { ...place }, copies: 0, conflicting: 0 });
  else if (isDeepStrictEqual(same.item, decoded.item)) same.copies++;
  else same.conflicting++;
}

function skip({ skipped }: FileContacts, reason: string, place: Place): void {
  const known = skipped.get(reason);
  skipped.set(reason, { count: (known?.count ?? 0) + 1, first: known?.first ?? { ...place } });
}

const isNewer = (a: ReadableContactRecord, b: ReadableContactRecord): boolean =>
  a.LastUpdateTimestamp > b.LastUpdateTimestamp;

/** Selects the deciding fields. It keeps only the names in `Agent`, which may be large. */
function selectDecidingFields(record: ReadableContactRecord): ReadableContactRecord {
  const { ContactId, LastUpdateTimestamp, Agent } = record;
  const selected: Record<string, unknown> = {};
  for (const name of DECIDING_FIELDS) if (record[name] !== undefined) selected[name] = record[name];
  if (isObject(Agent) && !Array.isArray(Agent)) {
    const names = Object.keys(Agent).map((name) => [name, hasLeaf(Agent[name]) || null] as const);
    selected.Agent = Object.fromEntries(names);
  }
  return { ...selected, ContactId, LastUpdateTimestamp };
}
