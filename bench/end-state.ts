/** Checks the end state of the services after a contender's run. */
import type { Expected } from './inputs';

export interface EndState {
  /** `ContactId` and `LastUpdateTimestamp` of each item in the records table. */
  readonly items: readonly (readonly [id: string, lastUpdate: string])[];
  /** The `ContactId` of each message. */
  readonly messages: readonly string[];
  /** The number of objects that were put. */
  readonly objects: number;
}

/** Lists the errors of an end state, one line each, with numbers only. */
export function findWrong({ items, messages, objects }: EndState, expected: Expected): string[] {
  const stored = new Map(items);
  const published = new Set(messages);
  const count = (ids: Iterable<string>, is: (id: string) => boolean) => [...ids].filter(is).length;
  const findings: [number, string][] = [
    [count(expected.newest.keys(), (id) => !stored.has(id)), 'contacts missing'],
    [
      count(expected.newest.keys(), (id) => stored.has(id) && stored.get(id) !== expected.newest.get(id)),
      'contacts without their newest version',
    ],
    [count(stored.keys(), (id) => !expected.newest.has(id)), 'items that are no contact'],
    [count(expected.abandoned, (id) => !published.has(id)), 'abandoned contacts not published'],
    [messages.length - published.size, 'messages sent again'],
    [count(published, (id) => !expected.abandoned.has(id)), 'messages about contacts that are not abandoned'],
    [Math.max(0, expected.poison - objects), 'poison records kept nowhere'],
  ];
  return findings.filter(([times]) => times > 0).map(([times, what]) => `${what}: ${times}`);
}
