import { inputOf } from '../../bench/inputs';
import { lagOf } from '../../bench/lag';

it('a version waits from its first arrival on, a message from that of its contact', () => {
  const { deliveries, expected } = inputOf('mixed', 500);
  const arrivals = deliveries.map((_, index) => 1_000 + index);
  const firstArrivals = new Map<string, number>();
  for (const [index, { version }] of deliveries.entries()) {
    if (!version) continue;
    const { ContactId, LastUpdateTimestamp } = version.record;
    for (const key of [ContactId, `${ContactId}|${LastUpdateTimestamp}`])
      firstArrivals.set(key, Math.min(firstArrivals.get(key) ?? Infinity, 1_000 + index));
  }
  const after = (keys: string[], milliseconds: number) =>
    keys.map((key) => [key, (firstArrivals.get(key) ?? NaN) + milliseconds] as const);

  const lag = lagOf(deliveries, arrivals, {
    storedAt: after(
      [...firstArrivals.keys()].filter((key) => key.includes('|')),
      7,
    ),
    publishedAt: after([...expected.abandoned], 20),
  });

  expect(lag).toEqual({ stored: { p50: 7, p99: 7 }, published: { p50: 20, p99: 20 } });
});
