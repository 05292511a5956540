import { SAMPLE } from '../sample';
import { runMany } from './run-many';

const RUNS = SAMPLE.schedules;

it(`keeps every promise in ${RUNS} schedules, and meets enough faults`, async () => {
  const { totals, broken } = await runMany({ seed: 1, runs: RUNS });

  expect(broken && `seed ${broken.seed}: ${broken.result.violation?.message}`).toBeUndefined();
  // A simulation without faults would keep every promise, too.
  expect(totals.faults).toBeGreaterThan(RUNS);
  expect(totals.kills).toBeGreaterThan(RUNS / 4);
  expect(totals.explainedDuplicates).toBeGreaterThan(0);
}, 240_000);
