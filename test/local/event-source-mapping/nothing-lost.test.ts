/**
 * Whatever the settings, the function, splits and merges of shards, and the moments of restarts: every record is done, in a
 * failure object, or reported as dropped.
 */
import fc from 'fast-check';
import type { InvocationOutcome } from '../../../local/stack/function-process';
import type { KinesisEvent, StreamRecord } from '../../../local/event-source-mapping/kinesis-event';
import { aMapping, naming, nextTurn, records, START, SUCCESS, THROWN, upTo } from './a-mapping';

const KEYS = ['a', 'b', 'c', 'd', 'e'];
const ANSWERS = [
  'success',
  'thrown',
  'timed-out',
  'nonsense',
  'never-ran',
  'in-part',
  'in-part',
  'slow',
] as const;

const aRun = fc.record({
  keys: fc.array(fc.constantFrom(...KEYS), { minLength: 1, maxLength: 30 }),
  /** Seconds that each record has been on the stream, cyclically. */
  ages: fc.array(fc.constantFrom(0, 0, 30, 100), { minLength: 1, maxLength: 5 }),
  batchSize: fc.integer({ min: 1, max: 12 }),
  parallelizationFactor: fc.integer({ min: 1, max: 4 }),
  bisectBatchOnFunctionError: fc.boolean(),
  maximumRetryAttempts: fc.integer({ min: -1, max: 2 }),
  maximumRecordAgeSeconds: fc.constantFrom(-1, 60),
  /** What the function and the destination do, call by call; success after that. */
  answers: fc.array(fc.constantFrom(...ANSWERS), { maxLength: 25 }),
  writes: fc.array(fc.boolean(), { maxLength: 5 }),
  /** A record that the function always fails on, unless retries never end. */
  poison: fc.integer({ min: 1, max: 30 }),
  /** After how many records a shard is split or merged, and which one. */
  reshards: fc.array(fc.record({ after: fc.nat(29), shard: fc.nat(4) }), { maxLength: 6 }),
  /** After how many invocations the mapping is stopped and started again from its checkpoint. */
  restarts: fc.array(fc.integer({ min: 1, max: 6 }), { maxLength: 3 }),
});

it('every record is done, in the order of its key, in a failure object, or reported, across restarts', async () => {
  await fc.assert(
    fc.asyncProperty(aRun, async (run) => {
      const { keys, ages, answers, writes, poison, reshards, restarts, ...settings } = run;
      const all = keys.flatMap((key, index) => {
        const age = ages[index % ages.length] ?? 0;
        return records([index + 1], { key, arrival: new Date(START.getTime() - age * 1000) });
      });
      const { shards, parents } = placeInShards(all, reshards);
      const done = new Set<number>();
      const failedRecords = new Set<number>();
      const isLost = (number: number) => !done.has(number) && !failedRecords.has(number);
      let checkpoints: Record<string, string> = {};
      let calls = 0;
      let puts = 0;

      const start = () => {
        const lastOfKey = new Map<string, number>();
        const pass = (sequenceNumbers: number[]) => {
          for (const number of sequenceNumbers) {
            const key = keys[number - 1] ?? '';
            expect(lastOfKey.get(key) ?? 0).toBeLessThan(number);
            lastOfKey.set(key, number);
          }
          return sequenceNumbers;
        };
        const started = aMapping({
          ...{ shards, parents, settings, startAfter: checkpoints },
          onGivenUp: ({ isDropped, records: given }) => {
            const numbers = given.map(({ kinesis }) => Number(kinesis.sequenceNumber));
            expect(isDropped || numbers.every((number) => failedRecords.has(number))).toBe(true);
            numbers.forEach((number) => failedRecords.add(number));
          },
          destination: (object) => {
            if (writes[puts++] === false) throw new Error('slow down');
            const { payload } = JSON.parse(object.body) as { payload: string };
            const numbers = (JSON.parse(payload) as KinesisEvent).Records.map((r) =>
              Number(r.kinesis.sequenceNumber),
            );
            pass(numbers).forEach((number) => failedRecords.add(number));
          },
          handle: async (batch) => {
            await nextTurn();
            const numbers = batch.map(Number);
            const isPoisoned = settings.maximumRetryAttempts >= 0 && numbers.includes(poison);
            const answer = answers[calls++] ?? (isPoisoned ? 'thrown' : 'success');
            if (answer === 'slow') started.pass(20_000);
            const doneNow = pass(numbers.slice(0, countDone(answer, batch.length)));
            doneNow.forEach((number) => done.add(number));
            return outcomeOf(answer, batch);
          },
        });
        return started;
      };

      for (const invocations of restarts) {
        const { mapping, batches, finished } = start();
        const isFinished = finished().then(
          () => true,
          () => true,
        );
        while (batches.length < invocations && !(await Promise.race([isFinished, nextTurn()])));
        await mapping.stop(1_000);
        for (const [shardId, ofShard] of Object.entries(shards)) {
          const next = mapping.checkpoint(shardId);
          if (next === undefined) continue;
          expect(Number(next)).toBeGreaterThanOrEqual(Number(checkpoints[shardId] ?? 0));
          checkpoints = { ...checkpoints, [shardId]: next };
          const numbers = ofShard.map(({ sequenceNumber }) => Number(sequenceNumber));
          expect(numbers.filter((number) => number <= Number(next) && isLost(number))).toEqual([]);
        }
      }
      const { mapping, finished } = start();
      await finished();
      await mapping.stop(1_000);

      expect(upTo(all.length).filter(isLost)).toEqual([]);
    }),
    { numRuns: 150 },
  );
});

