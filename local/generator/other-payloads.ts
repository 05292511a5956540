/** Creates the other payloads on the stream: events of other kinds, and payloads that can never be processed. */
import { gzipSync } from 'node:zlib';
import { ACCOUNT_ID, AGENTS, INSTANCE_ARN } from './queues-and-agents';
import type { Random } from './random';
import { type JsonObject, formatTimestamp } from './build-record';

/** Creates a well-formed event of another kind. Its timestamps have milliseconds, unlike those of contact records. */
export function createOtherEvent(random: Random, moment: number, contactId: string): JsonObject {
  const at = formatTimestamp(moment).replace('Z', `.${random.whole(100, 999)}Z`);
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

const changeFields =
  (changes: JsonObject): Spoil =>
  (_text, record) =>
    JSON.stringify({ ...record, ...changes });

/** Adds a first member to `Attributes`, as text, because `JSON.stringify` cannot write some of them. */
const addAttribute =
  (member: string): Spoil =>
  (text) =>
    text.replace('"Attributes":{', (found) => `${found}${member}${text.includes(`${found}}`) ? '' : ','}`);

const NUMBERS = Array<number>(85_000).fill(1_234_567_891).join();

/** The payloads that can never be processed, by kind; each spoils a contact record. */
export const POISON: Record<string, Spoil> = {
  'not JSON': () => 'PING',
  'nothing at all': () => '',
  'not UTF-8': (text) => Buffer.from(text.replace('"Channel"', '"Channel\u00ff"'), 'latin1'),
  gzip: (text) => gzipSync(text),
  'the beginning of a KPL aggregate': (text) =>
    Buffer.concat([Buffer.of(0xf3, 0x89, 0x9a, 0xc2), Buffer.from(text)]),
  'a truncated record': (text) => text.slice(0, Math.floor(text.length * 0.6)),
  'two records in one': (text) => `${text}\n${text}`,
  'a list of records': (text) => `[${text}]`,
  'a JSON string': (text) => JSON.stringify(text),
  'JSON null': () => 'null',
  'no ContactId': (text) => text.replace('"ContactId"', '"ContactIdentifier"'),
  'an empty ContactId': changeFields({ ContactId: '' }),
  'a ContactId of 257 characters': changeFields({ ContactId: 'c'.repeat(257) }),
  'a ContactId that is a number': changeFields({ ContactId: 12 }),
  'an event with LastUpdateTimestamp, without ContactId': changeFields({
    ContactId: null,
    EventType: 'CONTACT',
  }),
  'no LastUpdateTimestamp': (text) => text.replace('"LastUpdateTimestamp"', '"UpdateTimestamp"'),
  'a date that does not exist': changeFields({ LastUpdateTimestamp: '2026-02-30T10:00:00Z' }),
  'a fraction of a second': changeFields({ LastUpdateTimestamp: '2026-02-20T10:00:00.250Z' }),
  'an offset instead of Z': changeFields({ LastUpdateTimestamp: '2026-02-20T10:00:00+00:00' }),
  'an empty attribute name': addAttribute('"":"x"'),
  'a __proto__ member': addAttribute('"__proto__":{"polluted":"yes"}'),
  'half a surrogate pair': addAttribute(String.raw`"note":"\ud83d"`),
  'a number beyond any double': addAttribute('"amount":1e400'),
  'a number of 45 digits': addAttribute(`"amount":${'9'.repeat(45)}`),
  'nested too deep': addAttribute(`"tree":${'{"branch":'.repeat(40)}1${'}'.repeat(40)}`),
  'an attribute name of 64 KB': addAttribute(`"${'name'.repeat(16_384)}":"x"`),
  'text over 400 KB': addAttribute(`"transcript":"${'all our lines are busy, '.repeat(18_000)}"`),
  // Small as JSON; only DynamoDB's answer shows that the item is too large.
  'numbers over 400 KB': (_text, record) =>
    JSON.stringify({ ...record, ChatMetrics: [] }).replace('"ChatMetrics":[]', `"ChatMetrics":[${NUMBERS}]`),
};
