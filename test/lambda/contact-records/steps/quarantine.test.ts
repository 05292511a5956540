import { type FailureObject, createQuarantine } from '../../../../lambda/contact-records/steps/quarantine';
import { aDelivery, STREAM_ARN } from '../../../factories';
import { NO_DEADLINE } from '../../../fakes';

const objectFor = async (payload: Buffer, sequenceNumber = 7): Promise<FailureObject> => {
  const objects: FailureObject[] = [];
  const quarantine = createQuarantine('failures', (object) => Promise.resolve(objects.push(object)));
  await quarantine('quarantined', 'not-json', aDelivery(payload, sequenceNumber), NO_DEADLINE);
  const [object] = objects;
  if (!object) throw new Error('nothing was put');
  return object;
};

describe('a failed record', () => {
  it('keeps its bytes, its position in the stream and the reason', async () => {
    const bytes = Buffer.from([0, 255, 10, 13, 128]);
    const { Body, ...object } = await objectFor(bytes);
    expect(object).toEqual({
      Bucket: 'failures',
      Key: 'quarantined/contact-records/shardId-000000000000/7.json',
      ContentType: 'application/json',
    });
    const content = JSON.parse(Body) as { data: string };
    expect(content).toEqual({
      kind: 'quarantined',
      reason: 'not-json',
      streamArn: STREAM_ARN,
      eventId: 'shardId-000000000000:7',
      sequenceNumber: '7',
      partitionKey: 'a-partition-key',
      approximateArrivalTimestamp: 1_709_631_200.5,
      data: bytes.toString('base64'),
    });
    expect(Buffer.from(content.data, 'base64').equals(bytes)).toBe(true);
  });

  it('overwrites only its own object at a retry', async () => {
    const payload = Buffer.from('x');
    expect((await objectFor(payload, 7)).Key).toBe((await objectFor(payload, 7)).Key);
    expect((await objectFor(payload, 7)).Key).not.toBe((await objectFor(payload, 8)).Key);
  });

  it('is not done if S3 fails: not now', async () => {
    const denied = createQuarantine('failures', () =>
      Promise.reject(Object.assign(new Error(), { name: 'AccessDenied' })),
    );
    await expect(denied('refused', 'message-refused', aDelivery('x'), NO_DEADLINE)).rejects.toThrow(
      'S3: AccessDenied',
    );
  });
});
