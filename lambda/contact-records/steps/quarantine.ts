/** Saves unprocessable records to the failure bucket, so none is lost or blocks others. */
import type { KinesisStreamRecord } from 'aws-lambda';
import { toRetryableError } from '../aws/errors';
import type { Deadline } from '../batch/deadline';
import type { FailedRecordKind, FailedRecordReason } from '../batch/outcome';
import { FAILURE_PREFIX } from '../contract';

/** `s3:PutObject`. */
export type PutObject = (input: FailureObject, signal: AbortSignal) => Promise<unknown>;

export interface FailureObject {
  readonly Bucket: string;
  readonly Key: string;
  readonly Body: string;
  readonly ContentType: 'application/json';
}

/**
 * Writes the record's bytes, the reason and the stream position as one JSON object.
 *
 * @throws RetryableError if S3 fails
 */
export type Quarantine = (
  kind: FailedRecordKind,
  reason: FailedRecordReason,
  delivery: KinesisStreamRecord,
  deadline: Deadline,
) => Promise<void>;

/** Creates the port. The key derives from stream and event id, so a retry overwrites its own object. */
export const createQuarantine =
  (bucket: string, putObject: PutObject): Quarantine =>
  async (kind, reason, delivery, deadline) => {
    const { eventID, eventSourceARN, kinesis } = delivery;
    const stream = eventSourceARN.slice(eventSourceARN.lastIndexOf('/') + 1);
    const object: FailureObject = {
      Bucket: bucket,
      Key: `${FAILURE_PREFIX[kind]}${stream}/${eventID.replace(':', '/')}.json`,
      Body: JSON.stringify({
        kind,
        reason,
        streamArn: eventSourceARN,
        eventId: eventID,
        sequenceNumber: kinesis.sequenceNumber,
        partitionKey: kinesis.partitionKey,
        approximateArrivalTimestamp: kinesis.approximateArrivalTimestamp,
        data: kinesis.data,
      }),
      ContentType: 'application/json',
    };
    try {
      await putObject(object, deadline.signal());
    } catch (error) {
      throw toRetryableError(error, 'S3');
    }
  };
