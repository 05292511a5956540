import { collectReport, type ReportInput } from '../../../../local/start/report/collect-report';
import type { Item } from '../../../../local/check-results';
import type { InputDelivery } from '../../../../local/start/open-input';
import { aContactRecord, anAnsweredContactRecord } from '../../../factories';
import { aFailure, aGeneratedRun, aRunOf } from './a-run';

type AnyRecord = Record<string, unknown>;

const OLD = aContactRecord({ LastUpdateTimestamp: '2024-03-05T09:32:10Z' });
const KEPT = aContactRecord();
const OTHER = aContactRecord({ Attributes: { corrected: 'yes' } });

const aDelivery = (record: unknown, line: number): InputDelivery => ({
  data: Buffer.from(typeof record === 'string' ? record : JSON.stringify(record)),
  partitionKey: 'k',
  place: { name: 'export.ndjson', line },
});

const aRun = (records: unknown[], items: AnyRecord[], failed: ReturnType<typeof aFailure> = []) =>
  aRunOf(
    records.map((record, i) => aDelivery(record, i + 1)),
    items as Item[],
    failed,
  );

const bytesOf = (record: unknown) => aDelivery(record, 1).data;

/** Numbers of lines by name. */
function readGroup(
  report: ReturnType<typeof collectReport>,
  title: string,
): [level: number, count: number][] {
  const group = report.flow.groups.find((one) => one.title === title);
  return (group?.lines ?? []).map(({ level, count }) => [level, count]);
}

