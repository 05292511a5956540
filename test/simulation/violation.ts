/** The promises that every run must keep; `docs/reliability.md` explains each. */
export const PROMISES = {
  forward: 'the table’s version of a contact never goes back',
  newest: 'in the end the table has the newest version, unchanged',
  published: 'abandoned contacts are published or refused, unless too old; others are never published',
  once: 'no contact is published twice, unless the function could not know of the first',
  failedRecords: 'the bucket has every failed record, byte for byte, and nothing else',
  delivered: 'every record is delivered, after all earlier ones of its partition key are done',
  ends: 'every run ends: nothing is stuck or endless',
} as const;

export type PromiseName = keyof typeof PROMISES;

/** Says which promise a run has broken. */
export class Violation extends Error {
  override readonly name = 'Violation';
  constructor(
    readonly promise: PromiseName,
    detail: string,
  ) {
    super(`${PROMISES[promise]}: ${detail}`);
  }
}
