/**
 * What else comes through the stream: events of other kinds, and payloads that can never be processed.
 */
import { ACCOUNT_ID, AGENTS, INSTANCE_ARN } from './queues-and-agents';
import type { Random } from './random';
import { type JsonObject, timestamp } from './build-record';

/** A well-formed event of another kind. Events carry milliseconds, unlike contact records. */
export function otherEvent(random: Random, moment: number, contactId: string): JsonObject {
  const at = timestamp(moment).replace('Z', `.${random.whole(100, 999)}Z`);
  const agentEvent = {
    AWSAccountId: ACCOUNT_ID,
    AgentARN: random.pick(AGENTS).ARN,
    CurrentAgentSnapshot: null,
    EventId: random.uuid(),
    EventTimestamp: at,
    EventType: random.pick(['LOGIN', 'LOGOUT', 'STATE_CHANGE', 'HEART_BEAT']),
    InstanceARN: INSTANCE_ARN,
    PreviousAgentSnapshot: null,
    Version: '2017-10-01',
  };
  const transcript = {
    ParticipantId: 'CUSTOMER',
    ParticipantRole: 'CUSTOMER',
    Content: 'Where is my order?',
  };
  const contactLensSegments = {
    Version: '1.0.0',
    Channel: 'VOICE',
    AccountId: ACCOUNT_ID,
    InstanceId: INSTANCE_ARN,
    ContactId: contactId,
    LanguageCode: 'en-US',
    EventType: 'SEGMENTS',
    Segments: [
      { Transcript: { ...transcript, Id: random.uuid(), BeginOffsetMillis: 0, EndOffsetMillis: 1800 } },
    ],
  };
  return random.chance(0.7) ? agentEvent : contactLensSegments;
}

type Spoil = (text: string, record: JsonObject) => string | Uint8Array;

const spoilt =
  (changes: JsonObject): Spoil =>
  (_text, record) =>
    JSON.stringify({ ...record, ...changes });

/** Puts one more member before the first of `Attributes`: text, because `JSON.stringify` can't write all of them. */
const withAttribute =
  (member: string): Spoil =>
  (text) =>
    text.replace('"Attributes":{', (found) => `${found}${member}${text.includes(`${found}}`) ? '' : ','}`);

/** Each way to spoil a contact record (or to send none) for good. */
export const POISON: Record<string, Spoil> = {
  'not JSON': () => 'PING',
  'nothing at all': () => '',
  'not UTF-8': (text) => Buffer.from(text.replace('"Channel"', '"Channel\u00ff"'), 'latin1'),
  'a truncated record': (text) => text.slice(0, Math.floor(text.length * 0.6)),
  'two records in one': (text) => `${text}\n${text}`,
  'a list of records': (text) => `[${text}]`,
  'a JSON string': (text) => JSON.stringify(text),
  'JSON null': () => 'null',
  'no ContactId': (text) => text.replace('"ContactId"', '"ContactIdentifier"'),
  'an empty ContactId': spoilt({ ContactId: '' }),
  'a ContactId of 257 characters': spoilt({ ContactId: 'c'.repeat(257) }),
  'a ContactId that is a number': spoilt({ ContactId: 12 }),
  'an event with LastUpdateTimestamp, without ContactId': spoilt({ ContactId: null, EventType: 'CONTACT' }),
  'no LastUpdateTimestamp': (text) => text.replace('"LastUpdateTimestamp"', '"UpdateTimestamp"'),
  'a date that does not exist': spoilt({ LastUpdateTimestamp: '2026-02-30T10:00:00Z' }),
  'a fraction of a second': spoilt({ LastUpdateTimestamp: '2026-02-20T10:00:00.250Z' }),
  'an offset instead of Z': spoilt({ LastUpdateTimestamp: '2026-02-20T10:00:00+00:00' }),
  'an empty attribute name': withAttribute('"":"x"'),
  'a __proto__ member': withAttribute('"__proto__":{"polluted":"yes"}'),
  'half a surrogate pair': withAttribute(String.raw`"note":"\ud83d"`),
  'a number beyond any double': withAttribute('"amount":1e400'),
  'a number of 45 digits': withAttribute(`"amount":${'9'.repeat(45)}`),
  'nested too deep': withAttribute(`"tree":${'{"branch":'.repeat(40)}1${'}'.repeat(40)}`),
  'an attribute name of 64 KB': withAttribute(`"${'name'.repeat(16_384)}":"x"`),
  'text over 400 KB': withAttribute(`"transcript":"${'all our lines are busy, '.repeat(18_000)}"`),
  // Looks small enough from outside; only DynamoDB's own answer says that it isn't.
  'numbers over 400 KB': spoilt({ ChatMetrics: Array.from({ length: 85_000 }, () => 1_234_567_891) }),
};
