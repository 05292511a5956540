/** Runs for tests of the report: of a generated contact centre without differences, or of a few given deliveries. */
import { createMessage } from '../../../../lambda/contact-records/steps/message';
import { decode } from '../../../../lambda/contact-records/steps/decode';
import { decideOnItems, findDifferences, type Item, type Results } from '../../../../local/check-results';
import { generateContactCentre } from '../../../../local/generator/contact-centre';
import type { InputDelivery } from '../../../../local/start/open-input';
import type { ReportInput } from '../../../../local/start/report/collect-report';
import { createRecorder } from '../../../../local/start/report/record-deliveries';
import { aContactRecord, anAnsweredContactRecord, aQueue } from '../../../factories';
import { createTally } from '../../../../local/start/tally';

type FailedRecordKind = Results['failedRecords'][number]['kind'];

/** A generated run. */
export async function aGeneratedRun(contacts: number): Promise<ReportInput> {
  const { deliveries, expected } = generateContactCentre({ seed: 1, contacts });
  const items = [...expected.newest.values()] as unknown as Item[];
  const failed = [
    ...aFailure('quarantined', expected.poison),
    ...aFailure('conflicting', expected.conflicting),
  ];
  const input = await aRunOf(deliveries, items, failed);
  const { results } = input.run;
  results.outcomes.ignored = expected.ignored;
  results.outcomes.quarantined = expected.poison.length;
  results.outcomes.stored = results.delivered - expected.ignored - expected.poison.length;
  results.conflicting = expected.conflicting.length;
  return { ...input, run: { ...input.run, differences: findDifferences(results, expected) } };
}

/** HTML that would run a script if the page did not escape it. */
export const HOSTILE = '</script><img src="x" onerror="document.title = \'hacked\'"><!--';

/** A run with values, ids, and names of files that are HTML; with a forgotten contact, and with one of 300 deliveries. */
export async function aHostileRun(): Promise<ReportInput> {
  const hostile = aContactRecord({
    ContactId: HOSTILE,
    Attributes: { [HOSTILE]: HOSTILE },
    Channel: HOSTILE,
    CustomerEndpoint: { Address: `=1+1,"${HOSTILE}` },
    Queue: aQueue({ Name: HOSTILE }),
  });
  const forgotten = { ContactId: 'c-forgotten', LastUpdateTimestamp: '9999-12-31T23:59:59Z' };
  const exact = aContactRecord({ ContactId: 'c-exact', Queue: null, Score: 0 });
  const repeated = Array.from({ length: 300 }, () => anAnsweredContactRecord({ ContactId: 'c-repeated' }));
  const deliveries = [hostile, aContactRecord({ ContactId: 'c-forgotten' }), exact, ...repeated].map(
    (record, i): InputDelivery => ({
      ...{ data: Buffer.from(JSON.stringify(record)), partitionKey: 'k' },
      place: { name: HOSTILE, line: i + 1 },
    }),
  );
  const items = [hostile, forgotten, exact, repeated[0]] as Item[];
  const poison = Buffer.from('PING');
  const unread = { data: poison, partitionKey: 'k', place: { name: HOSTILE, line: 304 } };
  const input = await aRunOf([...deliveries, unread], items, aFailure('quarantined', [poison]));
  input.run.tally.drift.add(`${HOSTILE} (unknown-field)`);
  input.run.differences.push({ aspect: 'published', kind: 'published more than once', id: HOSTILE });
  input.recorder.noteUnread({ name: HOSTILE, why: HOSTILE });
  input.run.results.forgotten = new Set(['c-forgotten']);
  input.run.endedEarly = 'Ended by Ctrl-C.';
  return { ...input, settings: { input: { path: HOSTILE } } };
}

/** A run with these deliveries, after which the table contains these items. Each abandoned one has its message. */
export async function aRunOf(
  deliveries: readonly InputDelivery[],
  items: Item[],
  failedRecords: Results['failedRecords'] = [],
): Promise<ReportInput> {
  const recorder = createRecorder();
  await readAll(recorder.watch(deliveries));
  const decisions = decideOnItems(items);
  const outcomes = { stored: 0, redelivered: 0, stale: 0, superseded: 0, ignored: 0, quarantined: 0 };
  const results: Results = {
    items,
    messages: items
      .filter(({ ContactId }) => decisions.get(ContactId)?.kind === 'abandoned')
      .map((body) => ({ body, attributes: readAttributes(body) })),
    ...{
      failedRecords,
      delivered: deliveries.length,
      conflicting: 0,
      retried: 0,
      dropped: [],
      outOfOrder: [],
    },
    outcomes: { ...outcomes, stored: deliveries.length },
  };
  return {
    run: {
      ...{ unusable: [], endedEarly: undefined, total: undefined },
      ...{ results, tally: createTally(), examples: undefined, reshards: undefined, differences: [] },
      ...{
        aspects: ['table', 'published', 'failedRecords', 'counted'],
        seconds: 1,
        emulator: 'DynamoDB Local',
      },
    },
    ...{
      recorder,
      settings: { input: { kind: 'generated' } },
      notifyWithinHours: undefined,
    },
  };
}

export async function readAll<T>(source: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const one of source) all.push(one);
  return all;
}

export const aFailure = (kind: FailedRecordKind, payloads: readonly Uint8Array[]): Results['failedRecords'] =>
  payloads.map((payload, index) => {
    const data = Buffer.from(payload).toString('base64');
    const decoded = decode(data);
    const reason = decoded.kind === 'unreadable' ? decoded.reason : 'same-second-other-content';
    return { kind, reason, data, eventId: `shardId-000000000000:${kind}-${index}` };
  });

function readAttributes(item: Item): Record<string, string> {
  const { MessageAttributes } = createMessage(item, '');
  return Object.fromEntries(
    Object.entries(MessageAttributes).map(([name, { StringValue }]) => [name, StringValue]),
  );
}
