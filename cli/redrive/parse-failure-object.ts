/**
 * Reads an object of the failure bucket: what the function set aside, one record in each object, or what the event
 * source mapping gave up, a whole batch in each.
 */
import * as z from 'zod';
import { FAILURE_PREFIX } from '../../lambda/contact-records/contract';
import type { FailedRecordKind } from '../../lambda/contact-records/batch/outcome';
import { bytesOf, MOST_BYTES_IN_RECORD, type StreamRecord } from '../shared/stream';

/** `given-up`: by the event source mapping; the rest by the function. */
export type FailureKind = FailedRecordKind | 'given-up';

export interface FailureContent {
  kind: FailureKind;
  /** Why the function set it aside, or the mapping's condition (`RecordAgeExceeded`). */
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

export type ReadFailureObject =
  | { kind: 'readable'; content: FailureContent }
  /** `why` names fields of the object, never what is in them. */
  | { kind: 'unreadable'; why: string };

/** @param body - the object's bytes, whatever they are */
export function readFailureObject(body: Uint8Array): ReadFailureObject {
  const object = jsonIn(textIn(body));
  if (typeof object !== 'object' || object === null) return unreadable('not a JSON object');
  const { data: content, error } = ('KinesisBatchInfo' in object ? givenUp : failedRecords).safeParse(object);
  if (!content) return unreadable(`${error.issues[0]?.path.join('.') ?? ''} is missing or not valid`);
  if (content.records.some((record) => bytesOf(record) > MOST_BYTES_IN_RECORD)) {
    return unreadable('a record of more than 1 MiB, which the stream does not take');
  }
  return { kind: 'readable', content };
}

/** A word of the function's or the mapping's; nothing else may be printed. */
const reason = z.string().regex(/^[A-Za-z][A-Za-z0-9-]{0,63}$/);
const streamArn = z.string().regex(/^arn:[\w-]+:kinesis:[\w-]+:\d{12}:stream\/[\w.-]{1,128}$/);

const kinesisFields = {
  partitionKey: z
    .string()
    .min(1)
    .max(256)
    .refine((key) => key.isWellFormed()),
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
const failedRecords = z
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
    records: [originalRecord(record)],
  }));

const eventRecord = z.object({ kinesis: z.object(kinesisFields) });

/** As Lambda writes it to an S3 destination. `payload` is the function's event, as a string of JSON. */
const givenUp = z
  .object({
    requestContext: z.object({ condition: reason }),
    KinesisBatchInfo: z.object({ shardId: z.string().regex(/^shardId-\d{12}$/), streamArn }),
    payload: z
      .string()
      .transform(jsonIn)
      .pipe(z.object({ Records: z.tuple([eventRecord], eventRecord) })),
  })
  .transform(
    ({
      requestContext,
      KinesisBatchInfo,
      payload: {
        Records: [first, ...more],
      },
    }): FailureContent => ({
      kind: 'given-up',
      reason: requestContext.condition,
      ...KinesisBatchInfo,
      records: [originalRecord(first.kinesis), ...more.map(({ kinesis }) => originalRecord(kinesis))],
    }),
  );

const originalRecord = ({ approximateArrivalTimestamp, ...record }: KinesisFields): OriginalRecord => ({
  ...record,
  arrival: approximateArrivalTimestamp,
});

/** What is not UTF-8 is empty. */
function textIn(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return '';
  }
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const unreadable = (why: string): ReadFailureObject => ({ kind: 'unreadable', why });
