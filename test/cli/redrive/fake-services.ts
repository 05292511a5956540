/** Simulates S3 and Kinesis for a redrive in memory. Time passes only by sleeping. */
import type { FailureBucket } from '../../../cli/redrive/bucket-client';
import type { OriginalRecord } from '../../../cli/shared/read-failure-object';
import type { Clock } from '../../../cli/shared/run-clock';
import type { PutRecords } from '../../../cli/shared/stream';
import type { AnObject } from '../shared/failure-objects';

/** Called before and after each step of a service. An error that it throws ends the run there. */
export type OnStep = (step: string) => void;

export interface ABucket extends FailureBucket {
  objects: Map<string, AStoredObject>;
  mostRead: () => number;
}
export interface AStoredObject {
  body: Buffer;
  failedAt: number;
}

export function aBucket(stored: AnObject[], onStep: OnStep = () => undefined, pageSize = 3): ABucket {
  const objects = new Map(
    stored.map(({ key, body }, i) => [key, { body: Buffer.from(body), failedAt: i * 1000 }]),
  );
  const etagOf = ({ body }: AStoredObject) => `"${body.toString('base64')}"`;
  const [reading, act] = [{ now: 0, most: 0 }, acting(onStep)];
  return {
    objects,
    mostRead: () => reading.most,
    list: async function* (prefix) {
      const keys = [...objects.keys()].filter((key) => key.startsWith(prefix)).sort();
      while (keys.length > 0) {
        yield await act('list', () =>
          keys.splice(0, pageSize).map((key) => {
            const { body, failedAt } = objects.get(key) ?? { body: Buffer.of(), failedAt: 0 };
            return { key, bytes: body.length, failedAt };
          }),
        );
      }
    },
    read: async (key) => {
      reading.most = Math.max(reading.most, (reading.now += 1));
      const read = await act('read', () => {
        const object = objects.get(key);
        return object
          ? ({ kind: 'read', body: object.body, etag: etagOf(object) } as const)
          : ({ kind: 'gone' } as const);
      });
      reading.now -= 1;
      return read;
    },
    copy: (key, to, etag) =>
      act('copy', () => {
        const object = objects.get(key);
        if (!object) return 'gone';
        if (etagOf(object) !== etag) return 'changed';
        objects.set(to, object);
        return 'copied';
      }),
    remove: (key) => act('remove', () => void objects.delete(key)),
  };
}

export interface AStream {
  putRecords: PutRecords;
  /** All accepted records in their order. */
  accepted: (OriginalRecord & { stream: string })[];
  requests: { records: OriginalRecord[]; at: number }[];
}

/** @param refuses - whether the stream has no room for a record at this request */
export function aStream(
  refuses: (record: OriginalRecord, request: number) => boolean = () => false,
  onStep: OnStep = () => undefined,
  clock: Clock = aClock(),
): AStream {
  const [accepted, requests]: [AStream['accepted'], AStream['requests']] = [[], []];
  const act = acting(onStep);
  return {
    accepted,
    requests,
    putRecords: (stream, records) =>
      act('put', () => {
        const originals = records as OriginalRecord[];
        requests.push({ records: originals, at: clock.now() });
        return originals.map((record) => {
          if (refuses(record, requests.length)) return 'ProvisionedThroughputExceededException';
          accepted.push({ ...record, stream });
          return undefined;
        });
      }),
  };
}

export function aClock(): Clock {
  let time = 0;
  return {
    now: () => time,
    sleep: (milliseconds) => {
      time += milliseconds;
      return Promise.resolve();
    },
  };
}

export const never = new AbortController().signal;

const acting =
  (onStep: OnStep) =>
  async <T>(step: string, act: () => T): Promise<T> => {
    await Promise.resolve();
    onStep(`before ${step}`);
    const result = act();
    onStep(`after ${step}`);
    return result;
  };
