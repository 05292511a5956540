/**
 * Reads an object of the failure bucket: a failed record of the function, or a batch that the event source mapping has
 * discarded.
 */
import * as z from 'zod';
import { FAILURE_PREFIX } from '../../lambda/contact-records/contract';
import type { FailedRecordKind } from '../../lambda/contact-records/batch/outcome';
import { isObject } from '../../lambda/contact-records/json/is-object';
import { parseJson } from './parse-json';
import { countBytes, isPartitionKey, MAX_RECORD_BYTES, type StreamRecord } from './stream';
import type { ReadObject } from './read-object';

export interface FailureContent {
  /** `given-up`: by the event source mapping; the rest by the function. */
  kind: FailedRecordKind | 'given-up';
  /** Why the record failed, or the mapping's condition (`RecordAgeExceeded`). */
  reason: string;
  streamArn: string;
  shardId: string;
  /** In the order of the stream; at least one. */
  records: [OriginalRecord, ...OriginalRecord[]];
}

/** A record as the producer put it on the stream. */
export interface OriginalRecord extends StreamRecord {
  sequenceNumber: string;
  /** When it arrived in the stream: Unix seconds, with a fraction. */
  arrival: number;
}

export type ParsedFailureObject =
  | { kind: 'readable'; content: FailureContent }
  /** `why` names fields of the object, never their values. */
  | { kind: 'unreadable'; why: string };

/** `etag` stands for this very content. */
export type ReadFailureObject =
  (ParsedFailureObject & { etag: string }) | Exclude<ReadObject, { kind: 'read' }>;

/** Upper bounds for the objects that are in memory at the same time; a larger object comes alone. */
export const PORTION_LIMITS = { maxItems: 50, maxWeights: { bytes: 8 * 1024 * 1024 } };

/** The mapping's batches have at most 6 MB, which a string of JSON in JSON makes longer. Nothing else is so large. */
export const MAX_OBJECT_BYTES = 64 * 1024 * 1024;

/** Text that was packed takes up to about twenty times as many bytes when it is opened. */
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

/** Parses an object's bytes, whatever they are. */
export function parseFailureObject(body: Uint8Array): ParsedFailureObject {
  const object = parseJson(decodeText(body));
  if (!isObject(object)) return createUnreadable('not a JSON object');
  const { data: content, error } = ('KinesisBatchInfo' in object ? givenUp : failedRecord).safeParse(object);
  if (!content) return createUnreadable(`${error.issues[0]?.path.join('.') ?? ''} is missing or not valid`);
  if (content.records.some((record) => countBytes(record) > MAX_RECORD_BYTES)) {
    return createUnreadable('a record of more than 1 MiB, more than a stream takes by default');
  }
  return { kind: 'readable', content };
}

/** A word of the function's or the mapping's; nothing else may be printed. */
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

/** As `quarantine.ts` writes it. */
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

/** As Lambda writes it to an S3 destination. `payload` is the function's event, as a string of JSON. */
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

/** Decodes UTF-8; anything else is an empty text. */
function decodeText(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return '';
  }
}

const createUnreadable = (why: string): ParsedFailureObject => ({ kind: 'unreadable', why });
