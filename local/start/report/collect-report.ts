/** Collects the report's content from the results of a run and the recorded deliveries. */
import {
  explainDecision,
  explainNextContact,
  type Field,
  type Found,
} from '../../../cli/shared/explain-decision';
import { formatCount, formatNumber } from '../../../cli/shared/format';
import { hasLeaf } from '../../../lambda/contact-records/contact-record/is-set';
import type { ReadableContactRecord } from '../../../lambda/contact-records/contact-record/model';
import type { FinalDecision } from '../../../lambda/contact-records/contact-record/next-contact';
import { isObject } from '../../../lambda/contact-records/json/is-object';
import { decode } from '../../../lambda/contact-records/steps/decode';
import { createMessage } from '../../../lambda/contact-records/steps/message';
import { ASPECTS, decideOnItems, groupByContact, type Item, type Message } from '../../check-results';
import { version } from '../../../package.json';
import { stringifySorted } from '../stringify-exactly';
import type { Run } from '../summary';
import { countFlow } from './count-flow';
import { countForCharts } from './count-for-charts';
import { hashPayload, type NotedDelivery, type Recorder } from './record-deliveries';
import type { Call, Delivered, History, NextContact, ShownField } from './report-data';

/** Upper bounds of the tables' JSON when each kind of row is added; the page stays below 20 MB. */
const MAX_BYTES = { calls: 6_000_000, messages: 9_000_000, histories: 18_500_000 };
const MAX_DELIVERIES_OF_CONTACT = 50;
const MAX_PLACES = 10;
const MAX_DRIFT_PATHS = 1_000;
const MAX_DIFFERENCES = 10;
const MAX_CHARACTERS = 256;

export interface ReportInput {
  readonly run: Run;
  readonly recorder: Recorder;
  /** The settings of the command line. */
  readonly settings: object;
  readonly notifyWithinHours: number | undefined;
}

/** The data to look up a contact. */
interface Known {
  readonly run: Run;
  readonly recorder: Recorder;
  readonly items: ReadonlyMap<string, Item>;
  readonly decisions: ReadonlyMap<string, FinalDecision>;
  readonly messages: ReadonlyMap<string, readonly Message[]>;
  /** Hashes of the conflicting payloads in the failure bucket. */
  readonly conflicting: ReadonlySet<string>;
  /** Ids of contacts whose message SNS refused. */
  readonly refused: ReadonlySet<string>;
}

export type Report = ReturnType<typeof collectReport>;

export function collectReport(input: ReportInput) {
  const { run, recorder } = input;
  const known = lookUp(run, recorder);
  const { tables, leftOut } = fillTables(known);
  return {
    isPartial: run.endedEarly !== undefined,
    written: new Date().toISOString(),
    settings: listSettings(input),
    ...tables,
    leftOut,
    flow: countFlow(run, known.decisions, known.messages),
    ...countForCharts([...known.items.values()], known.decisions, nameQueue, measureWaiting),
    failed: groupFailed(known),
    drift: [...run.tally.drift].slice(0, MAX_DRIFT_PATHS).map((path) => {
      const first = run.examples?.get(path);
      return { path, place: first ? `${first.name}, line ${formatNumber(first.line)}` : '' };
    }),
    checks: run.aspects.map((aspect) => {
      const found = run.differences.filter((difference) => difference.aspect === aspect);
      return { sentence: ASPECTS[aspect], count: found.length, first: found.slice(0, MAX_DIFFERENCES) };
    }),
  };
}

function listSettings({ settings, notifyWithinHours, run }: ReportInput): [name: string, value: string][] {
  const given = Object.entries(settings).flatMap(([name, value]: [string, unknown]) =>
    isObject(value)
      ? Object.entries(value).map(([inner, one]): [string, unknown] => [`${name}.${inner}`, one])
      : [[name, value] as [string, unknown]],
  );
  return [
    ...given.map(([name, value]): [string, string] => [name, formatSetting(value)]),
    ['notifyWithinHours', String(notifyWithinHours ?? 'not set')],
    ['Contact Record Pipeline', version],
    ['DynamoDB emulator', run.emulator],
    ['Node', `${process.version}, ${process.platform} ${process.arch}`],
  ];
}

