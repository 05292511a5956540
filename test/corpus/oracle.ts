/**
 * What must become of a payload, said a second time and in another way: from the bytes, by DESIGN's rules, without any
 * of the code under test.
 */
import { isUtf8 } from 'node:buffer';
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { type Json, type Member, readJsonText } from './json-text';

export type Expected =
  | { readonly kind: 'ignored' }
  | { readonly kind: 'contact-record'; readonly document: Json }
  /** Any of these reasons: a record may have several faults, and one is reported. */
  | { readonly kind: 'unreadable'; readonly reasons: readonly string[] };

export function expectedOf(bytes: Buffer): Expected {
  const begin = bytes.toString('hex', 0, 4);
  if (begin.startsWith('1f8b')) return unreadable('gzip');
  if (begin === 'f3899ac2') return unreadable('kpl-aggregate');
  if (!isUtf8(bytes)) return unreadable('not-utf8');
  const document = readJsonText(bytes.toString('utf8').replace(/^\uFEFF/, ''));
  if (!document) return unreadable('not-json');
  if (document.kind !== 'object') return unreadable('not-an-object');

  const fields = lastOfEach(document.members);
  if (fields.get('EventType')?.kind === 'string' && !fields.has('LastUpdateTimestamp')) {
    return { kind: 'ignored' };
  }
  if (isEnvelope(fields)) return { kind: 'ignored' };
  const contactId = textOf(fields.get('ContactId'));
  if (!contactId || Array.from(contactId).length > 256) return unreadable('invalid-contact-id');
  const lastUpdate = textOf(fields.get('LastUpdateTimestamp'));
  if (lastUpdate === undefined || !isInstant(lastUpdate)) return unreadable('invalid-last-update-timestamp');

  const faults = new Set<string>();
  if (sizeOf(document, 0, faults) > 400 * 1024) faults.add('item-too-large');
  return faults.size > 0 ? unreadable(...faults) : { kind: 'contact-record', document };
}

/** Of EventBridge, around anything but a contact record. */
function isEnvelope(fields: Map<string, Json>): boolean {
  const detail = fields.get('detail');
  const isAroundRecord =
    detail?.kind === 'object' && detail.members.some(([name]) => name === 'LastUpdateTimestamp');
  return (
    ['detail-type', 'source'].every((name) => fields.get(name)?.kind === 'string') &&
    !['ContactId', 'LastUpdateTimestamp'].some((name) => fields.has(name)) &&
    !isAroundRecord
  );
}

const unreadable = (...reasons: string[]): Expected => ({ kind: 'unreadable', reasons });

const textOf = (json: Json | undefined): string | undefined =>
  json?.kind === 'string' ? json.value : undefined;

/** Of a member that is repeated, the last counts. */
const lastOfEach = (members: readonly Member[]): Map<string, Json> => new Map(members);

function isInstant(text: string): boolean {
  if (!/^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$/.test(text)) return false;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = text.split(/\D/).map(Number);
  const isLeapYear = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  const days = [31, isLeapYear ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1] ?? 0;
  return day >= 1 && day <= days && hour <= 23 && minute <= 59 && second <= 59;
}

/**
 * Bytes at least that DynamoDB needs for a value; adds to `faults` why it can't hold it at all.
 *
 * @param depth - of lists and maps below the item that the value is in
 */
function sizeOf(json: Json, depth: number, faults: Set<string>): number {
  switch (json.kind) {
    case 'word':
      return 1;
    case 'number':
      if (!isHeld(decimalOf(json.lexeme))) faults.add('number-out-of-range');
      return 1;
    case 'string':
      if (hasHalfPair(json.value)) faults.add('unpaired-surrogate');
      return Buffer.byteLength(json.value);
    case 'array':
      if (depth > 31) faults.add('nested-too-deep');
      return json.elements.reduce((sum, element) => sum + 1 + sizeOf(element, depth + 1, faults), 3);
    case 'object': {
      if (depth > 31) faults.add('nested-too-deep');
      let size = depth === 0 ? 0 : 3;
      for (const [name, value] of lastOfEach(json.members)) {
        const bytes = Buffer.byteLength(name);
        if (bytes === 0) faults.add('empty-attribute-name');
        if (bytes > 65_535) faults.add('attribute-name-too-long');
        const isOurs = depth === 0 && name === 'contact-record-pipeline:ExpiresAt';
        if (name === '__proto__' || isOurs) faults.add('reserved-attribute-name');
        if (hasHalfPair(name)) faults.add('unpaired-surrogate');
        size += bytes + (depth === 0 ? 0 : 1) + sizeOf(value, depth + 1, faults);
      }
      return size;
    }
  }
}

const hasHalfPair = (text: string): boolean => /\p{Surrogate}/u.test(text);

/** The sign, the digits that say something, and the power of ten of the first of them. */
interface Decimal {
  readonly sign: string;
  readonly digits: string;
  readonly magnitude: number;
}

function decimalOf(lexeme: string): Decimal {
  const [, sign = '', whole = '', fraction = '', exponent = '0'] =
    /^(-?)([0-9]+)(?:\.([0-9]+))?(?:e([+-]?[0-9]+))?$/i.exec(lexeme) ?? [];
  const all = whole + fraction;
  const first = all.search(/[1-9]/);
  if (first === -1) return { sign: '', digits: '', magnitude: 0 };
  return {
    sign,
    digits: all.slice(first).replace(/0+$/, ''),
    magnitude: Number(exponent) + whole.length - 1 - first,
  };
}

const isHeld = ({ digits, magnitude }: Decimal): boolean =>
  digits.length <= 38 && magnitude >= -130 && magnitude <= 125;

/** Whether an attribute value, as it goes to DynamoDB or comes back, is exactly that JSON. */
function isSameValue(json: Json | undefined, value: AttributeValue | undefined): boolean {
  if (!json || !value) return false;
  switch (json.kind) {
    case 'word':
      return json.lexeme === 'null' ? value.NULL === true : value.BOOL === (json.lexeme === 'true');
    case 'number': {
      if (value.N === undefined) return false;
      const [wanted, held] = [decimalOf(json.lexeme), decimalOf(value.N)];
      return (
        wanted.sign === held.sign && wanted.digits === held.digits && wanted.magnitude === held.magnitude
      );
    }
    case 'string':
      return value.S === json.value;
    case 'array':
      return (
        value.L?.length === json.elements.length &&
        json.elements.every((element, i) => isSameValue(element, value.L?.[i]))
      );
    case 'object':
      return value.M !== undefined && isSameItem(json, value.M);
  }
}

/** Whether an item has exactly the fields of that document. */
export function isSameItem(document: Json, item: Readonly<Record<string, AttributeValue>>): boolean {
  if (document.kind !== 'object') return false;
  const fields = lastOfEach(document.members);
  return (
    fields.size === Object.keys(item).length &&
    [...fields].every(([name, value]) => Object.hasOwn(item, name) && isSameValue(value, item[name]))
  );
}