describe('who to call', () => {
  it('has time, queue, waiting time, channel, number and message of an abandoned contact', async () => {
    const { calls } = collectReport(await aRun([KEPT], [KEPT]));

    expect(calls).toEqual([
      {
        ...{ id: KEPT.ContactId, ended: '2024-03-05T09:31:04Z', queue: 'BasicQueue', seconds: 39 },
        ...{ channel: 'VOICE', number: '+12065550101' },
        message: expect.stringMatching(/^\{"attributes":.*"message":/) as unknown,
      },
    ]);
  });

  it('begins with the contact that ended last', async () => {
    const later = aContactRecord({ ContactId: 'c-2', DisconnectTimestamp: '2024-03-05T09:40:00Z' });

    const { calls } = collectReport(await aRun([KEPT, later], [KEPT, later]));

    expect(calls.map(({ id }) => id)).toEqual(['c-2', KEPT.ContactId]);
  });

  it('says why there is no message', async () => {
    const ids = ['c-refused', 'c-old', 'c-missing'];
    const records = ids.map((ContactId) => aContactRecord({ ContactId }));
    const input = await aRun(records, records, aFailure('refused', records.slice(0, 1).map(bytesOf)));
    input.run.results.messages = [];
    input.run.results.tooOld = new Set(['c-old']);

    const { calls } = collectReport(input);

    expect(new Map(calls.map(({ id, without }) => [id, without]))).toEqual(
      new Map([
        ['c-refused', 'Not published: SNS refused the message.'],
        ['c-old', 'Not published: it ended longer ago than notifyWithinHours allows.'],
        ['c-missing', 'Not published.'],
      ]),
    );
  });
});

describe('the history of a contact', () => {
  const read = async (records: unknown[], items: AnyRecord[], failed?: ReturnType<typeof aFailure>) => {
    const [history] = collectReport(await aRun(records, items, failed)).histories;
    return history;
  };

  it('has the deliveries in the order of arrival, and what happened to each', async () => {
    const poison = aContactRecord({ '': 'an attribute without a name' });
    const failed = aFailure('conflicting', [bytesOf(OTHER)]);

    const history = await read([OLD, KEPT, poison, KEPT, OTHER, OLD], [KEPT], failed);

    expect(history?.deliveries).toEqual([
      ['export.ndjson, line 1', OLD.LastUpdateTimestamp, 'older version'],
      ['export.ndjson, line 2', KEPT.LastUpdateTimestamp, 'kept: this version is in the table'],
      ['export.ndjson, line 3', '', 'quarantined (empty-attribute-name)'],
      ['export.ndjson, line 4', KEPT.LastUpdateTimestamp, 'copy of the kept version'],
      ['export.ndjson, line 5', KEPT.LastUpdateTimestamp, 'same version, other content (conflicting)'],
      ['export.ndjson, line 6', OLD.LastUpdateTimestamp, 'older version'],
    ]);
  });

  it('has the row that decided, with its fields', async () => {
    const record = aContactRecord({ DisconnectReason: 'CONTACT_FLOW_DISCONNECT' });

    expect(await read([record], [record])).toMatchObject({
      decision: 'ended-otherwise',
      says: 'Something other than the customer ended it.',
      fields: [['DisconnectReason', 'CONTACT_FLOW_DISCONNECT']],
    });
  });

  it('has the decision of the next contact', async () => {
    const first = aContactRecord({ NextContactId: 'c-2' });
    const next = anAnsweredContactRecord({ ContactId: 'c-2', InitiationMethod: 'TRANSFER' });

    expect(await read([first, next], [first, next])).toMatchObject({
      decision: 'continued',
      next: {
        id: 'c-2',
        says: expect.stringMatching(/^It says: continued\. It is not a disconnect/) as unknown,
      },
    });
  });

  it('has no version for a contact that is not in the table', async () => {
    const poison = aContactRecord({ '': 1 });

    expect(await read([poison], [])).toMatchObject({ decision: 'not-stored', version: '' });
  });

  it('says that a contact was forgotten, without a decision', async () => {
    const input = await aRun(
      [KEPT],
      [{ ContactId: KEPT.ContactId, LastUpdateTimestamp: '9999-12-31T23:59:59Z' }],
    );
    input.run.results.forgotten = new Set([String(KEPT.ContactId)]);

    expect(collectReport(input).histories).toMatchObject([
      {
        decision: 'forgotten',
        fields: [],
        deliveries: [[expect.anything(), expect.anything(), 'forgotten']],
      },
    ]);
  });
});

describe('where the deliveries went', () => {
  let report: ReturnType<typeof collectReport>;
  let input: ReportInput;
  beforeAll(async () => {
    input = await aGeneratedRun(400);
    report = collectReport(input);
  });

  it.each(['Deliveries, by outcome', 'Table, by decision', 'Failure bucket'])('adds up: %s', (title) => {
    const lines = readGroup(report, title);
    const last = lines.findLastIndex(([level]) => level === 0);
    const [, total = 0] = lines[last] ?? [];

    const parts = lines.slice(last + 1).reduce((sum, [, count]) => sum + count, 0);

    expect(total).toBeGreaterThan(0);
    expect(parts).toBe(total);
  });

  it('subtracts replaced versions from stored ones', () => {
    const [stored = [0, 0], replaced = [0, 0], contacts] = readGroup(report, 'Table, by decision');

    expect(contacts?.[1]).toBe(stored[1] + replaced[1]);
    expect(replaced[1]).toBeLessThan(0);
  });

  it('separates messages for a replaced version, and second messages', async () => {
    const answered = anAnsweredContactRecord({ ContactId: 'c-2' });
    const run = await aRun([KEPT, answered], [KEPT, answered]);
    const [message] = run.run.results.messages;
    const before = { body: aContactRecord({ ContactId: 'c-2' }), attributes: {} };
    if (message) run.run.results.messages.push(message, before);

    expect(readGroup(collectReport(run), 'Messages')).toEqual([
      [0, 1],
      [0, 3],
      [1, 1],
      [1, 1],
      [1, 1],
    ]);
  });

  it('adds up when a retried batch counts again, and says so', async () => {
    const run = await aRun([KEPT], [KEPT]);
    run.run.results.outcomes.redelivered = 5;
    run.run.results.retried = 1;
    run.run.tally.batches = 7;

    const report = collectReport(run);

    const [delivered = [0, 0], ...parts] = readGroup(report, 'Deliveries, by outcome');
    expect(parts.reduce((sum, [, count]) => sum + count, 0)).toBe(delivered[1]);
    expect(report.flow.remarks).toEqual([
      '1 of 7 batches ran again, at least in part.',
      'Repeated work is counted again in the outcomes.',
    ]);
  });

  it('adds up when a batch that ran again lost its count', async () => {
    const run = await aRun([KEPT], [KEPT]);
    run.run.results.outcomes.stored = 0;

    expect(readGroup(collectReport(run), 'Table, by decision').slice(0, 3)).toEqual([
      [0, 0],
      [1, 1],
      [0, 1],
    ]);
  });
});

describe('failed records', () => {
  it('has reasons with file and line, and what was not read', async () => {
    const failed = aFailure('quarantined', [bytesOf('PING'), bytesOf('PING'), bytesOf('[]')]);
    const input = await aRun(['PING', KEPT, '[]', 'PING'], [KEPT], failed);
    input.recorder.noteUnread({ name: 'large.ndjson', line: 1_234, why: 'too long' });

    expect(collectReport(input).failed).toEqual([
      {
        ...{ kind: 'quarantined', reason: 'not-json', count: 2 },
        places: ['export.ndjson, line 1', 'export.ndjson, line 4'],
      },
      { kind: 'quarantined', reason: 'not-an-object', count: 1, places: ['export.ndjson, line 3'] },
      { kind: 'not read', reason: 'too long', count: 1, places: ['large.ndjson, line 1,234'] },
    ]);
  });

  it('finds the place of a conflicting record', async () => {
    const input = await aRun([KEPT, OTHER], [KEPT], aFailure('conflicting', [bytesOf(OTHER)]));

    expect(collectReport(input).failed).toMatchObject([{ places: ['export.ndjson, line 2'] }]);
  });
});

describe('charts', () => {
  it('counts abandoned contacts by queue and hour, and by waiting time', async () => {
    const report = collectReport(await aRun([KEPT], [KEPT]));

    expect(report.byQueueAndHour).toEqual([{ name: 'BasicQueue', hour: 9, count: 1 }]);
    expect(report.byWaitingTime.filter(({ count }) => count > 0)).toEqual([{ name: '30–59 s', count: 1 }]);
  });

  it('counts why other queued contacts are not abandoned, and leaves out those never queued', async () => {
    const records = [anAnsweredContactRecord(), aContactRecord({ ContactId: 'c-2', Queue: null })];

    expect(collectReport(await aRun(records, records)).byReason).toEqual([
      { name: 'agent-connected', count: 1 },
    ]);
  });

  it('shows the twelve largest queues, and the others as one', async () => {
    const records = Array.from({ length: 15 }, (_, i) =>
      aContactRecord({ ContactId: `c-${i}`, Queue: { ...(KEPT.Queue as object), Name: `Queue ${i}` } }),
    );

    const { byQueueAndHour } = collectReport(await aRun(records, records));

    expect(byQueueAndHour).toHaveLength(13);
    expect(byQueueAndHour).toContainEqual({ name: 'all others', hour: 9, count: 3 });
  });
});

it('says what it leaves out, and stays below the limit, when messages are large', async () => {
  const records = Array.from({ length: 45 }, (_, i) =>
    aContactRecord({ ContactId: `c-${i}`, Attributes: { note: '<'.repeat(50_000) } }),
  );

  const { calls, histories, leftOut } = collectReport(await aRun(records, records));

  const shown = calls.filter(({ message }) => message !== undefined).length;
  expect(leftOut).toEqual([`This page has ${shown} of 45 messages.`]);
  expect(shown).toBeGreaterThan(20);
  expect(calls.at(-1)).toMatchObject({ without: 'Not on this page: it is too large.' });
  expect(JSON.stringify({ calls, histories }).replaceAll('<', '\\u003c').length).toBeLessThan(9_500_000);
});

it('lists settings of the command line and versions', async () => {
  const input = await aRun([KEPT], [KEPT]);

  const { settings } = collectReport({
    ...input,
    settings: { input: { kind: 'generated', seed: 1 }, out: undefined },
    notifyWithinHours: 24,
  });

  expect(settings).toEqual([
    ['input.kind', 'generated'],
    ['input.seed', '1'],
    ['out', 'not set'],
    ['notifyWithinHours', '24'],
    ['Contact Record Pipeline', expect.stringMatching(/^\d/)],
    ['DynamoDB emulator', 'DynamoDB Local'],
    ['Node', expect.stringContaining(process.version)],
  ]);
});
