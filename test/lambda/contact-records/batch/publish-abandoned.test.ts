/** A contact and its next contact, in one batch or in two, with ports in memory. */
import { processBatch } from '../../../../lambda/contact-records/batch/process-batch';
import type { BatchResult } from '../../../../lambda/contact-records/batch/outcome';
import type { Ports } from '../../../../lambda/contact-records/steps/ports';
import { aSurvey, NEXT_CONTACTS } from '../../../decision-table';
import { aContactRecord, aDelivery } from '../../../factories';
import { createInMemoryPorts, NO_DEADLINE, unavailable } from '../../../fakes';

const A = aContactRecord({ NextContactId: 'c-2', Score: 0.5 });
const ID = A.ContactId as string;
const B = aSurvey();

const process = (ports: Ports, ...records: Record<string, unknown>[]): Promise<BatchResult> =>
  processBatch(
    records.map((record, i) => aDelivery(record, i + 1)),
    ports,
    NO_DEADLINE,
  );
const doneOf = ({ done }: BatchResult) =>
  done.map(({ publications, notAbandoned, nextContact }) => ({ publications, notAbandoned, nextContact }));

describe('a contact with a next contact', () => {
  it.each(NEXT_CONTACTS)('is %s %s, in either order and in one batch', async (decision, _when, fields) => {
    const next = aSurvey(fields);
    const orders = [[[A], [next]], [[next], [A]], [[A, next]], [[next, A]]];

    for (const batches of orders) {
      const { ports, published } = createInMemoryPorts();
      for (const batch of batches) await process(ports, ...batch);
      expect(published.filter((id) => id === ID)).toEqual(decision === 'abandoned' ? [ID] : []);
    }
  });

  it('is awaiting when its next contact is not stored', async () => {
    const { ports, published } = createInMemoryPorts();

    const result = await process(ports, A);

    expect(doneOf(result)).toEqual([{ nextContact: 'awaiting' }]);
    expect(published).toEqual([]);
  });

  it('is decided again when it is redelivered', async () => {
    const { ports, published } = createInMemoryPorts();
    const failing = { ...ports, publish: () => Promise.reject(unavailable()) };
    await process(ports, B);

    const first = await process(failing, A);
    const second = await process(ports, A);

    expect(first.retryFrom).toBe('1');
    expect(doneOf(second)).toEqual([{ nextContact: 'abandoned', publications: ['published'] }]);
    expect(published).toEqual([ID]);
  });

  it('is published when its next contact is redelivered after a failure', async () => {
    const { ports, published } = createInMemoryPorts();
    const failing = { ...ports, readContact: () => Promise.reject(unavailable()) };
    await process(ports, A);

    const first = await process(failing, B);
    const second = await process(ports, B);

    expect(first).toMatchObject({ retryFrom: '1', error: { source: 'DynamoDB' } });
    expect(doneOf(second)).toEqual([
      { nextContact: 'abandoned', publications: ['published'], notAbandoned: 'never-queued' },
    ]);
    expect(published).toEqual([ID]);
  });

  it('is published once when both are in one batch, and each side decides', async () => {
    const messages: string[] = [];
    const { ports } = createInMemoryPorts({
      publish: async ({ record }) => {
        await new Promise(setImmediate);
        messages.push(record.ContactId);
        return { kind: 'published' };
      },
    });

    const result = await process(ports, A, B);

    expect(messages).toEqual([ID]);
    expect(result.done.flatMap(({ publications = [] }) => publications).sort()).toEqual([
      'already-published',
      'published',
    ]);
  });

  it('is not published when the next contact changes it to another one while it is read', async () => {
    const { ports, table, published } = createInMemoryPorts();
    await process(ports, A);
    const changing: Ports = {
      ...ports,
      readContact: async (id, fields, deadline) => {
        const contact = await ports.readContact(id, fields, deadline);
        table.set(ID, { ...A, NextContactId: 'c-9' } as never);
        return contact;
      },
    };

    await process(changing, B);

    expect(published).toEqual([]);
  });

  it('reads only for these two cases', async () => {
    const reads: string[] = [];
    const { ports } = createInMemoryPorts({
      readContact: (id) => {
        reads.push(id);
        return Promise.resolve(undefined);
      },
    });
    const others = [
      aContactRecord({ ContactId: 'o-1' }),
      aContactRecord({ ContactId: 'o-2', NextContactId: 'o-3', Agent: { ARN: 'agent-1' } }),
      aContactRecord({ ContactId: 'o-3', PreviousContactId: 'o-2', InitiationMethod: 'TRANSFER' }),
      aSurvey({ ContactId: 'o-4', DisconnectTimestamp: null }),
      aSurvey({ ContactId: 'o-5', PreviousContactId: 'o-5' }),
      aContactRecord({ ContactId: 'o-6', NextContactId: 'o-6' }),
    ];

    await process(ports, ...others, A, B);

    expect(reads.sort()).toEqual([ID, 'c-2'].sort());
  });
});

describe('the message of a contact that its next contact published', () => {
  it('has the values of the stored contact', async () => {
    const texts: string[] = [];
    const { ports } = createInMemoryPorts({
      publish: ({ record, text }) => {
        texts.push(text);
        expect(record).toEqual(A);
        return Promise.resolve({ kind: 'published' });
      },
    });
    await process(ports, A);

    await process(ports, B);

    expect(texts.map((text) => JSON.parse(text) as unknown)).toEqual([A]);
  });

  it('is saved with the id of the contact and the position of the next one when SNS refuses it', async () => {
    const saved: unknown[] = [];
    const { ports } = createInMemoryPorts({
      publish: () => Promise.resolve({ kind: 'refused', reason: 'message-refused' }),
      quarantine: (kind, reason, delivery) => {
        saved.push([kind, reason, delivery.eventID, Buffer.from(delivery.kinesis.data, 'base64').toString()]);
        return Promise.resolve();
      },
    });
    await process(ports, A);

    const result = await process(ports, B);

    const eventId = 'shardId-000000000000:1';
    expect(result.done[0]?.failedRecords).toEqual([
      { kind: 'refused', reason: 'message-refused', contactId: ID, eventId },
    ]);
    expect(saved).toEqual([['refused', 'message-refused', eventId, JSON.stringify(A)]]);
  });

  it('is not sent when the contact ended longer ago than notifyWithinHours', async () => {
    const { ports, published } = createInMemoryPorts({ notifyWithinHours: 1 });
    const old = { ...A, DisconnectTimestamp: '2024-03-04T09:31:04Z' };
    await process(ports, old);

    const result = await process(ports, B);

    expect(doneOf(result)).toMatchObject([{ nextContact: 'abandoned', publications: ['too-old'] }]);
    expect(published).toEqual([]);
  });
});

it('saves the next contact when an internal error occurs in the decision on its previous contact', async () => {
  const { ports, failedRecords } = createInMemoryPorts();
  await process(ports, A);
  const broken = { ...ports, readContact: () => Promise.reject(new TypeError('CANARY')) };

  const result = await process(broken, B);

  expect(result.retryFrom).toBeUndefined();
  expect(failedRecords).toEqual([
    { kind: 'refused', reason: 'processing-error', eventId: 'shardId-000000000000:1' },
  ]);
  expect(JSON.stringify(result)).not.toContain('CANARY');
});
