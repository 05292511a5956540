import { setImmediate } from 'node:timers/promises';
import type { KinesisStreamRecord } from 'aws-lambda';
import { aContactRecord, aDelivery } from '../factories';
import { createSimulatedClock } from './clock';
import { simulatedFunction } from './simulated-function';

const CALL_TAKES_MS = 1_000;
const TIMEOUT_MS = 60_000;

/** Runs one invocation over a table where each put takes a second, in simulated time. */
async function invoke(
  records: KinesisStreamRecord[],
  stored: Map<string, string>,
): Promise<string | undefined> {
  const clock = createSimulatedClock();
  const startedAt = clock.now();
  const takesTime = (act: () => unknown) =>
    new Promise((resolve) => {
      clock.after(CALL_TAKES_MS, () => {
        resolve(act());
      });
    });
  const state = { ended: false };
  const invocation = simulatedFunction(records, {
    calls: {
      putItem: ({ Item }) =>
        takesTime(() => stored.set(Item?.ContactId?.S ?? '', Item?.LastUpdateTimestamp?.S ?? '')),
      getItem: () => takesTime(() => ({})) as Promise<object>,
      put: () => takesTime(() => ({})),
      publishMessage: () => takesTime(() => ({ MessageId: 'm' })) as Promise<{ MessageId: string }>,
      putObject: () => takesTime(() => ({})),
    },
    now: clock.now,
    pause: (milliseconds) => new Promise<void>((resolve) => clock.after(milliseconds, resolve)),
    abortedAfter: clock.abortedAfter,
    remaining: () => startedAt + TIMEOUT_MS - clock.now(),
  }).finally(() => {
    state.ended = true;
  });
  do await setImmediate();
  while (!state.ended && clock.moveTowards(startedAt + TIMEOUT_MS));
  expect(state.ended).toBe(true);
  return invocation;
}

describe('a batch that needs more time than an invocation has', () => {
  it('makes progress in each invocation, even with two versions of one contact at its two ends', async () => {
    const version = (LastUpdateTimestamp: string) =>
      aContactRecord({ ContactId: 'c-first', LastUpdateTimestamp, Agent: { Username: 'agent' } });
    const others = Array.from({ length: 5_000 }, (_, i) =>
      aContactRecord({ ContactId: `c-${i}`, Agent: { Username: 'agent' } }),
    );
    const records = [version('2024-03-05T09:32:11Z'), ...others, version('2024-03-05T09:32:12Z')].map(
      (record, i) => aDelivery(record, i + 1),
    );
    const stored = new Map<string, string>();

    let rest = records;
    const lengths: number[] = [];
    while (rest.length > 0 && lengths.length < 10) {
      lengths.push(rest.length);
      const retryFrom = await invoke(rest, stored);
      rest =
        retryFrom === undefined
          ? []
          : rest.slice(rest.findIndex((r) => r.kinesis.sequenceNumber === retryFrom));
      expect(rest.length).toBeLessThan(lengths.at(-1) ?? 0);
    }

    expect(rest).toEqual([]);
    expect(lengths.length).toBeGreaterThan(1);
    expect(stored.size).toBe(5_001);
    expect(stored.get('c-first')).toBe('2024-03-05T09:32:12Z');
  });
});
