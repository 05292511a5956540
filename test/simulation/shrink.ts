/**
 * Shrinks a run that breaks a promise: fewer and smaller choices, as long as the same promise is broken.
 */
import { repeatChoices, type Made } from './choices';
import { run } from './run';
import type { SimulatedFunction } from './simulated-function';
import type { Violation } from './violation';

const MAX_TRIES = 4_000;

export interface Story {
  choices: Made;
  violation: Violation;
  lines: string[];
}

/** Finds the simplest run, and returns its story step by step. */
export async function shrink(
  broken: { choices: Made; violation: Violation },
  theFunction: SimulatedFunction,
): Promise<Story> {
  let simplest = broken.choices;
  let tries = 0;
  const tryCandidate = async (candidate: Made): Promise<boolean> => {
    if (tries++ >= MAX_TRIES) return false;
    const { violation } = await run(repeatChoices(candidate), theFunction);
    if (violation?.promise !== broken.violation.promise) return false;
    simplest = candidate;
    return true;
  };

  const shrinkPart = async (part: keyof Made) => {
    const change = (list: readonly number[]) => tryCandidate({ ...simplest, [part]: list });
    for (let length = Math.ceil(simplest[part].length / 2); length >= 1; length = Math.floor(length / 2)) {
      for (let at = 0; at < simplest[part].length;) {
        const list = simplest[part];
        if (await change([...list.slice(0, at), ...list.slice(at + length)])) continue;
        const end = at + length;
        if (list.slice(at, end).some((choice) => choice > 0)) {
          await change(list.map((choice, index) => (index >= at && index < end ? 0 : choice)));
        }
        at = end;
      }
    }
    for (let at = 0; at < simplest[part].length; at++) {
      for (let smaller = 1; smaller < (simplest[part][at] ?? 0); smaller++) {
        if (await change(simplest[part].with(at, smaller))) break;
      }
    }
  };

  let before: Made;
  do {
    before = simplest;
    await shrinkPart('workload');
    await shrinkPart('schedule');
  } while (simplest !== before && tries < MAX_TRIES);

  const lines: string[] = [];
  const { violation = broken.violation } = await run(repeatChoices(simplest), theFunction, (line) => {
    lines.push(line);
  });
  return { choices: simplest, violation, lines };
}
