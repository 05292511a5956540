import fc from 'fast-check';
import { createMessage } from '../../../../lambda/contact-records/steps/message';
import { aContactRecord, aQueue, decoded, INSTANCE_ARN } from '../../../factories';

const messageOf = (fields: Record<string, unknown> = {}) => {
  const { record, text } = decoded(aContactRecord(fields));
  const { Message, MessageAttributes } = createMessage(record, text);
  const attributes = Object.fromEntries(
    Object.entries(MessageAttributes).map(([name, { StringValue }]) => [name, StringValue]),
  );
  return { Message, MessageAttributes, attributes, body: JSON.parse(Message) as Record<string, unknown> };
};

describe('the body', () => {
  it('is the contact record as Connect sent it', () => {
    const text = JSON.stringify(aContactRecord({ Score: 0 })).replace(
      '"Score":0',
      '"Score":0.12345678901234567890123',
    );
    const { record } = decoded(text);
    expect(createMessage(record, text).Message).toBe(text);
  });

  it('writes what XML, and so SQS, may not hold as an escape that means the same', () => {
    const note = 'a\uffffb\u0085c\ufffed\u2028';
    const { Message, body } = messageOf({ Attributes: { note } });
    expect(Message).toContain('a\\uffffb\u0085c\\ufffed\u2028');
    expect(body).toMatchObject({ Attributes: { note } });
  });
});

describe('the attributes', () => {
  it('are nine', () => {
    expect(messageOf().MessageAttributes).toEqual({
      EventType: { DataType: 'String', StringValue: 'ContactAbandoned' },
      EventVersion: { DataType: 'String', StringValue: '1' },
      ContactId: { DataType: 'String', StringValue: 'c0000000-0000-4000-8000-000000000001' },
      InstanceARN: { DataType: 'String', StringValue: INSTANCE_ARN },
      Channel: { DataType: 'String', StringValue: 'VOICE' },
      InitiationMethod: { DataType: 'String', StringValue: 'INBOUND' },
      QueueARN: {
        DataType: 'String',
        StringValue: `${INSTANCE_ARN}/queue/00000000-0000-4000-8000-000000000007`,
      },
      QueueName: { DataType: 'String', StringValue: 'BasicQueue' },
      QueueDuration: { DataType: 'Number', StringValue: '39' },
    });
  });

  it('are left out where the record has nothing that SNS could take', () => {
    const fields = {
      InstanceARN: null,
      Channel: '',
      InitiationMethod: 7,
      Queue: { EnqueueTimestamp: 'soon', Name: 'a\u0007b', ARN: ['x'] },
    };
    expect(Object.keys(messageOf(fields).attributes)).toEqual(['EventType', 'EventVersion', 'ContactId']);
  });

  it('are as long as any name may be, and no longer', () => {
    const longest = 'x'.repeat(1_024);
    expect(messageOf({ Queue: aQueue({ Name: longest }) }).attributes.QueueName).toBe(longest);
    expect(messageOf({ Queue: aQueue({ Name: `${longest}x` }) }).attributes.QueueName).toBeUndefined();
  });

  it.each<[string, Record<string, unknown>, string | undefined]>([
    ["the record's own, if only a second off its timestamps", { Duration: 40 }, '40'],
    ['zero, which is a number', { Duration: 0 }, '0'],
    ['the longest that SNS compares', { Duration: 1e9 }, '1000000000'],
    ['computed from enqueue to dequeue where it is missing', { Duration: null }, '39'],
    [
      'computed up to the disconnect where there is no dequeue',
      { Duration: undefined, DequeueTimestamp: null, EnqueueTimestamp: '2024-03-05T09:30:04Z' },
      '60',
    ],
    ['computed where its own is no duration', { Duration: -5 }, '39'],
    ['computed where its own is beyond what SNS compares', { Duration: 1e9 + 1 }, '39'],
    [
      'left out where the times are the wrong way round',
      { Duration: null, DequeueTimestamp: '2024-03-05T09:30:20Z' },
      undefined,
    ],
    [
      'left out where nothing tells',
      { Duration: '39', DequeueTimestamp: 'x', EnqueueTimestamp: '2024-03-05T09:30:25.5Z' },
      undefined,
    ],
  ])('QueueDuration is %s', (_what, queue, expected) => {
    expect(messageOf({ Queue: aQueue(queue) }).attributes.QueueDuration).toBe(expected);
  });

  it('never carry a phone number or what a contact flow wrote', () => {
    const { MessageAttributes } = messageOf({
      Attributes: { secret: 'CANARY' },
      CustomerEndpoint: { Address: '+12065550101' },
    });
    expect(JSON.stringify(MessageAttributes)).not.toMatch(/CANARY|\+1206/);
  });
});

