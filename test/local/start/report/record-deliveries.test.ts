import { createRecorder } from '../../../../local/start/report/record-deliveries';
import { aContactRecord } from '../../../factories';
import { readAll } from './a-run';

const aDelivery = (payload: unknown) => ({ data: Buffer.from(JSON.stringify(payload)), partitionKey: 'k' });

it('passes on every delivery', async () => {
  const deliveries = [aDelivery(aContactRecord()), aDelivery('PING')];

  expect(await readAll(createRecorder().watch(deliveries))).toEqual(deliveries);
});

it('numbers deliveries in the order of arrival, events of another kind included', async () => {
  const recorder = createRecorder();
  const record = aContactRecord({ ContactId: 'c-1' });

  await readAll(recorder.watch([record, { EventType: 'LOGIN' }, record].map(aDelivery)));

  expect(recorder.contacts.get('c-1')?.map(({ number }) => number)).toEqual([1, 3]);
});

it('keeps no value of a record but id and version', async () => {
  const recorder = createRecorder();

  await readAll(recorder.watch([aDelivery(aContactRecord({ Attributes: { a: 'CANARY' } }))]));

  expect(JSON.stringify([...recorder.contacts])).not.toContain('CANARY');
});

it('counts the deliveries that come after its limit', async () => {
  const recorder = createRecorder(2);

  await readAll(recorder.watch(Array.from({ length: 5 }, () => aDelivery(aContactRecord()))));

  expect([...recorder.contacts.values()].flat()).toHaveLength(2);
  expect(recorder.missed()).toBe(3);
});
