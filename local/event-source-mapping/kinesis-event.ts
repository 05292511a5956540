import { REGION } from '../stack/emulator-clients';

/** A record as it is read from a shard. */
export interface StreamRecord {
  sequenceNumber: string;
  partitionKey: string;
  data: Uint8Array;
  arrival: Date;
}

/** Where the records of an event come from, and who asks for them. */
export interface EventOrigin {
  streamArn: string;
  roleArn: string;
}

/** One record of the event that Lambda hands to a function, with Lambda's fields in Lambda's order. */
export function kinesisEventRecord(record: StreamRecord, shardId: string, origin: EventOrigin) {
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

export type KinesisEventRecord = ReturnType<typeof kinesisEventRecord>;
export interface KinesisEvent {
  Records: KinesisEventRecord[];
}

/** When a record arrived at the stream, in Unix milliseconds. */
export function arrivalOf({ kinesis }: KinesisEventRecord): number {
  return Math.round(kinesis.approximateArrivalTimestamp * 1000);
}
