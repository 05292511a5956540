/**
 * Follows each delivery to its outcome, by the services' answers and the batches that are done. The function's own counts
 * are not enough: they include the repeated work of retried batches.
 */
import type { Exchange } from '../authorizer/authorizing-proxy';
import type { KinesisEventRecord } from '../event-source-mapping/kinesis-event';
import { parseJsonObject } from '../../cli/shared/parse-json';
import { type Outcome, OUTCOMES } from '../../lambda/contact-records/batch/outcome';
import { isObject } from '../../lambda/contact-records/json/is-object';
import { decode } from '../../lambda/contact-records/steps/decode';
import { formatId, formatText } from '../format-report';

type PutOutcome = Extract<Outcome, 'stored' | 'redelivered' | 'stale'>;

export interface Follower {
  /** Each delivery that is done, counted once. */
  readonly outcomes: Record<Outcome, number>;
  readonly noteAnswer: (exchange: Exchange) => void;
  readonly noteDone: (records: readonly KinesisEventRecord[]) => void;
}

/** @param onEnd - called with a line for each delivery that is done and each message */
export function createFollower(onEnd?: (line: string) => void): Follower {
  const outcomes = Object.fromEntries(OUTCOMES.map((outcome) => [outcome, 0])) as Record<Outcome, number>;
  /** The answers to the puts of a version, by contact id and timestamp, until its delivery is done. */
  const puts = new Map<string, PutOutcome[]>();
  /** Why a delivery is in the failure bucket, by event id. */
  const failures = new Map<string, { kind: string; reason: string }>();
  const published: string[] = [];
  /** How many versions of a contact were stored. */
  const versions = new Map<string, number>();

  const end = (outcome: Outcome, says: string) => {
    outcomes[outcome]++;
    onEnd?.(`${outcome} ${says}`.trimEnd());
  };
  const endContactRecord = (id: string, outcome: Outcome, isConflicting: boolean) => {
    if (outcome === 'stored' && onEnd) versions.set(id, (versions.get(id) ?? 0) + 1);
    const more = outcome === 'stored' ? ` v${versions.get(id) ?? 1}` : isConflicting ? ', other content' : '';
    end(outcome, `${formatId(id)}${more}`);
  };

  return {
    outcomes,
    noteAnswer: ({ service, method, headers, body, answer }) => {
      if (service === 's3' && method === 'PUT' && answer.status === 200) {
        const { eventId, kind, reason } = parseJsonObject(body.toString()) ?? {};
        if (typeof eventId === 'string')
          failures.set(eventId, { kind: String(kind), reason: String(reason) });
      } else if (service === 'dynamodb' && String(headers['x-amz-target']).endsWith('.PutItem')) {
        const version = readVersion(parseJsonObject(body.toString())?.Item);
        const outcome = version && readPutOutcome(answer, version);
        if (outcome) puts.set(version.key, [...(puts.get(version.key) ?? []), outcome]);
      } else if (service === 'sns' && answer.status === 200 && onEnd) published.push(describeMessage(body));
    },
    noteDone: (records) => {
      /** The function puts a version once per batch. */
      const inBatch = new Map<string, Outcome>();
      for (const { eventID, kinesis } of records) {
        const failure = failures.get(eventID);
        failures.delete(eventID);
        const decoded = decode(kinesis.data);
        if (failure?.kind === 'quarantined') end('quarantined', failure.reason);
        else if (decoded.kind !== 'contact-record') end('ignored', '');
        else {
          const { ContactId, LastUpdateTimestamp } = decoded.item;
          const key = createKey(ContactId, LastUpdateTimestamp);
          const before = inBatch.get(key);
          const again = before === 'stored' ? 'redelivered' : before;
          const outcome = again ?? takePut(puts, key) ?? 'superseded';
          inBatch.set(key, outcome);
          endContactRecord(ContactId, outcome, failure?.kind === 'conflicting');
        }
      }
      for (const line of published.splice(0)) onEnd?.(line);
    },
  };
}

const createKey = (id: string, timestamp: string) => `${timestamp} ${id}`;

/** Takes the first answer: if a version was stored and its batch then failed, the retry finds it as a duplicate. */
function takePut(puts: Map<string, PutOutcome[]>, key: string): PutOutcome | undefined {
  const answers = puts.get(key) ?? [];
  const outcome = answers.shift();
  if (answers.length === 0) puts.delete(key);
  return outcome;
}

/** Reads an item of the records table; the ledger's items have no `LastUpdateTimestamp`. */
function readVersion(item: unknown): { key: string; timestamp: string } | undefined {
  const { ContactId, LastUpdateTimestamp } = (isObject(item) ? item : {}) as Record<string, { S?: string }>;
  if (ContactId?.S === undefined || LastUpdateTimestamp?.S === undefined) return undefined;
  return { key: createKey(ContactId.S, LastUpdateTimestamp.S), timestamp: LastUpdateTimestamp.S };
}

function readPutOutcome({ status, body }: Exchange['answer'], { timestamp }: { timestamp: string }) {
  if (status === 200) return 'stored';
  const { Item } = parseJsonObject(body.toString()) ?? {};
  if (!Item) return undefined;
  return readVersion(Item)?.timestamp === timestamp ? 'redelivered' : 'stale';
}

/** Describes a message by the attributes of the request. */
function describeMessage(body: Buffer): string {
  const form = new URLSearchParams(body.toString());
  const read = (name: string) => {
    const [key] = [...form].find(([key, value]) => value === name && key.endsWith('.Name')) ?? [];
    return key && form.get(key.replace(/Name$/, 'Value.StringValue'));
  };
  return `published ${describeWait(read('QueueName'), read('QueueDuration'))}`;
}

const describeWait = (queue: string | null | undefined, seconds: string | null | undefined) =>
  [formatText(queue ?? 'no queue name'), ...(seconds ? [`${seconds} s`] : [])].join(' ');
