/** Tests a run when a part of the pipeline or one of its own calls fails. */
import { ServiceError } from '../../../cli/shared/service-error';
import { createSmokeRecord } from '../../../cli/smoke/smoke-record';
import { runSmokeTest, type SmokePorts, type SmokeEvent } from '../../../cli/smoke/smoke-test';
import type { ReceivedMessage } from '../../../cli/smoke/temporary-queue';
import { createMessage } from '../../../lambda/contact-records/steps/message';
import { aClock } from '../redrive/fake-services';

const RECORD = createSmokeRecord(Date.parse('2026-03-05T09:30:00Z'), true);
const ID = RECORD.ContactId;
const TEXT = JSON.stringify(RECORD);

const theMessage = (overrides: Partial<ReceivedMessage> = {}): ReceivedMessage => ({
  id: 'm-1',
  body: TEXT,
  attributes: Object.fromEntries(
    Object.entries(createMessage(RECORD, TEXT).MessageAttributes).map(([name, { StringValue }]) => [
      name,
      StringValue,
    ]),
  ),
  ...overrides,
});

const denied = (call: string) => new ServiceError(call, 'AccessDenied', true);

interface Pipeline {
  /** The item, from the second read after the put. @default the record */
  item?: Record<string, unknown> | undefined;
  /** The messages in the queue. @default the message */
  messages?: ReceivedMessage[];
  /** The failure of each call. */
  fails?: Record<string, ServiceError>;
  /** Calls that fail only after the put. */
  failsLater?: Record<string, ServiceError>;
  /** The call during which Ctrl-C comes. */
  stopAt?: string;
  isAbandoned?: boolean;
}

/** Runs the test with a pipeline in memory; `exists` has the resources that were created and not removed. */
async function aRun(pipeline: Pipeline = {}) {
  const { messages = [theMessage()], fails = {}, failsLater = {}, isAbandoned = true } = pipeline;
  const item = 'item' in pipeline ? pipeline.item : RECORD;
  const exists = new Set<string>();
  const events: SmokeEvent[] = [];
  const calls: string[] = [];
  const stopping = new AbortController();
  let looks = 0;
  const call = (name: string) => {
    const failure = (calls.includes('put') ? failsLater[name] : undefined) ?? fails[name];
    calls.push(name);
    if (name === pipeline.stopAt) stopping.abort();
    return failure ? Promise.reject(failure) : Promise.resolve();
  };
  const temporary = (name: string, removal: string) => {
    exists.add(name);
    return {
      name,
      remove: () => call(removal).then(() => void exists.delete(name)),
      removeCommand: `remove ${name}`,
    };
  };
  const ports: SmokePorts = {
    clock: aClock(),
    stopping: stopping.signal,
    putRecord: async (data, key) => {
      await call('put');
      expect([data, key]).toEqual([TEXT, ID]);
      looks = 0;
      if (item) exists.add('item');
      return { shardId: 'shard', sequenceNumber: '7' };
    },
    table: {
      read: async () => {
        await call('read');
        looks += 1;
        return calls.includes('put') && looks > 1 ? item : undefined;
      },
      remove: async () => {
        await call('delete');
        exists.delete('item');
      },
    },
    openQueue: isAbandoned
      ? async (_, onCreated) => {
          await call('create');
          onCreated(temporary('queue', 'remove queue'));
          await call('subscribe');
          onCreated(temporary('subscription', 'unsubscribe'));
          return () => call('receive').then(() => messages);
        }
      : undefined,
  };
  const run = {
    record: RECORD,
    waitMs: 3_000,
    deleteCommand: 'by hand',
    onEvent: (event: SmokeEvent) => events.push(event),
  };
  const outcome = await runSmokeTest(run, ports).catch((error: unknown) => error);
  return { outcome, calls, events, kinds: events.map(({ kind }) => kind), exists: [...exists] };
}

it('reports each event, and removes all resources', async () => {
  const { outcome, kinds, exists } = await aRun();
  expect(outcome).toBe('passed');
  expect(kinds).toEqual([
    ...['created', 'created', 'put', 'stored', 'arrived'],
    ...['removed', 'removed', 'removed'],
  ]);
  expect(exists).toEqual([]);
});

it('waits for no message when the contact is not abandoned', async () => {
  const { outcome, kinds } = await aRun({ isAbandoned: false });
  expect({ outcome, kinds }).toEqual({ outcome: 'passed', kinds: ['put', 'stored', 'removed'] });
});

it.each(['read', 'delete', 'create', 'subscribe'])(
  'who may not %s learns it before anything is put',
  async (call) => {
    const { outcome, calls, exists } = await aRun({ fails: { [call]: denied(call) } });
    expect(outcome).toEqual(denied(call));
    expect(calls).not.toContain('put');
    expect(exists).toEqual([]);
  },
);

