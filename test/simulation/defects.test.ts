import { buildFunctionWithDefect } from './build-function-with-defect';
import { DEFECTS } from './defects';
import { runMany } from './run-many';

const FREQUENT = DEFECTS.filter(({ isRare }) => !isRare);

describe('the simulation finds', () => {
  it.each(FREQUENT.map((defect) => [defect.name, defect] as const))(
    'that %s',
    async (_, defect) => {
      const { broken } = await runMany({ seed: 1, runs: 2_000 }, await buildFunctionWithDefect(defect));

      expect(defect.breaks).toContain(broken?.result.violation?.promise);
    },
    120_000,
  );

  it('nothing when a changed text does not change the behaviour', async () => {
    const harmless = {
      name: '',
      file: 'steps/ledger.ts',
      from: 'LEASE_MS = 30_000',
      to: 'LEASE_MS = 30_001',
      breaks: [],
    };

    expect(
      (await runMany({ seed: 1, runs: 500 }, await buildFunctionWithDefect(harmless))).broken,
    ).toBeUndefined();
  }, 120_000);
});