describe('a record too big for SNS', () => {
  const huge = {
    Attributes: { note: 'x'.repeat(262_144) },
    SystemEndpoint: { Address: '+18005550100', Type: 'TELEPHONE_NUMBER' },
  };
  const related = { InitialContactId: 'c-0', PreviousContactId: 'c-1', RelatedContactId: 'c-2' };

  it('is reduced to ids, timestamps, endpoints and queue, and says so', () => {
    const { body, MessageAttributes } = messageOf({ ...huge, ...related });
    expect(MessageAttributes.Reduced).toEqual({ DataType: 'String', StringValue: 'true' });
    expect(Object.keys(MessageAttributes)).toHaveLength(10);
    expect(body).toEqual({
      ...related,
      AWSAccountId: '111122223333',
      Channel: 'VOICE',
      ConnectedToSystemTimestamp: '2024-03-05T09:30:12Z',
      ContactId: 'c0000000-0000-4000-8000-000000000001',
      CustomerEndpoint: { Address: '+12065550101', Type: 'TELEPHONE_NUMBER' },
      DisconnectReason: 'CUSTOMER_DISCONNECT',
      DisconnectTimestamp: '2024-03-05T09:31:04Z',
      InitiationMethod: 'INBOUND',
      InitiationTimestamp: '2024-03-05T09:30:12Z',
      InstanceARN: INSTANCE_ARN,
      LastUpdateTimestamp: '2024-03-05T09:32:11Z',
      Queue: aQueue(),
      SystemEndpoint: { Address: '+18005550100', Type: 'TELEPHONE_NUMBER' },
    });
  });

  it('is whole up to the last byte, attributes included', () => {
    const size = (note: string) => {
      const { Message, MessageAttributes } = messageOf({ Attributes: { note } });
      const parts = Object.entries(MessageAttributes).flatMap(([name, { DataType, StringValue }]) => [
        name,
        DataType,
        StringValue,
      ]);
      return Buffer.byteLength([Message, ...parts].join(''));
    };
    const room = 262_144 - size('');
    expect(messageOf({ Attributes: { note: 'x'.repeat(room) } }).attributes.Reduced).toBeUndefined();
    expect(messageOf({ Attributes: { note: 'x'.repeat(room + 1) } }).attributes.Reduced).toBe('true');
    expect(
      messageOf({ Attributes: { note: 'é'.repeat(Math.ceil((room + 1) / 2)) } }).attributes.Reduced,
    ).toBe('true');
  });

  it('always fits, wherever the size comes from', () => {
    const big = 'é'.repeat(140_000);
    const place = fc.constantFrom(
      'DisconnectReason',
      'InstanceARN',
      'Channel',
      'CustomerEndpoint',
      'Queue',
      'InitiationMethod',
    );
    fc.assert(
      fc.property(place, (field) => {
        const value =
          field === 'CustomerEndpoint' ? { Address: big } : field === 'Queue' ? aQueue({ Name: big }) : big;
        const { Message, MessageAttributes, attributes } = messageOf({ [field]: value });
        expect(Buffer.byteLength(Message + JSON.stringify(MessageAttributes))).toBeLessThan(262_144);
        expect(attributes.Reduced).toBe('true');
      }),
    );
  });
});