/** Distributes records over shards by their keys, while shards are split and merged. */
function placeInShards(all: StreamRecord[], reshards: readonly { after: number; shard: number }[]) {
  const shards: Record<string, StreamRecord[]> = {};
  const parents: Record<string, string[]> = {};
  const open = (keys: string[], ...from: string[]) => {
    const shardId = `shard-${Object.keys(shards).length}`;
    Object.assign(shards, { [shardId]: [] });
    if (from.length > 0) parents[shardId] = from;
    return { shardId, keys };
  };
  const opened = [open(KEYS)];
  for (const [index, record] of all.entries()) {
    for (const { shard } of reshards.filter(({ after }) => after === index)) {
      const at = shard % opened.length;
      const [one, other] = opened.slice(at, at + 2);
      if (one === undefined) continue;
      const middle = Math.ceil(one.keys.length / 2);
      if (one.keys.length > 1) {
        const children = [one.keys.slice(0, middle), one.keys.slice(middle)];
        opened.splice(at, 1, ...children.map((keys) => open(keys, one.shardId)));
      } else if (other) {
        opened.splice(at, 2, open([...one.keys, ...other.keys], one.shardId, other.shardId));
      }
    }
    const { shardId = '' } = opened.find(({ keys }) => keys.includes(record.partitionKey)) ?? {};
    shards[shardId]?.push(record);
  }
  return { shards, parents };
}

function countDone(answer: (typeof ANSWERS)[number], length: number): number {
  switch (answer) {
    case 'success':
    case 'slow':
      return length;
    case 'in-part':
      return Math.floor(length / 2);
    case 'thrown':
    case 'timed-out':
    case 'nonsense':
    case 'never-ran':
      return 0;
  }
}

function outcomeOf(answer: (typeof ANSWERS)[number], batch: string[]): InvocationOutcome {
  switch (answer) {
    case 'success':
    case 'slow':
      return SUCCESS;
    case 'in-part':
      return naming(batch[countDone(answer, batch.length)]);
    case 'thrown':
      return THROWN;
    case 'timed-out':
      return { kind: 'timed-out' };
    case 'nonsense':
      return naming('0');
    case 'never-ran':
      throw new Error('no process to be had');
  }
}
