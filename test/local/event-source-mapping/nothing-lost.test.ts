/** Whatever the settings, the function and the moments of restarts: every record is done or in a failure object. */
import fc from 'fast-check';
import type { InvocationOutcome } from '../../../local/stack/function-process';
import type { KinesisEvent } from '../../../local/event-source-mapping/kinesis-event';
import { aMapping, naming, nextTurn, records, SHARD, START, SUCCESS, THROWN, upTo } from './a-mapping';

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
  /** After how many invocations the mapping is stopped and started again from its checkpoint. */
  restarts: fc.array(fc.integer({ min: 1, max: 6 }), { maxLength: 3 }),
});

it('every record is done, in the order of its key, or in a failure object, across restarts', async () => {
  await fc.assert(
    fc.asyncProperty(aRun, async (run) => {
      const { keys, ages, answers, writes, poison, restarts, ...settings } = run;
      const all = keys.flatMap((key, index) => {
        const age = ages[index % ages.length] ?? 0;
        return records([index + 1], { key, arrival: new Date(START.getTime() - age * 1000) });
      });
      const done = new Set<number>();
      const failedRecords = new Set<number>();
      let checkpoint: string | undefined;
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
          shards: { [SHARD]: all },
          settings,
          ...(checkpoint !== undefined && { startAfter: { [SHARD]: checkpoint } }),
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
        const next = mapping.checkpoint(SHARD);
        expect(Number(next ?? 0)).toBeGreaterThanOrEqual(Number(checkpoint ?? 0));
        checkpoint = next;
        const upToCheckpoint = upTo(Number(checkpoint ?? 0));
        expect(upToCheckpoint.filter((number) => !done.has(number) && !failedRecords.has(number))).toEqual(
          [],
        );
      }
      const { mapping, finished } = start();
      await finished();
      await mapping.stop(1_000);

      expect(upTo(all.length).filter((number) => !done.has(number) && !failedRecords.has(number))).toEqual(
        [],
      );
    }),
    { numRuns: 150 },
  );
});

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
