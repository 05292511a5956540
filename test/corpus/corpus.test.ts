/**
 * Attacks the input: tens of thousands of payloads, generated from real ones by seeded changes, through decode,
 * marshal, the decision, drift and message. None may make a step throw or hang, none may lose a field, and each has to
 * become what an independent oracle says.
 *
 *     CORPUS_SEED=7 CORPUS_PAYLOADS=500000 npx jest --selectProjects unit test/corpus
 */
import { NOT_ABANDONED_REASONS } from '../../lambda/contact-records/contact-record/abandoned';
import { UNREADABLE_REASONS } from '../../lambda/contact-records/steps/decode';
import { SAMPLE } from '../sample';
import { attack, Defect } from './attack';
import { cpuMs } from './cpu-time';
import * as mutations from './mutations';
import { payload } from './payloads';

const SEED = Number(process.env.CORPUS_SEED ?? 3);
const PAYLOADS = Number(process.env.CORPUS_PAYLOADS ?? SAMPLE.payloads);

describe(`${PAYLOADS} payloads of seed ${SEED}`, () => {
  const outcomes = new Map<string, number>();
  const changes = new Set<string>();
  const defects: string[] = [];
  let withExactNumbers = 0;
  let slowestMs = 0;

  beforeAll(() => {
    for (let index = 0; index < PAYLOADS && defects.length < 10; index++) {
      const { base64, changes: done, decision } = payload(SEED, index);
      for (const change of done) changes.add(change);
      const startedAt = cpuMs();
      try {
        const { outcome, hasExactNumber } = attack(base64, decision);
        outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
        if (hasExactNumber) withExactNumbers++;
      } catch (error) {
        const what = error instanceof Defect ? error.message : 'the test itself threw';
        defects.push(`CORPUS_SEED=${SEED}, payload ${index} (${done.join(', ')}): ${what}`);
      }
      slowestMs = Math.max(slowestMs, cpuMs() - startedAt);
    }
  }, 600_000);

  it('become what the oracle says, none throws, and no field is lost', () => {
    expect(defects).toEqual([]);
  });

  it('take no long time', () => {
    // Of the processor, with the oracle and the collector: what hangs takes longer. The limit itself is hostile.test.ts.
    expect(slowestMs).toBeLessThan(10_000);
  });

  it('end in every possible way, except in an internal error, so that no way is untested', () => {
    const contactRecords = ['abandoned', 'depends-on-next-contact', ...NOT_ABANDONED_REASONS];
    const ways = [...UNREADABLE_REASONS.filter((reason) => reason !== 'processing-error'), 'ignored'];
    expect([...outcomes.keys()].sort()).toEqual([...ways, ...contactRecords].sort());
    const read = contactRecords.reduce((sum, outcome) => sum + (outcomes.get(outcome) ?? 0), 0);
    expect(read).toBeGreaterThan(PAYLOADS / 4);
    expect(withExactNumbers).toBeGreaterThan(PAYLOADS / 50);
  });

  it('were changed in every way there is', () => {
    const { STYLES, ...kinds } = mutations;
    const all = [...Object.keys(STYLES), ...Object.values(kinds).flatMap((kind) => Object.keys(kind))];
    expect(all.filter((change) => !changes.has(change))).toEqual([]);
  });
});

it('the same seed and number make the same payload', () => {
  for (const index of [0, 1, 49_999]) expect(payload(SEED, index)).toEqual(payload(SEED, index));
  expect(payload(SEED, 0)).not.toEqual(payload(SEED + 1, 0));
});
