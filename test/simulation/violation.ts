/** The promises that a run is held to; what each means in full is `docs/reliability.md`. */
export const PROMISES = {
  forward: 'the table’s version of a contact never goes back',
  newest: 'in the end the table holds the newest version, unchanged',
  published: 'abandoned contacts are published or refused, unless too old; others never published',
  once: 'no contact is published twice, unless the function could not know of the first',
  failedRecords: 'the bucket holds what belongs there, byte for byte, and nothing else',
  ends: 'every run ends: nothing is stuck, nothing goes on for ever',
} as const;

export type PromiseName = keyof typeof PROMISES;

/** A promise that a run broke. */
export class Violation extends Error {
  override readonly name = 'Violation';
  constructor(
    readonly promise: PromiseName,
    detail: string,
  ) {
    super(`${PROMISES[promise]}: ${detail}`);
  }
}
