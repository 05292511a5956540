/** The event that Lambda passes to a function for records of a Kinesis stream. */
import { REGION } from '../stack/emulator-clients';

/** A record that was read from a shard. */
export interface StreamRecord {
  sequenceNumber: string;
  partitionKey: string;
  data: Uint8Array;
  arrival: Date;
}

/** The stream of an event's records, and the role that reads it. */
export interface EventOrigin {
  streamArn: string;
  roleArn: string;
}

/** Creates one record of a function's event: Lambda's fields in Lambda's order. */
export function createKinesisEventRecord(record: StreamRecord, shardId: string, origin: EventOrigin) {
  return {
    kinesis: {
      kinesisSchemaVersion: '1.0',
      partitionKey: record.partitionKey,
      sequenceNumber: record.sequenceNumber,
      data: Buffer.from(record.data).toString('base64'),
      approximateArrivalTimestamp: record.arrival.getTime() / 1000,
    },
    eventSource: 'aws:kinesis',
    eventVersion: '1.0',
    eventID: `${shardId}:${record.sequenceNumber}`,
    eventName: 'aws:kinesis:record',
    invokeIdentityArn: origin.roleArn,
    awsRegion: REGION,
    eventSourceARN: origin.streamArn,
  };
}

export type KinesisEventRecord = ReturnType<typeof createKinesisEventRecord>;
export interface KinesisEvent {
  Records: KinesisEventRecord[];
}

/** Returns when a record arrived at the stream, in Unix milliseconds. */
export function getArrivalMs({ kinesis }: KinesisEventRecord): number {
  return Math.round(kinesis.approximateArrivalTimestamp * 1000);
}
