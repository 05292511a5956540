/** Reports each finding of a check at once. */
import { ServiceError } from '../shared/service-error';

/** `todo` needs action by the user. `unknown` could not be checked. `note` is for information. */
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
  /** Awaits a service's answer. If the service fails, adds a finding and resolves to `NOT_KNOWN`. */
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
