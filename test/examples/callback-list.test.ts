/** Tests the decisions of the callback list; `test/integration/callback-list.test.ts` runs it with the pipeline. */
import { FORGOTTEN_ATTRIBUTE, interpretRecord, parseMessage } from '../../examples/callback-list/contact';
import { addAbandoned, addServed, addTask, endTask, findExpiry } from '../../examples/callback-list/entry';
import { isQuiet, isTimeZone } from '../../examples/callback-list/quiet-hours';
import { TOMBSTONE_ATTRIBUTE } from '../../lambda/contact-records/contract';
import { aContactRecord, anAnsweredContactRecord } from '../factories';

const parse = (fields: Record<string, unknown>) => parseMessage(JSON.stringify(aContactRecord(fields)));
const phone = (Address: unknown) => ({ CustomerEndpoint: { Type: 'TELEPHONE_NUMBER', Address } });

describe('a message', () => {
  it.each(['+12065550101', '+4930123456', '+290123456'])('has a number to call when it is %s', (number) => {
    expect(parse(phone(number)).number).toBe(number);
  });

  it.each<[string, Record<string, unknown>]>([
    ['there is no endpoint', { CustomerEndpoint: null }],
    [
      'the endpoint is of another type',
      { CustomerEndpoint: { Type: 'EMAIL_ADDRESS', Address: '+12065550101' } },
    ],
    ['there is no address', phone(null)],
    ['the number is withheld', phone('anonymous')],
    ['the number has no country', phone('2065550101')],
    ['there is more than a number', phone('+12065550101;ext=7')],
    ['there is a list of numbers', phone(['+12065550101'])],
  ])('has no number to call when %s', (_what, fields) => {
    expect(parse(fields).number).toBeUndefined();
  });

  it('needs only an id and a time', () => {
    const contact = parse({ Queue: null, DisconnectTimestamp: 7 });

    expect(contact).toMatchObject({ abandonedAt: '2024-03-05T09:32:11Z', queueName: undefined });
  });

  it.each(['+12065550101 is no JSON', '"+12065550101"', '{"ContactId":["+12065550101"]}', 'null'])(
    'is refused without quoting it when it is not a contact record: %s',
    (body) => {
      expect(() => parseMessage(body)).toThrow(/^the message (is not JSON|has no ContactId or no time)$/);
    },
  );
});

describe('a stored record', () => {
  const NOTHING = { kind: 'nothing' };
  const answered = (fields: Record<string, unknown>) =>
    interpretRecord(
      anAnsweredContactRecord({
        Agent: { ARN: 'agent', ConnectedToAgentTimestamp: '2024-03-05T09:30:50Z' },
        ...fields,
      }),
    );

  it('means nothing when no agent took the contact', () => {
    expect(interpretRecord(aContactRecord())).toEqual(NOTHING);
  });

  it('means that the customer was served when an agent took the contact', () => {
    expect(answered({})).toEqual({
      kind: 'served',
      number: '+12065550101',
      servedAt: '2024-03-05T09:30:50Z',
      endedAt: '2024-03-05T09:31:04Z',
      isOutbound: false,
    });
  });

  it('means that the customer was served when the agent called and the customer answered', () => {
    expect(answered({ InitiationMethod: 'OUTBOUND' })).toMatchObject({ kind: 'served', isOutbound: true });
  });

  it.each<[string, Record<string, unknown>]>([
    ['did not answer', { ConnectedToSystemTimestamp: null }],
    ['had a voicemail', { AnsweringMachineDetectionStatus: 'VOICEMAIL_BEEP' }],
  ])('means nothing when the agent called and the customer %s', (_what, fields) => {
    expect(answered({ InitiationMethod: 'OUTBOUND', ...fields })).toEqual(NOTHING);
  });

  it('means that the customer was served when the customer asked for a callback', () => {
    const callback = aContactRecord({ InitiationMethod: 'CALLBACK', ConnectedToSystemTimestamp: null });

    expect(interpretRecord(callback)).toMatchObject({ kind: 'served', servedAt: '2024-03-05T09:30:12Z' });
  });

  it('means that a contact is forgotten when it is a tombstone of the pipeline', () => {
    expect(interpretRecord({ ContactId: 'c-1', [TOMBSTONE_ATTRIBUTE]: true })).toEqual({ kind: 'forgotten' });
    expect(FORGOTTEN_ATTRIBUTE).toBe(TOMBSTONE_ATTRIBUTE);
  });
});

