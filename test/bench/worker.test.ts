import { generateInput, generateShortInput } from '../../bench/inputs';
import { runPass, splitIntoBatches, type Worker } from '../../bench/worker';

/** Answers each invocation with the records that it has failed at. */
function aWorker(failures: (places: string[]) => string[] | undefined) {
  const invocations: string[][] = [];
  const worker: Worker = {
    invoke: (records) => {
      const sequenceNumbers = records.map(({ kinesis }) => kinesis.sequenceNumber);
      invocations.push(sequenceNumbers);
      const failed = failures(sequenceNumbers);
      const answer = { batchItemFailures: failed?.map((itemIdentifier) => ({ itemIdentifier })) };
      const taken = { answer, milliseconds: 100, cpuMicroseconds: 1_000, peakKib: 1 };
      return Promise.resolve(failed && taken);
    },
    stop: () => Promise.resolve(),
  };
  return { worker, invocations };
}

const { deliveries } = generateInput('distinct', 10);
const sequenceNumber = (place: number) => deliveries[place]?.event.kinesis.sequenceNumber ?? '';

it('what succeeds is delivered once', async () => {
  const { worker, invocations } = aWorker(() => []);
  const passed = await runPass(worker, deliveries, 4);
  expect(invocations.map(({ length }) => length)).toEqual([4, 4, 2]);
  expect(passed).toMatchObject({ invocations: 3, stalls: 0, handlerSeconds: expect.closeTo(0.3) as number });
});

it('after a failure it goes on from the lowest record that failed', async () => {
  let first = true;
  const { worker, invocations } = aWorker(() => {
    const failed = first ? [sequenceNumber(5), sequenceNumber(3)] : [];
    first = false;
    return failed;
  });
  await runPass(worker, deliveries, 10);
  expect(invocations.map(([from]) => from)).toEqual([sequenceNumber(0), sequenceNumber(3)]);
});

it('a record that never succeeds is delivered five times, and is a stall', async () => {
  const { worker, invocations } = aWorker((places) => places.filter((place) => place === sequenceNumber(2)));
  const { stalls } = await runPass(worker, deliveries, 10);
  expect(stalls).toBe(1);
  expect(invocations.filter((places) => places.includes(sequenceNumber(2)))).toHaveLength(5);
});

it('an invocation that fails fails its whole batch', async () => {
  let first = true;
  const { worker, invocations } = aWorker(() => {
    const failed = first ? undefined : [];
    first = false;
    return failed;
  });
  await runPass(worker, deliveries, 10);
  expect(invocations.map(({ length }) => length)).toEqual([10, 10]);
});

it('fills an event up to 6 MB: nearly ten thousand short records, or far fewer ordinary ones', () => {
  expect(splitIntoBatches(generateShortInput(10_000).deliveries, 10_000)[0]?.length).toBeGreaterThan(9_000);
  expect(splitIntoBatches(generateInput('distinct', 4_000).deliveries, 10_000)[0]?.length).toBeLessThan(
    3_000,
  );
});
