/**
 * Contact records and deliveries for tests. The values are believable, and each test overrides what it is about.
 */
import type { KinesisStreamRecord } from 'aws-lambda';
import { type DecodedContactRecord, decode } from '../lambda/contact-records/steps/decode';

export const INSTANCE_ARN =
  'arn:aws:connect:us-east-1:111122223333:instance/aaaaaaaa-0000-4000-8000-000000000001';
export const STREAM_ARN = 'arn:aws:kinesis:us-east-1:111122223333:stream/contact-records';

/** A caller who hung up after 39 seconds in the queue. */
export function aContactRecord(overrides: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    AWSAccountId: '111122223333',
    AWSContactTraceRecordFormatVersion: '2017-03-10',
    Agent: null,
    Attributes: { language: 'en' },
    Channel: 'VOICE',
    ConnectedToSystemTimestamp: '2024-03-05T09:30:12Z',
    ContactId: 'c0000000-0000-4000-8000-000000000001',
    CustomerEndpoint: { Address: '+12065550101', Type: 'TELEPHONE_NUMBER' },
    DisconnectReason: 'CUSTOMER_DISCONNECT',
    DisconnectTimestamp: '2024-03-05T09:31:04Z',
    InitiationMethod: 'INBOUND',
    InitiationTimestamp: '2024-03-05T09:30:12Z',
    InstanceARN: INSTANCE_ARN,
    LastUpdateTimestamp: '2024-03-05T09:32:11Z',
    NextContactId: null,
    Queue: aQueue(),
    TransferCompletedTimestamp: null,
    TransferredToEndpoint: null,
    ...overrides,
  };
}

export function aQueue(overrides: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    ARN: `${INSTANCE_ARN}/queue/00000000-0000-4000-8000-000000000007`,
    DequeueTimestamp: '2024-03-05T09:31:04Z',
    Duration: 39,
    EnqueueTimestamp: '2024-03-05T09:30:25Z',
    Name: 'BasicQueue',
    ...overrides,
  };
}

/** A contact that an agent took. */
export const anAnsweredContactRecord = (overrides: Record<string, unknown> = {}): Record<string, unknown> =>
  aContactRecord({ Agent: { ARN: `${INSTANCE_ARN}/agent/1`, AgentInteractionDuration: 12 }, ...overrides });

/** One Kinesis record in the shape that Lambda hands over. Objects are sent as JSON, strings and bytes as they are. */
export function aDelivery(payload: unknown, sequenceNumber: number | string = 1): KinesisStreamRecord {
  const bytes = Buffer.isBuffer(payload)
    ? payload
    : Buffer.from(typeof payload === 'string' ? payload : JSON.stringify(payload));
  return {
    kinesis: {
      kinesisSchemaVersion: '1.0',
      partitionKey: 'a-partition-key',
      sequenceNumber: String(sequenceNumber),
      data: bytes.toString('base64'),
      approximateArrivalTimestamp: 1_709_631_200.5,
    },
    eventSource: 'aws:kinesis',
    eventVersion: '1.0',
    eventID: `shardId-000000000000:${sequenceNumber}`,
    eventName: 'aws:kinesis:record',
    invokeIdentityArn: 'arn:aws:iam::111122223333:role/contact-records',
    awsRegion: 'us-east-1',
    eventSourceARN: STREAM_ARN,
  };
}

/** The same record after decoding; fails the test if it can't be decoded. */
export function decoded(record: Record<string, unknown> | string): DecodedContactRecord {
  const result = decode(aDelivery(record).kinesis.data);
  if (result.kind !== 'contact-record') throw new Error(`not decoded: ${JSON.stringify(result)}`);
  return result;
}
