/** Proofs over every schedule of small workloads. */
import { buildFunctionWithDefect } from './build-function-with-defect';
import { DEFECTS } from './defects';
import { type Bounds, explore } from './explore';
import { simulatedFunction } from './simulated-function';
import type { Workload } from './workload';

export interface Scenario extends Bounds {
  workload: Workload;
  /** Fewer mean that the search does not reach what it did. */
  minStates: number;
  /** Defects that a schedule of this workload must show, by their names. */
  defects: readonly string[];
}

/** Defines a test for each scenario, that the function keeps every promise, and one for each defect. */
export function proveAllSchedules(scenarios: Readonly<Record<string, Scenario>>): void {
  const { stackTraceLimit } = Error;
  beforeAll(() => {
    Error.stackTraceLimit = 0;
  });
  afterAll(() => {
    Error.stackTraceLimit = stackTraceLimit;
  });

  describe.each(Object.entries(scenarios))('%s', (_, { workload, minStates, defects, ...bounds }) => {
    it('keeps every promise in all schedules', async () => {
      const { broken, states } = await explore(workload, bounds, simulatedFunction);

      expect(broken && [...broken.lines, broken.violation.message]).toBeUndefined();
      expect(states).toBeGreaterThan(minStates);
    }, 240_000);

    it.each(defects)(
      'finds that %s',
      async (name) => {
        const defect = DEFECTS.find((candidate) => candidate.name === name);
        if (!defect) throw new Error('no such defect');

        const { broken } = await explore(workload, bounds, await buildFunctionWithDefect(defect));

        expect(defect.breaks).toContain(broken?.violation.promise);
      },
      240_000,
    );
  });
}
