import { FAULT_KINDS } from '../../../local/chaos/faults';
import { createPlan } from '../../../local/chaos/plan';

const MILLISECONDS = 40_000;
const request = { service: 'dynamodb', operation: 'store' } as const;

const decisions = (seed: number, elapsedMs = -1) => {
  const { faultFor } = createPlan({ seed, milliseconds: MILLISECONDS });
  return Array.from({ length: 20_000 }, () => faultFor(request, elapsedMs));
};

it('gives the same plan for the same seed, and another plan for another seed', () => {
  const schedule = (seed: number) => JSON.stringify(createPlan({ seed, milliseconds: MILLISECONDS }));
  expect(schedule(5)).toBe(schedule(5));
  expect(schedule(5)).not.toBe(schedule(6));
  expect(decisions(5)).toEqual(decisions(5));
  expect(decisions(5)).not.toEqual(decisions(6));
});

it('uses every kind of fault, and lets most requests pass', () => {
  const faults = decisions(1).filter((fault) => fault !== undefined);
  expect(new Set(faults.map(({ kind }) => kind))).toEqual(new Set(FAULT_KINDS));
  expect(faults.length).toBeLessThan(20_000 * 0.2);
});

it('fails every request of a service in its outage, and none of other services', () => {
  const { outages, faultFor } = createPlan({ seed: 1, milliseconds: MILLISECONDS });
  const down = outages.find(({ service }) => service === 's3');
  if (!down) throw new Error('no outage of S3');
  const at = (down.fromMs + down.toMs) / 2;
  for (let i = 0; i < 100; i++) {
    expect(faultFor({ service: 's3', operation: 'save-failed-record' }, at)).toMatchObject({
      outage: true,
      kind: down.kind,
    });
    expect(faultFor({ service: 'sns', operation: 'other' }, at)).toBeUndefined();
  }
});

it('gives each service an outage that ends before the run', () => {
  const { outages } = createPlan({ seed: 2, milliseconds: MILLISECONDS });
  expect(new Set(outages.map(({ service }) => service))).toEqual(new Set(['dynamodb', 'sns', 's3']));
  for (const { fromMs, toMs } of outages) {
    expect(fromMs).toBeLessThan(toMs);
    expect(toMs).toBeLessThanOrEqual(MILLISECONDS);
  }
});

it.each([1, 2, 3])(
  'kills come early (seed %i), as each may leave a lease of 30 s; restarts at any time',
  (seed) => {
    const { kills, restarts, reshards } = createPlan({ seed, milliseconds: MILLISECONDS });
    expect(kills.length).toBeGreaterThanOrEqual(8);
    for (const { atMs } of kills) expect(atMs).toBeLessThan(MILLISECONDS / 2);
    expect(new Set(kills.map(({ moment }) => moment))).toContain('publish');
    expect(Math.max(...restarts)).toBeGreaterThan(MILLISECONDS / 2);
    expect(Math.max(...restarts)).toBeLessThan(MILLISECONDS);
    expect(reshards).toHaveLength(10);
    expect(reshards).toEqual(reshards.toSorted((a, b) => a - b));
  },
);

it('has a kill, a restart and an outage even in the shortest run', () => {
  const { kills, restarts, outages } = createPlan({ seed: 1, milliseconds: 1_000 });
  expect([kills.length, restarts.length, outages.length]).toEqual([1, 1, 1]);
});
