/** Creates the contact record of a smoke test, in Connect's format and marked as synthetic. */
import { randomUUID } from 'node:crypto';

export type SmokeRecord = Record<string, unknown> & { ContactId: string; LastUpdateTimestamp: string };

const INSTANCE_ARN = 'arn:aws:connect:us-east-1:000000000000:instance/00000000-0000-0000-0000-000000000000';

/** Creates a call that ended two minutes before `now`. It ended in a queue if `isAbandoned`, or else in the menu. */
export function createSmokeRecord(now: number, isAbandoned: boolean): SmokeRecord {
  const secondsAgo = (seconds: number) => `${new Date(now - seconds * 1000).toISOString().slice(0, 19)}Z`;
  const queue = {
    ARN: `${INSTANCE_ARN}/queue/00000000-0000-0000-0000-000000000000`,
    DequeueTimestamp: secondsAgo(120),
    Duration: 50,
    EnqueueTimestamp: secondsAgo(170),
    Name: 'smoke test',
  };
  return {
    AWSAccountId: '000000000000',
    AWSContactTraceRecordFormatVersion: '2017-03-10',
    Agent: null,
    AgentConnectionAttempts: 0,
    Attributes: { 'contact-record-pipeline': 'smoke test' },
    Channel: 'VOICE',
    ConnectedToSystemTimestamp: secondsAgo(180),
    ContactId: `smoke-test-${randomUUID()}`,
    // These numbers are reserved for fiction: a call reaches no person.
    CustomerEndpoint: { Address: '+12065550100', Type: 'TELEPHONE_NUMBER' },
    DisconnectReason: 'CUSTOMER_DISCONNECT',
    DisconnectTimestamp: secondsAgo(120),
    InitialContactId: null,
    InitiationMethod: 'INBOUND',
    InitiationTimestamp: secondsAgo(180),
    InstanceARN: INSTANCE_ARN,
    LastUpdateTimestamp: secondsAgo(0),
    MediaStreams: [{ Type: 'AUDIO' }],
    NextContactId: null,
    PreviousContactId: null,
    Queue: isAbandoned ? queue : null,
    Recordings: null,
    SystemEndpoint: { Address: '+12065550101', Type: 'TELEPHONE_NUMBER' },
    TransferCompletedTimestamp: null,
    TransferredToEndpoint: null,
  };
}
