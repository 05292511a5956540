/**
 * Where a record goes that can't take its way: its bytes and the reason into the failure bucket, so that nothing is
 * lost and nobody is blocked.
 */
import type { KinesisStreamRecord } from 'aws-lambda';
import type { Deadline } from '../batch/deadline';
import type { UnreadableReason } from './decode';
import { notNow } from '../aws/errors';
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
 * - quarantined: can never be processed
 * - refused: is stored, but its message can never be published
 * - conflicting: has the same `LastUpdateTimestamp` as the stored record, but other content
 */
export type SetAsideKind = keyof typeof FAILURE_PREFIX;

/** Why a record was set aside: a closed set. */
export type SetAsideReason = UnreadableReason | 'message-refused' | 'same-second-other-content';

/**
 * Writes the record's bytes, the reason and its position in the stream as one JSON object.
 *
 * @throws NotNow if S3 can't answer now
 */
export type Quarantine = (
  kind: SetAsideKind,
  reason: SetAsideReason,
  delivery: KinesisStreamRecord,
  deadline: Deadline,
) => Promise<void>;

/** The key derives from stream and event id, so a retry overwrites its own object. */
export const quarantineIn =
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
      throw notNow(error, 'S3');
    }
  };
