import { repeatChoices, createChoices, getMadeChoices } from './choices';
import { buildFunctionWithDefect } from './build-function-with-defect';
import { DEFECTS } from './defects';
import { runMany } from './run-many';
import { run } from './run';
import { shrink } from './shrink';
import { simulatedFunction } from './simulated-function';

describe('the function over services that fail', () => {
  it('does the same for the same seed', async () => {
    const story = async () => {
      const lines: string[] = [];
      const choices = createChoices(7);
      await run(choices, simulatedFunction, (line) => lines.push(line));
      return { lines, choices: getMadeChoices(choices) };
    };

    const first = await story();

    expect(first.lines.length).toBeGreaterThan(10);
    expect(await story()).toEqual(first);
  });
});

describe('a schedule that breaks a promise', () => {
  it('is shrunk to a story that breaks the same promise, and can be run again', async () => {
    const defect = DEFECTS.find(({ name }) => name.startsWith('the checkpoint passes'));
    if (!defect) throw new Error('no such defect');
    const theFunction = await buildFunctionWithDefect(defect);
    const { broken } = await runMany({ seed: 2, runs: 100 }, theFunction);
    if (!broken?.result.violation) throw new Error('the defect was not found');
    const { violation } = broken.result;

    const story = await shrink({ ...broken, violation }, theFunction);

    expect(story.lines.length).toBeLessThan(12);
    expect(story.lines.at(-1)).toContain('BROKEN');
    const again = await run(repeatChoices(story.choices), theFunction);
    expect(again.violation?.promise).toBe(violation.promise);
  });
});
