/**
 * Takes a payload through the function's own steps, up to what would be sent, and compares with the oracle. What it
 * finds is said without anything of the payload.
 */
import {
  decideAbandoned,
  type AbandonedDecision,
  NOT_ABANDONED_REASONS,
} from '../../lambda/contact-records/contact-record/abandoned';
import { findDrift } from '../../lambda/contact-records/contact-record/drift';
import { decode, type DecodedContactRecord } from '../../lambda/contact-records/steps/decode';
import { marshal } from '../../lambda/contact-records/json/marshal';
import { createMessage } from '../../lambda/contact-records/steps/message';
import { expectedOf, isSameItem } from './oracle';

export interface Attacked {
  /** What became of it: the kind, the reason where it is unreadable, the decision where it is a contact record. */
  readonly outcome: string;
  /** Whether its item has a number that no double keeps. */
  readonly hasExactNumber?: boolean;
}

/** @throws Defect if anything is not as it must be */
export function attack(base64: string, decision?: AbandonedDecision): Attacked {
  const expected = expectedOf(Buffer.from(base64, 'base64'));
  const decoded = withoutThrowing('decode', () => decode(base64));

  if (decoded.kind !== expected.kind) throw new Defect(`${decoded.kind} instead of ${expected.kind}`);
  if (decoded.kind === 'ignored' || expected.kind === 'ignored') return { outcome: 'ignored' };
  if (decoded.kind === 'unreadable' || expected.kind === 'unreadable') {
    const { reason } = decoded as { reason: string };
    const { reasons } = expected as { reasons: readonly string[] };
    if (!reasons.includes(reason)) throw new Defect(`${reason} instead of ${reasons.join(' or ')}`);
    return { outcome: reason };
  }

  const item = withoutThrowing('marshal', () => marshal(decoded.item));
  if (!isSameItem(expected.document, item)) throw new Defect('the item is not the document');
  const found = withoutThrowing('decideAbandoned', () => decideAbandoned(decoded.record));
  if (decision && found !== decision && outcomeOf(found) !== outcomeOf(decision)) {
    throw new Defect(`${outcomeOf(found)} instead of ${outcomeOf(decision)}`);
  }
  if (found.kind === 'not-abandoned' && !NOT_ABANDONED_REASONS.includes(found.reason)) {
    throw new Defect('a reason out of the set');
  }
  checkDrift(decoded);
  checkMessage(decoded);
  return { outcome: outcomeOf(found), hasExactNumber: decoded.item !== decoded.record };
}

/** Something that must not be; says what without a value of the payload. */
export class Defect extends Error {}

function withoutThrowing<Value>(step: string, run: () => Value): Value {
  try {
    return run();
  } catch (error) {
    // Its message may quote the payload.
    throw new Defect(`${step} threw ${error instanceof Error ? error.name : typeof error}`);
  }
}

const outcomeOf = (decision: AbandonedDecision): string =>
  decision.kind === 'not-abandoned' ? decision.reason : decision.kind;

const DRIFT_KINDS = ['unknown-field', 'other-type', 'unknown-value', 'out-of-bounds'];

function checkDrift({ record }: DecodedContactRecord): void {
  const drift = withoutThrowing('findDrift', () => findDrift(record));
  if (drift.length > 50) throw new Defect('more than 50 deviations');
  if (!drift.every(({ kind }) => DRIFT_KINDS.includes(kind))) throw new Defect('a deviation out of the set');
  if (!drift.every(({ path }) => /^[A-Za-z0-9_.*?[\]]+$/.test(path))) throw new Defect('an odd path');
}

/** The body is the document, or the reduced form of it; and SNS and SQS could take it. */
function checkMessage({ record, text }: DecodedContactRecord): void {
  const { Message, MessageAttributes } = withoutThrowing('createMessage', () => createMessage(record, text));
  const values = Object.entries(MessageAttributes).flatMap(([name, { DataType, StringValue }]) => [
    name,
    DataType,
    StringValue,
  ]);
  const bytes = [Message, ...values].reduce((sum, part) => sum + Buffer.byteLength(part), 0);
  if (bytes > 256 * 1024) throw new Defect('a message too large for SNS');
  if (values.length > 3 * 10) throw new Defect('more than ten message attributes');
  if (values.includes('')) throw new Defect('an empty message attribute');
  if ([Message, ...values].some((part) => !part.isWellFormed() || NOT_XML.test(part))) {
    throw new Defect('a message that XML can not hold');
  }
  const body = withoutThrowing('the body of the message', () => JSON.stringify(JSON.parse(Message)));
  if ('Reduced' in MessageAttributes) {
    if ((JSON.parse(body) as { ContactId: unknown }).ContactId !== record.ContactId) {
      throw new Defect('a reduced message without the contact');
    }
  } else if (body !== JSON.stringify(record)) throw new Defect('the message is not the document');
}

const NOT_XML = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]/;
