import fc from 'fast-check';
import {
  type AbandonedDecision,
  decideAbandoned,
  NOT_ABANDONED_REASONS,
  type NotAbandonedReason,
} from '../../../../lambda/contact-records/contact-record/abandoned';
import {
  CHANNELS,
  DISCONNECT_REASONS,
  INITIATION_METHODS,
  type ReadableContactRecord,
} from '../../../../lambda/contact-records/contact-record/model';
import { ABANDONED, DEPENDS_ON_NEXT_CONTACT, NOT_ABANDONED } from '../../../decision-table';
import { aContactRecord } from '../../../factories';

const decide = (fields: Record<string, unknown>): AbandonedDecision =>
  decideAbandoned(aContactRecord(fields) as unknown as ReadableContactRecord);
const yes: AbandonedDecision = { kind: 'abandoned' };
const no = (because: NotAbandonedReason): AbandonedDecision => ({ kind: 'not-abandoned', reason: because });

describe('a contact is abandoned', () => {
  it.each(ABANDONED)('%s', (_what, fields) => {
    expect(decide(fields)).toEqual(yes);
  });
});

describe('a contact is not abandoned', () => {
  it.each(NOT_ABANDONED)('(%s) %s', (because, _what, fields) => {
    expect(decide(fields)).toEqual(no(because));
  });
});

it.each(DEPENDS_ON_NEXT_CONTACT)('depends on the next contact %s', (_when, fields) => {
  expect(decide(fields)).toEqual({
    kind: 'depends-on-next-contact',
    nextContactId: fields.NextContactId,
  });
});

it('each reason has a row', () => {
  expect(new Set(NOT_ABANDONED.map(([because]) => because))).toEqual(new Set(NOT_ABANDONED_REASONS));
});

describe('each value that Connect documents', () => {
  // Written out, so that a value which moves from one side to the other is a visible change.
  const WITHOUT_CUSTOMER = [
    'EXTERNAL_OUTBOUND',
    'MONITOR',
    'AGENT_REPLY',
    'CAMPAIGN_PREVIEW',
    'CALLBACK_CUSTOMER_FIRST_QUEUED',
  ];
  const DIALLED = ['OUTBOUND', 'CALLBACK', 'API', 'CALLBACK_CUSTOMER_FIRST_DIALED'];

  it.each(INITIATION_METHODS)('InitiationMethod %s, with the customer connected', (InitiationMethod) => {
    expect(decide({ InitiationMethod })).toEqual(
      WITHOUT_CUSTOMER.includes(InitiationMethod) ? no('no-customer') : yes,
    );
  });

  it.each(INITIATION_METHODS)(
    'InitiationMethod %s, with the customer never connected',
    (InitiationMethod) => {
      const expected = DIALLED.includes(InitiationMethod)
        ? no('never-answered')
        : WITHOUT_CUSTOMER.includes(InitiationMethod)
          ? no('no-customer')
          : yes;
      expect(decide({ InitiationMethod, ConnectedToSystemTimestamp: null })).toEqual(expected);
    },
  );

  it.each(CHANNELS)('Channel %s', (Channel) => {
    expect(decide({ Channel })).toEqual(['TASK', 'EMAIL'].includes(Channel) ? no('nobody-waiting') : yes);
  });

  it.each(DISCONNECT_REASONS)('DisconnectReason %s', (DisconnectReason) => {
    expect(decide({ DisconnectReason })).toEqual(
      DisconnectReason === 'CUSTOMER_DISCONNECT' ? yes : no('ended-otherwise'),
    );
  });
});

describe('whatever the types of the fields are', () => {
  const anything = fc.anything({ withNullPrototype: true });

  it('decides, never throws, and gives a reason of the closed set', () => {
    const fields = fc.record(
      Object.fromEntries(
        [
          'Agent',
          'Queue',
          'Channel',
          'DisconnectReason',
          'DisconnectTimestamp',
          'InitiationMethod',
          'NextContactId',
          'TransferredToEndpoint',
        ].map((name) => [name, fc.oneof(fc.jsonValue(), anything)]),
      ),
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(fields, (record) => {
        const decision = decide(record);
        if (decision.kind === 'not-abandoned') expect(NOT_ABANDONED_REASONS).toContain(decision.reason);
      }),
    );
  });

  it('never publishes a contact that an agent took, or that still waits, or that was never queued', () => {
    fc.assert(
      fc.property(
        fc.jsonValue(),
        fc.constantFrom(...INITIATION_METHODS),
        fc.constantFrom(...CHANNELS),
        (value, InitiationMethod, Channel) => {
          const fields = { InitiationMethod, Channel, DisconnectReason: null };
          expect(decide({ ...fields, Agent: { Username: 'a', more: value } })).toEqual(no('agent-connected'));
          expect(decide({ ...fields, Queue: { Name: value } })).toEqual(no('never-queued'));
          expect(
            decide({ ...fields, DisconnectTimestamp: null, Queue: { EnqueueTimestamp: 'set', Name: value } }),
          ).toEqual(no('not-ended'));
        },
      ),
    );
  });
});
