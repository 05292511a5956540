/**
 * Reads an object of the failure bucket. It has a failed record from the function, or a batch that the event source mapping
 * discarded.
 */
import { isUtf8 } from 'node:buffer';
import * as z from 'zod';
import { FAILURE_PREFIX } from '../../lambda/contact-records/contract';
import type { FailedRecordKind } from '../../lambda/contact-records/batch/outcome';
import { isObject } from '../../lambda/contact-records/json/is-object';
import { parseJson } from './parse-json';
import { countBytes, isPartitionKey, MAX_RECORD_BYTES, type StreamRecord } from './stream';
import type { ReadObject } from './read-object';

export interface FailureContent {
  /** `given-up` objects come from the event source mapping, all others from the function. */
  kind: FailedRecordKind | 'given-up';
  /** The function's reason, or the mapping's condition, such as `RecordAgeExceeded`. */
  reason: string;
  streamArn: string;
  shardId: string;
  /** At least one record, in the order of the stream. */
  records: [OriginalRecord, ...OriginalRecord[]];
}

/** A record as the producer put it on the stream. */
export interface OriginalRecord extends StreamRecord {
  sequenceNumber: string;
  /** Arrival in the stream, in Unix seconds with a fraction. */
  arrival: number;
}

export type ParsedFailureObject =
  | { kind: 'readable'; content: FailureContent }
  /** `why` names fields of the object, never their values. */
  | { kind: 'unreadable'; why: string };

/** An object as it was read; `etag` identifies its content. */
export type ReadFailureObject =
  (ParsedFailureObject & { etag: string }) | Exclude<ReadObject, { kind: 'read' }>;

/** Upper bounds for the objects in memory at the same time. A larger object is a portion of its own. */
export const PORTION_LIMITS = { maxItems: 50, maxWeights: { bytes: 8 * 1024 * 1024 } };

/** Upper bound for an object. A batch has at most 6 MB, and is longer as a JSON string inside JSON. */
export const MAX_OBJECT_BYTES = 64 * 1024 * 1024;

/** Unpacked text has up to about twenty times as many bytes. */
export const UNPACKING_FACTOR = 20;

export const weighBytes = ({ bytes }: { bytes: number }) => ({ bytes });

/** Reads an object, and parses its content; throws `ServiceError` if S3 doesn't answer. */
export async function readFailureObject(
  bucket: { read: (key: string) => Promise<ReadObject> },
  key: string,
): Promise<ReadFailureObject> {
  const answer = await bucket.read(key);
  return answer.kind === 'read' ? { ...parseFailureObject(answer.body), etag: answer.etag } : answer;
}

/** Parses an object's bytes, which may have any content. */
export function parseFailureObject(body: Uint8Array): ParsedFailureObject {
  // `TextDecoder` removes a byte order mark.
  const object = isUtf8(body) ? parseJson(new TextDecoder().decode(body)) : undefined;
  if (!isObject(object)) return createUnreadable('not a JSON object');
  const { data: content, error } = ('KinesisBatchInfo' in object ? givenUp : failedRecord).safeParse(object);
  if (!content) return createUnreadable(`${error.issues[0]?.path.join('.') ?? ''} is missing or not valid`);
  if (content.records.some((record) => countBytes(record) > MAX_RECORD_BYTES)) {
    return createUnreadable('a record is larger than 1 MiB, the default limit of a stream');
  }
  return { kind: 'readable', content };
}

/** A reason or condition. Other text may quote a record, and must not be printed. */
const reason = z.string().regex(/^[A-Za-z][A-Za-z0-9-]{0,63}$/);
const streamArn = z.string().regex(/^arn:[\w-]+:kinesis:[\w-]+:\d{12}:stream\/[\w.-]{1,128}$/);

const kinesisFields = {
  partitionKey: z.string().refine(isPartitionKey),
  sequenceNumber: z.string().regex(/^(0|[1-9]\d{0,128})$/),
  approximateArrivalTimestamp: z.number(),
  data: z.string().transform((base64, context) => {
    const bytes = Buffer.from(base64, 'base64');
    if (bytes.toString('base64') !== base64) context.addIssue('not base64');
    return bytes;
  }),
};

type KinesisFields = z.infer<z.ZodObject<typeof kinesisFields>>;

/** The format that `quarantine.ts` writes. */
const failedRecord = z
  .object({
    kind: z.enum(Object.keys(FAILURE_PREFIX) as FailedRecordKind[]),
    reason,
    streamArn,
    eventId: z.string().regex(/^shardId-\d{12}:/),
    ...kinesisFields,
  })
  .transform(({ kind, reason, streamArn, eventId, ...record }): FailureContent => ({
    kind,
    reason,
    streamArn,
    shardId: eventId.split(':')[0] ?? '',
    records: [toOriginalRecord(record)],
  }));

const eventRecord = z.object({ kinesis: z.object(kinesisFields) });

/** The format that Lambda writes to an S3 destination. `payload` is the function's event as a JSON string. */
const givenUp = z
  .object({
    requestContext: z.object({ condition: reason }),
    KinesisBatchInfo: z.object({ shardId: z.string().regex(/^shardId-\d{12}$/), streamArn }),
    payload: z
      .string()
      .transform((text) => parseJson(text))
      .pipe(z.object({ Records: z.tuple([eventRecord], eventRecord) })),
  })
  .transform(({ requestContext, KinesisBatchInfo, payload }): FailureContent => {
    const [first, ...more] = payload.Records;
    return {
      kind: 'given-up',
      reason: requestContext.condition,
      ...KinesisBatchInfo,
      records: [toOriginalRecord(first.kinesis), ...more.map(({ kinesis }) => toOriginalRecord(kinesis))],
    };
  });

const toOriginalRecord = ({ approximateArrivalTimestamp, ...record }: KinesisFields): OriginalRecord => ({
  ...record,
  arrival: approximateArrivalTimestamp,
});

const createUnreadable = (why: string): ParsedFailureObject => ({ kind: 'unreadable', why });
