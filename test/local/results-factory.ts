/** A generated contact centre, and the results of a run without differences. */
import { OUTCOMES } from '../../lambda/contact-records/batch/outcome';
import { generateContactCentre } from '../../local/generator/contact-centre';
import type { Results, Message, FailedRecordObject } from '../../local/check-results';

export const { deliveries, expected } = generateContactCentre({ seed: 3, contacts: 120 });

/** Not `structuredClone`: in Jest its objects are of another realm. */
const copyOf = <T>(value: T) => JSON.parse(JSON.stringify(value)) as T;

export const failedRecords = (
  kind: FailedRecordObject['kind'],
  payloads: Uint8Array[],
): FailedRecordObject[] =>
  payloads.map((data, index) => ({
    kind,
    reason: 'any',
    data: Buffer.from(data).toString('base64'),
    eventId: `shardId-000000000000:${kind}-${index}`,
  }));

export const messageOf = (id: string): Message => ({
  body: copyOf(expected.newest.get(id) ?? {}),
  attributes: {},
});

const items = JSON.stringify([...expected.newest.values()]);

/** A run without differences, except for the changes of the test. */
export function aRun(change: (run: Results) => void = () => undefined): Results {
  const run: Results = {
    items: JSON.parse(items) as Results['items'],
    messages: [...expected.abandoned].map(messageOf),
    failedRecords: [
      ...failedRecords('quarantined', expected.poison),
      ...failedRecords('conflicting', expected.conflicting),
    ],
    delivered: deliveries.length,
    outcomes: {
      ...(Object.fromEntries(OUTCOMES.map((outcome) => [outcome, 0])) as Results['outcomes']),
      ignored: expected.ignored,
      quarantined: expected.poison.length,
      stored: deliveries.length - expected.ignored - expected.poison.length,
    },
    conflicting: expected.conflicting.length,
    retried: 0,
    dropped: [],
    outOfOrder: [],
  };
  change(run);
  return run;
}