function formatSetting(value: unknown): string {
  if (value === undefined) return 'not set';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function lookUp(run: Run, recorder: Recorder): Known {
  const { items, messages, failedRecords } = run.results;
  const payloads = (kind: string) =>
    failedRecords.filter((object) => object.kind === kind).map(({ data }) => Buffer.from(data, 'base64'));
  return {
    ...{ run, recorder },
    items: new Map(items.map((item) => [item.ContactId, item])),
    decisions: decideOnItems(items),
    messages: groupByContact(messages),
    conflicting: new Set(payloads('conflicting').map(hashPayload)),
    refused: new Set(payloads('refused').map((data) => readContactId(data) ?? '')),
  };
}

/** Adds rows while there is room: calls, then their messages, then histories, those of abandoned contacts first. */
function fillTables(known: Known) {
  let bytes = 0;
  /** Takes rows up to the first one that does not fit. */
  const takeWhileRoom = <From, To>(
    from: readonly From[],
    maxBytes: number,
    convert: (one: From) => To,
  ): To[] => {
    const taken: To[] = [];
    for (const one of from) {
      const row = convert(one);
      bytes += Buffer.byteLength(JSON.stringify(row).replaceAll('<', '\\u003c')) + 1;
      if (bytes > maxBytes) break;
      taken.push(row);
    }
    return taken;
  };
  const isAbandoned = (id: string) => known.decisions.get(id)?.kind === 'abandoned';
  const abandoned = [...known.items.values()].filter(({ ContactId }) => isAbandoned(ContactId));
  const newest = abandoned.sort((a, b) => (getEnd(a) ?? '').localeCompare(getEnd(b) ?? '')).reverse();

  const rows = takeWhileRoom(newest, MAX_BYTES.calls, (item) => toCall(item, known));
  const texts = takeWhileRoom(rows, MAX_BYTES.messages, ({ id }) => formatMessage(known.messages.get(id)));
  const calls = rows.map((row, i): Call => {
    const message = texts[i];
    if (message !== undefined) return message === '' ? row : { ...row, message };
    return row.without === undefined ? { ...row, without: 'Not on this page: it is too large.' } : row;
  });
  const ids = [...new Set([...known.items.keys(), ...known.recorder.contacts.keys()])];
  const sorted = [...ids.filter(isAbandoned), ...ids.filter((id) => !isAbandoned(id))];
  const histories = takeWhileRoom(sorted, MAX_BYTES.histories, (id) => toHistory(id, known));

  const withMessage = rows.filter(({ id }) => known.messages.has(id)).length;
  const shownMessages = calls.filter(({ message }) => message !== undefined).length;
  return {
    tables: { calls, histories },
    leftOut: [
      ...describeLeftOut('abandoned contacts', calls.length, abandoned.length),
      ...describeLeftOut('messages', shownMessages, withMessage),
      ...describeLeftOut('histories', histories.length, ids.length),
      ...describeMissed(known.recorder.missed()),
    ],
  };
}

const describeLeftOut = (what: string, shown: number, all: number): string[] =>
  shown === all ? [] : [`This page has ${formatNumber(shown)} of ${formatNumber(all)} ${what}.`];

const describeMissed = (missed: number): string[] =>
  missed === 0
    ? []
    : [`The last ${formatCount(missed, 'delivery').replace(/ys$/, 'ies')} are in no history.`];

function toCall(item: Item, known: Known): Call {
  const { ContactId: id, CustomerEndpoint: endpoint, Channel } = item;
  const ended = getEnd(item);
  const seconds = measureWaiting(item);
  return {
    id,
    ...(ended !== undefined && { ended }),
    queue: nameQueue(item),
    ...(seconds !== undefined && { seconds }),
    channel: toText(Channel),
    number: toText(isObject(endpoint) ? endpoint.Address : undefined),
    ...(!known.messages.has(id) && { without: explainWithout(id, known) }),
  };
}

function explainWithout(id: string, { run, refused }: Known): string {
  if (run.results.tooOld?.has(id)) return 'Not published: it ended longer ago than notifyWithinHours allows.';
  return refused.has(id) ? 'Not published: SNS refused the message.' : 'Not published.';
}

const formatMessage = (messages: readonly Message[] = []): string =>
  messages[0] ? stringifySorted({ message: messages[0].body, attributes: messages[0].attributes }) : '';

function toHistory(id: string, known: Known): History {
  const { items, decisions, messages, recorder, run } = known;
  const item = items.get(id);
  const noted = recorder.contacts.get(id) ?? [];
  const become = judgeDeliveries(item, known);
  const common = {
    id,
    queue: item ? nameQueue(item) : '',
    version: item?.LastUpdateTimestamp ?? '',
    messages: messages.get(id)?.length ?? 0,
    deliveries: noted
      .slice(0, MAX_DELIVERIES_OF_CONTACT)
      .map((one): Delivered => [describePlace(one), one.version, become(one)]),
    ...(noted.length > MAX_DELIVERIES_OF_CONTACT && { more: noted.length - MAX_DELIVERIES_OF_CONTACT }),
  };
  if (run.results.forgotten?.has(id)) {
    const says = 'This contact was forgotten: a tombstone has replaced it.';
    return { ...common, decision: 'forgotten', says, fields: [] };
  }
  if (!item) return { ...common, decision: 'not-stored', says: 'The table has no version.', fields: [] };
  const next = findNext(item, known);
  const { word, ...decision } = explainDecision(item, next?.found ?? NOT_STORED);
  const kind = decisions.get(id)?.kind;
  return {
    ...common,
    decision: kind === 'not-abandoned' ? (decision.reason ?? kind) : decision.kind,
    says: decision.says,
    fields: decision.fields.map(showField),
    ...(next && { next: describeNext(item, next, word !== undefined) }),
  };
}

const NOT_STORED: Found = { kind: 'not-stored' };

/** Creates a function that derives from the final table what happened to each delivery. */
function judgeDeliveries(item: Item | undefined, { conflicting, run }: Known) {
  let isKept = false;
  return ({ version, unreadable, hash }: NotedDelivery): string => {
    if (unreadable !== undefined) return `quarantined (${unreadable})`;
    if (!item) return 'not stored';
    if (run.results.forgotten?.has(item.ContactId)) return 'forgotten';
    if (version < item.LastUpdateTimestamp) return 'older version';
    if (version > item.LastUpdateTimestamp) return 'not stored';
    if (conflicting.has(hash)) return 'same version, other content (conflicting)';
    if (isKept) return 'copy of the kept version';
    isKept = true;
    return 'kept: this version is in the table';
  };
}

interface Next {
  readonly id: string;
  readonly found: Found;
}

function findNext({ NextContactId: id }: Item, { items, run }: Known): Next | undefined {
  if (typeof id !== 'string' || id === '') return undefined;
  const record = items.get(id) as ReadableContactRecord | undefined;
  if (run.results.forgotten?.has(id)) return { id, found: { kind: 'forgotten' } };
  return { id, found: record ? { kind: 'stored', record } : NOT_STORED };
}

function describeNext(item: Item, { id, found }: Next, isDeciding: boolean): NextContact {
  if (!isDeciding) return { id, says: 'It does not decide on this contact.', fields: [] };
  const { decision, because, fields } = explainNextContact(item, found);
  return { id, says: `It says: ${decision}. ${because.join(' ')}`, fields: fields.map(showField) };
}

const showField = ({ name, state, value }: Field): ShownField => [
  name,
  value ?? (state === 'set' ? 'set' : state),
];

function groupFailed({ run, recorder }: Known) {
  const groups = Map.groupBy(run.results.failedRecords, ({ kind, reason }) => `${kind} ${reason}`);
  const failed = [...groups.values()].map((objects) => {
    const hashes = new Set<string>();
    const places = new Set<string>();
    for (const { data } of objects) {
      if (places.size >= MAX_PLACES) break;
      const bytes = Buffer.from(data, 'base64');
      const hash = hashPayload(bytes);
      if (hashes.has(hash)) continue;
      hashes.add(hash);
      const ofContact = recorder.contacts.get(readContactId(bytes) ?? '') ?? [];
      const noted = recorder.others.get(hash) ?? ofContact.filter((one) => one.hash === hash);
      for (const one of noted) places.add(describePlace(one));
    }
    const { kind = '', reason = '' } = objects[0] ?? {};
    return { kind, reason, count: objects.length, places: [...places].slice(0, MAX_PLACES) };
  });
  const unread = Map.groupBy(recorder.unread, ({ why }) => why);
  return [
    ...failed.sort((a, b) => b.count - a.count),
    ...[...unread].map(([reason, all]) => ({
      ...{ kind: 'not read', reason, count: all.length },
      places: all.slice(0, MAX_PLACES).map(({ name, line }) => describeLine(name, line)),
    })),
  ];
}

function readContactId(data: Uint8Array): string | undefined {
  const decoded = decode(Buffer.from(data).toString('base64'));
  if (decoded.kind === 'ignored') return undefined;
  return decoded.kind === 'contact-record' ? decoded.record.ContactId : decoded.contactId;
}

const describePlace = ({ number, place }: NotedDelivery): string =>
  place ? describeLine(place.name, place.line) : `delivery ${formatNumber(number)}`;

const describeLine = (name: string, line: number | undefined): string =>
  line === undefined ? name : `${name}, line ${formatNumber(line)}`;

/** Returns the queue's name; an agent's queue has none. */
const nameQueue = ({ Queue }: Item): string =>
  isObject(Queue) && hasLeaf(Queue) ? toText(Queue.Name) || 'no name' : '';

function getEnd({ DisconnectTimestamp, Queue }: Item): string | undefined {
  const { DequeueTimestamp } = isObject(Queue) ? Queue : {};
  return toText(DisconnectTimestamp) || toText(DequeueTimestamp) || undefined;
}

/** Returns the seconds in the queue, as in the message's attribute. */
function measureWaiting(item: Item): number | undefined {
  const { QueueDuration } = createMessage(item, '').MessageAttributes;
  return QueueDuration && Number(QueueDuration.StringValue);
}

const toText = (value: unknown): string => (typeof value === 'string' ? value.slice(0, MAX_CHARACTERS) : '');