it('reports no record in the stream when the stream refused it', async () => {
  const { outcome, kinds, exists } = await aRun({ fails: { put: denied('put') } });
  expect(outcome).toEqual(denied('put'));
  expect(kinds).not.toContain('record-left');
  expect(exists).toEqual([]);
});

it('fails and reports what is left when a read fails after the put', async () => {
  const { outcome, kinds } = await aRun({ failsLater: { read: denied('read') } });
  expect(outcome).toEqual(denied('read'));
  expect(kinds).toEqual(['created', 'created', 'put', 'record-left', 'removed', 'removed']);
});

it('reports that the record may be in the stream when the put got no answer', async () => {
  const { kinds } = await aRun({ fails: { put: new ServiceError('put', 'TimeoutError') } });
  expect(kinds).toEqual(['created', 'created', 'record-left', 'removed', 'removed']);
});

it('ends in time, and reports the record, when the item is not stored', async () => {
  const { outcome, events, kinds, exists } = await aRun({ item: undefined });
  expect(outcome).toBe('failed');
  expect(kinds.slice(3)).toEqual(['not-stored', 'record-left', 'removed', 'removed']);
  const { afterMs } = events[3] as { afterMs: number };
  expect(afterMs).toBeGreaterThanOrEqual(3_000);
  expect(afterMs).toBeLessThan(4_000);
  expect(exists).toEqual([]);
});

it('fails when the item differs from the record, except for attributes that the pipeline adds', async () => {
  const { outcome, events, exists } = await aRun({ item: { ...RECORD, Queue: null, 'ours:ExpiresAt': 1 } });
  expect(outcome).toBe('failed');
  expect(events).toContainEqual(expect.objectContaining({ kind: 'stored', differing: ['Queue'] }));
  expect(exists).toEqual([]);
  expect((await aRun({ item: { ...RECORD, 'ours:ExpiresAt': 1 } })).outcome).toBe('passed');
});

it('ends in time, and deletes the item, when the message does not arrive', async () => {
  const { outcome, kinds, exists } = await aRun({ messages: [] });
  expect(outcome).toBe('failed');
  expect(kinds.slice(4, 6)).toEqual(['not-arrived', 'record-left']);
  expect(exists).toEqual([]);
});

it('ignores messages for other contacts when the filter does not work yet', async () => {
  const others = [{ ContactId: 'other', CANARY: 1 }, null, 'CANARY'].map((body) =>
    theMessage({ id: 'CANARY', body: JSON.stringify(body) }),
  );
  const noJson = theMessage({ id: 'CANARY', body: 'CANARY' });
  const { outcome, events } = await aRun({ messages: [...others, noJson, theMessage()] });
  expect(outcome).toBe('passed');
  expect(JSON.stringify(events)).not.toContain('CANARY');
});

it.each([
  ['without attributes', { attributes: { EventType: 'ContactAbandoned' } }, 'ContactId'],
  ['with another body', { body: JSON.stringify({ ...RECORD, Queue: null }) }, 'body'],
])('fails when the message comes %s', async (_, overrides, name) => {
  const { outcome, events } = await aRun({ messages: [theMessage(overrides)] });
  expect(outcome).toBe('failed');
  const differing = expect.arrayContaining([name]) as unknown;
  expect(events).toContainEqual(expect.objectContaining({ kind: 'arrived', differing }));
});

it.each(['remove queue', 'unsubscribe', 'delete'])(
  'what can’t be removed (%s) is reported with the command for it, and the others are removed',
  async (removal) => {
    const { outcome, events, exists } = await aRun({ failsLater: { [removal]: denied(removal) } });
    expect(outcome).toBe('failed');
    expect(exists).toHaveLength(1);
    const temporary = expect.objectContaining({ name: exists[0] }) as unknown;
    expect(events).toContainEqual({ kind: 'not-removed', temporary, why: denied(removal).message });
  },
);

it.each([
  ['read', [], []],
  ['create', ['created', 'created', 'removed', 'removed'], []],
  // It may be processed a moment later.
  ['put', ['created', 'created', 'put', 'record-left', 'removed', 'removed'], ['item']],
  ['receive', ['created', 'created', 'put', 'stored', 'record-left', 'removed', 'removed', 'removed'], []],
])(
  'Ctrl-C during %s: its answer is awaited, and all that was created is removed',
  async (stopAt, kinds, exists) => {
    expect(await aRun({ stopAt, messages: [] })).toMatchObject({ outcome: 'stopped', kinds, exists });
  },
);
