/** Creates objects of the failure bucket in the formats of the function and the event source mapping. */
import type { KinesisStreamRecord } from 'aws-lambda';
import type { FailedRecordKind, FailedRecordReason } from '../../../lambda/contact-records/batch/outcome';
import { createQuarantine, type FailureObject } from '../../../lambda/contact-records/steps/quarantine';
import { STREAM_ARN } from '../../factories';
import { NO_DEADLINE } from '../../fakes';

export interface ADelivery {
  payload?: Buffer | string;
  sequenceNumber?: number | string;
  partitionKey?: string;
  shard?: number;
  /** Unix seconds. */
  arrival?: number;
  streamArn?: string;
}

/** A record as the event source mapping hands it to the function. */
function aStreamRecord(overrides: ADelivery = {}): KinesisStreamRecord {
  const {
    payload = 'x',
    sequenceNumber = 1,
    partitionKey = 'a-key',
    shard = 0,
    arrival = 1_709_631_200.5,
  } = overrides;
  return {
    kinesis: {
      kinesisSchemaVersion: '1.0',
      partitionKey,
      sequenceNumber: String(sequenceNumber),
      data: Buffer.from(payload).toString('base64'),
      approximateArrivalTimestamp: arrival,
    },
    eventSource: 'aws:kinesis',
    eventVersion: '1.0',
    eventID: `${shardId(shard)}:${sequenceNumber}`,
    eventName: 'aws:kinesis:record',
    invokeIdentityArn: 'arn:aws:iam::111122223333:role/contact-records',
    awsRegion: 'us-east-1',
    eventSourceARN: overrides.streamArn ?? STREAM_ARN,
  };
}

export interface AnObject {
  key: string;
  body: string;
}

/** Creates an object with the function's own code. */
export async function aFailureObject(
  delivery: ADelivery = {},
  kind: FailedRecordKind = 'quarantined',
  reason: FailedRecordReason = 'not-json',
): Promise<AnObject> {
  let written: FailureObject | undefined;
  const put = (object: FailureObject) => Promise.resolve((written = object));
  await createQuarantine('failures', put)(kind, reason, aStreamRecord(delivery), NO_DEADLINE);
  return { key: written?.Key ?? '', body: written?.Body ?? '' };
}

/** What the event source mapping writes for a batch that got too old. */
export function aGivenUp(deliveries: ADelivery[], id = 'f0000000-0000-4000-8000-000000000001'): AnObject {
  const Records = deliveries.map(aStreamRecord);
  const [first, last] = [Records[0], Records.at(-1)];
  const shard = shardId(deliveries[0]?.shard ?? 0);
  return {
    key: `aws/lambda/e0000000-0000-4000-8000-000000000001/${shard}/2024/03/11/2024-03-11T09.33.21-${id}`,
    body: JSON.stringify({
      requestContext: {
        requestId: '10000000-0000-4000-8000-000000000001',
        functionArn: 'arn:aws:lambda:us-east-1:111122223333:function:contact-records',
        condition: 'RecordAgeExceeded',
        approximateInvokeCount: 8,
      },
      version: '1.0',
      timestamp: '2024-03-11T09:33:21.000Z',
      KinesisBatchInfo: {
        shardId: shard,
        startSequenceNumber: first?.kinesis.sequenceNumber,
        endSequenceNumber: last?.kinesis.sequenceNumber,
        approximateArrivalOfFirstRecord: '2024-03-05T09:33:20.500Z',
        approximateArrivalOfLastRecord: '2024-03-05T09:33:20.500Z',
        batchSize: Records.length,
        streamArn: first?.eventSourceARN,
      },
      payload: JSON.stringify({ Records }),
    }),
  };
}

const shardId = (shard: number) => `shardId-${String(shard).padStart(12, '0')}`;
