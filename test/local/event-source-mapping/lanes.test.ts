import type { InvocationOutcome } from '../../../local/stack/function-process';
import type { StreamRecord } from '../../../local/event-source-mapping/kinesis-event';
import { aMapping, naming, nextTurn, records, SHARD, SUCCESS, upTo } from './a-mapping';

/** A function whose invocations end when the test says so. */
function heldBack() {
  const running: { batch: string[]; end: (outcome: InvocationOutcome) => void }[] = [];
  const handle = (batch: string[]) =>
    new Promise<InvocationOutcome>((resolve) => {
      const invocation = {
        batch,
        end: (outcome: InvocationOutcome) => {
          running.splice(running.indexOf(invocation), 1);
          resolve(outcome);
        },
      };
      running.push(invocation);
    });
  return { running, handle };
}

/** Waits until the mapping has done everything that it can do without the test. */
const settle = async () => {
  for (let turn = 0; turn < 50; turn += 1) await nextTurn();
};

/** Records 1 to `count`, in turn under the given partition keys. */
const underKeys = (count: number, keys: string[]): StreamRecord[] =>
  upTo(count).flatMap((number) => records([number], { key: keys[(number - 1) % keys.length] ?? '' }));

describe('with a parallelization factor', () => {
  it.each([1, 3, 10])('row 56: of %i, a shard has that many batches at the same time', async (factor) => {
    const { running, handle } = heldBack();
    aMapping({
      shards: { [SHARD]: records(upTo(500)) },
      settings: { parallelizationFactor: factor, batchSize: 2 },
      handle,
    });

    await settle();

    expect(running).toHaveLength(factor);
    running[0]?.end(SUCCESS);
    await settle();
    expect(running).toHaveLength(factor);
    running.splice(0).forEach(({ end }) => {
      end(SUCCESS);
    });
  });

  it('rows 15, 56: each shard has its own, and a batch never mixes shards', async () => {
    const { finished, events } = aMapping({
      shards: { 'shard-a': records(upTo(20)), 'shard-b': records(upTo(20)) },
      settings: { parallelizationFactor: 3, batchSize: 4 },
    });

    await finished();

    const shardsOf = events.map(
      ({ Records }) => new Set(Records.map(({ eventID }) => eventID.split(':')[0])),
    );
    expect(shardsOf.every(({ size }) => size === 1)).toBe(true);
    expect(events.flatMap(({ Records }) => Records)).toHaveLength(40);
  });

  it('row 56: a partition key is in one batch at a time, and its records come in order', async () => {
    const all = underKeys(60, ['a', 'b', 'c', 'd', 'e', 'f', 'g']);
    const keyOf = new Map(all.map(({ sequenceNumber, partitionKey }) => [sequenceNumber, partitionKey]));
    const atWork = new Set<string | undefined>();
    const done: string[] = [];
    const { finished } = aMapping({
      shards: { [SHARD]: all },
      settings: { parallelizationFactor: 4, batchSize: 5 },
      handle: async (batch, call) => {
        const keys = [...new Set(batch.map((sequenceNumber) => keyOf.get(sequenceNumber)))];
        expect(keys.filter((key) => atWork.has(key))).toEqual([]);
        keys.forEach((key) => atWork.add(key));
        for (let turn = 0; turn < call % 5; turn += 1) await nextTurn();
        keys.forEach((key) => atWork.delete(key));
        const middle = batch[Math.floor(batch.length / 2)] ?? '';
        if (call % 3 === 0) {
          done.push(...batch.slice(0, batch.indexOf(middle)));
          return naming(middle);
        }
        done.push(...batch);
        return SUCCESS;
      },
    });

    await finished();

    for (const key of new Set(keyOf.values())) {
      const ofKey = done.filter((sequenceNumber) => keyOf.get(sequenceNumber) === key).map(Number);
      expect(ofKey).toEqual(ofKey.toSorted((a, b) => a - b));
    }
    expect(done).toHaveLength(60);
  });

  it('the checkpoint never passes a record that is not done, even if later records are', async () => {
    const { running, handle } = heldBack();
    const { mapping, finished } = aMapping({
      shards: { [SHARD]: records(upTo(30)) },
      settings: { parallelizationFactor: 3, batchSize: 30 },
      handle,
    });
    await settle();
    expect(running).toHaveLength(3);

    const first = running.find(({ batch }) => batch.includes('1'));
    running
      .filter((invocation) => invocation !== first)
      .forEach(({ end }) => {
        end(SUCCESS);
      });
    await settle();
    expect(mapping.checkpoint(SHARD)).toBeUndefined();

    const second = first?.batch[1] ?? '';
    first?.end(naming(second));
    await settle();
    expect(mapping.checkpoint(SHARD)).toBe(String(Number(second) - 1));

    running[0]?.end(SUCCESS);
    await finished();
    expect(mapping.checkpoint(SHARD)).toBe('30');
  });

  it('a key that is retried delays no other key, and memory is bounded', async () => {
    let read = 0;
    const all = underKeys(1_000, ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']);
    const keyOf = new Map(all.map(({ sequenceNumber, partitionKey }) => [sequenceNumber, partitionKey]));
    let isBroken = true;
    const { finished, invocations, events } = aMapping({
      shards: { [SHARD]: all },
      settings: { parallelizationFactor: 4, batchSize: 10 },
      readLimit: 10,
      onRead: () => (read += 10),
      handle: (batch) => (isBroken && keyOf.get(batch[0] ?? '') === 'a' ? naming(batch[0]) : SUCCESS),
    });

    while (invocations.length < 200) await nextTurn();

    const others = events.filter(({ Records }) => Records[0]?.kinesis.partitionKey !== 'a');
    expect(others.length).toBeGreaterThan(3);
    expect(read).toBeLessThan(1_000);
    isBroken = false;
    await finished();
  });
});

it('without a parallelization factor, all of a shard is one lane, in order', async () => {
  const { batches, finished } = aMapping({
    shards: { [SHARD]: records(upTo(50)) },
    settings: { batchSize: 7 },
  });

  await finished();

  expect(batches.flat()).toEqual(upTo(50).map(String));
});