describe('an entry', () => {
  const settings = { callAfterMinutes: 15, maxAttempts: 2 };
  const at = (time: string) => `2026-03-05T${time}:00Z`;
  const contact = (contactId: string, time: string) => ({
    ...{ contactId, number: '+12065550101', abandonedAt: at(time), queueName: 'Sales' },
  });
  const opened = (...times: string[]) =>
    times.reduce<ReturnType<typeof addAbandoned>>(
      (entry, time) => addAbandoned(entry, contact(`c-${time}`, time), settings),
      undefined,
    ) ?? fail('not opened');
  const fail = (message: string): never => {
    throw new Error(message);
  };

  it('collects the contacts, and keeps its due time, when the customer gives up again', () => {
    expect(opened('09:00', '09:10')).toMatchObject({
      ...{ State: 'open', Contacts: ['c-09:00', 'c-09:10'], DueAt: at('09:15') },
      ...{ AbandonedAt: at('09:10'), Attempts: 0 },
    });
  });

  it('has the newest contact when contacts arrive out of order', () => {
    expect(opened('09:10', '09:00')).toMatchObject({ AbandonedAt: at('09:10') });
  });

  it('is closed when the customer is served after the last contact', () => {
    expect(addServed(opened('09:00', '09:10'), at('09:10'))).toMatchObject({
      State: 'served',
      DueAt: undefined,
    });
  });

  it('stays open when the customer gave up again after being served', () => {
    expect(addServed(opened('09:00', '09:10'), at('09:05'))).toMatchObject({ State: 'open' });
  });

  it('is not opened when the customer was served later', () => {
    const served = addServed(undefined, at('09:05'));

    expect(addAbandoned(served, contact('c-1', '09:05'), settings)).toBe(served);
  });

  it('begins anew when the customer gives up after being served', () => {
    const served = addServed(addTask(opened('09:00'), 'task', at('09:20')), at('09:30'));

    expect(addAbandoned(served, contact('c-2', '09:40'), settings)).toMatchObject({
      ...{ State: 'open', Contacts: ['c-2'], OpenedBy: 'c-2', Attempts: 0 },
    });
  });

  it('gets no second task when the customer gives up while an agent has one', () => {
    const withTask = addTask(opened('09:00'), 'task', at('09:20'));

    expect(addAbandoned(withTask, contact('c-2', '09:40'), settings)).toMatchObject({ State: 'task' });
  });

  it('is served when an agent ends the task', () => {
    const withTask = addTask(opened('09:00'), 'task', at('09:20'));

    expect(endTask(withTask, true, at('09:30'), settings)).toMatchObject({ State: 'served' });
  });

  it('opens again when an agent ends the task, but the customer gave up after it was created', () => {
    const withTask = addTask(opened('09:00'), 'task', at('09:20'));
    const again = addAbandoned(withTask, contact('c-2', '09:25'), settings) ?? fail('no entry');

    expect(endTask(again, true, at('09:30'), settings)).toMatchObject({
      ...{ State: 'open', DueAt: at('09:45'), OpenedBy: 'c-2', Attempts: 0 },
    });
  });

  it('is given up when no agent took any of its tasks', () => {
    const first = endTask(addTask(opened('09:00'), 't-1', at('09:20')), false, at('09:30'), settings);
    const second = endTask(addTask(first, 't-2', at('09:45')), false, at('09:55'), settings);

    expect([first.State, second.State]).toEqual(['open', 'given-up']);
  });

  it('is not opened by an earlier contact when it was given up', () => {
    const givenUp = { ...opened('09:10'), State: 'given-up' as const };

    const late = addAbandoned(givenUp, contact('late', '09:00'), settings);
    const next = addAbandoned(givenUp, contact('next', '09:40'), settings);

    expect([late?.State, next?.State]).toEqual(['given-up', 'open']);
  });

  it('expires some days after the last contact, not after the last change', () => {
    const expiry = findExpiry(addServed(opened('09:00'), at('10:00')), 14);

    expect(new Date(expiry * 1000).toISOString()).toBe('2026-03-19T10:00:00.000Z');
  });
});

describe('quiet hours', () => {
  it.each([
    ['2026-01-15T18:59:00Z', false],
    ['2026-01-15T19:00:00Z', true],
    ['2026-01-16T06:59:00Z', true],
    ['2026-01-16T07:00:00Z', false],
    // In summer, an hour earlier.
    ['2026-07-15T18:00:00Z', true],
    ['2026-07-16T06:00:00Z', false],
  ])('are in the time zone of the customers: %s', (time, expected) => {
    expect(isQuiet(Date.parse(time), '20:00-08:00', 'Europe/Berlin')).toBe(expected);
  });

  it('may be within a day', () => {
    const times = ['11:59', '12:00', '12:59', '13:00'];

    const quiet = times.map((time) => isQuiet(Date.parse(`2026-01-15T${time}:00Z`), '12:00-13:00', 'UTC'));

    expect(quiet).toEqual([false, true, true, false]);
  });

  it('may be none', () => {
    expect(isQuiet(Date.parse('2026-01-15T23:00:00Z'), 'none', 'UTC')).toBe(false);
  });

  it('need a known time zone', () => {
    expect(['Europe/Berlin', 'Europe/Nowhere', ''].map(isTimeZone)).toEqual([true, false, false]);
  });
});
