/** Collects what the checks find, and reports each finding when it is made. */
import { ServiceError } from '../shared/service-error';

/** `todo`: a person has to do something. `unknown`: it could not be checked. `note`: good to know. */
export type Level = 'ok' | 'note' | 'todo' | 'unknown';

export interface Finding {
  /** What was checked. */
  check: string;
  level: Level;
  /** One sentence or two. */
  text: string;
  /** Commands and further lines. */
  lines: string[];
}

export interface Findings {
  add: (check: string, level: Level, text: string, ...lines: string[]) => void;
  /** Asks a service; if it does not answer, or refuses, that is the finding, and the result is `NOT_KNOWN`. */
  ask: <T>(check: string, question: Promise<T>) => Promise<T | typeof NOT_KNOWN>;
}

export const NOT_KNOWN = Symbol('not known');

export function createFindings(onFinding: (finding: Finding) => void): Findings {
  const add: Findings['add'] = (check, level, text, ...lines) => {
    onFinding({ check, level, text, lines });
  };
  return {
    add,
    ask: async (check, question) => {
      try {
        return await question;
      } catch (error) {
        if (!(error instanceof ServiceError)) throw error;
        add(check, 'unknown', error.message);
        return NOT_KNOWN;
      }
    },
  };
}
