import type { DecodedContactRecord } from '../../../../lambda/contact-records/steps/decode';
import { RetryableError } from '../../../../lambda/contact-records/aws/errors';
import { type PublishMessage, createPublish } from '../../../../lambda/contact-records/steps/publish';
import { aContactRecord, decoded } from '../../../factories';
import { aLedger, NO_DEADLINE } from '../../../fakes';

const TOPIC = 'arn:aws:sns:us-east-1:111122223333:abandoned';
let contact: DecodedContactRecord;
const pauses: number[] = [];
const pause = (milliseconds: number) => Promise.resolve(pauses.push(milliseconds));
beforeEach(() => {
  contact = decoded(aContactRecord());
  pauses.splice(0);
});
const accepted: PublishMessage = () => Promise.resolve({ MessageId: 'm-1' });
const failingWith =
  (name: string, message = ''): PublishMessage =>
  () =>
    Promise.reject(Object.assign(new Error(message), { name }));

describe('publishing', () => {
  it('claims, publishes and completes, in this order', async () => {
    const { ledger, asked } = aLedger();
    const sent: unknown[] = [];
    const publish = createPublish(
      TOPIC,
      (input) => (asked.push('publish'), sent.push(input), accepted(input, NO_DEADLINE.signal())),
      ledger,
      pause,
    );
    expect(await publish(contact, NO_DEADLINE)).toEqual({ kind: 'published' });
    expect(asked).toEqual(['claim', 'publish', 'complete m-1']);
    expect(sent).toMatchObject([
      {
        TopicArn: TOPIC,
        Message: contact.text,
        MessageAttributes: { EventType: { StringValue: 'ContactAbandoned' } },
      },
    ]);
  });

  it('does nothing for a contact that was published before', async () => {
    const { ledger, asked } = aLedger('published');
    expect(await createPublish(TOPIC, accepted, ledger, pause)(contact, NO_DEADLINE)).toEqual({
      kind: 'already-published',
    });
    expect(asked).toEqual(['claim']);
  });

  it('waits for another process that has the claim, then is retried', async () => {
    const { ledger } = aLedger('held');
    await expect(createPublish(TOPIC, accepted, ledger, pause)(contact, NO_DEADLINE)).rejects.toThrow(
      'ledger: claim held by another process',
    );
  });

  it('waits a little before that, as the other one is done with it in milliseconds', async () => {
    const { ledger } = aLedger('held');
    await expect(createPublish(TOPIC, accepted, ledger, pause)(contact, NO_DEADLINE)).rejects.toThrow(
      RetryableError,
    );
    expect(pauses).toStrictEqual([50, 100, 200, 400]);
  });

  it('takes its turn once the other one has given the claim up', async () => {
    const { ledger, asked } = aLedger();
    const freed: typeof ledger = {
      ...ledger,
      claim: (...of) => (pauses.length < 2 ? Promise.resolve({ kind: 'held' }) : ledger.claim(...of)),
    };
    expect(await createPublish(TOPIC, accepted, freed, pause)(contact, NO_DEADLINE)).toEqual({
      kind: 'published',
    });
    expect(asked).toEqual(['claim', 'complete m-1']);
  });

  it('releases the claim if SNS fails, so that the retry need not wait for the lease', async () => {
    const { ledger, asked } = aLedger();
    await expect(
      createPublish(TOPIC, failingWith('ThrottlingException'), ledger, pause)(contact, NO_DEADLINE),
    ).rejects.toThrow(RetryableError);
    expect(asked).toEqual(['claim', 'release']);
  });

  it('says what SNS said even if the claim can not be released', async () => {
    const { ledger } = aLedger();
    const unreleasable = {
      ...ledger,
      release: () => Promise.reject(new RetryableError('DynamoDB', 'TimeoutError')),
    };
    const publish = createPublish(TOPIC, failingWith('InternalErrorException'), unreleasable, pause);
    await expect(publish(contact, NO_DEADLINE)).rejects.toThrow('SNS: InternalErrorException');
  });

  it('is refused, and the claim released, if SNS will never take the message', async () => {
    const { ledger, asked } = aLedger();
    const publish = createPublish(
      TOPIC,
      failingWith('InvalidParameterException', 'Invalid parameter: Message too long'),
      ledger,
      pause,
    );
    expect(await publish(contact, NO_DEADLINE)).toEqual({ kind: 'refused', reason: 'message-refused' });
    expect(asked).toEqual(['claim', 'release']);
  });

  it('takes an answer without a message id for no answer', async () => {
    const { ledger, asked } = aLedger();
    await expect(
      createPublish(TOPIC, () => Promise.resolve({}), ledger, pause)(contact, NO_DEADLINE),
    ).rejects.toThrow('SNS: answer without a message id');
    expect(asked).toEqual(['claim', 'release']);
  });

  it('takes no claim if publish and completion would not fit before the deadline', async () => {
    const { ledger, asked } = aLedger();
    const short = { ...NO_DEADLINE, hasTimeFor: (calls: number) => calls < 3 };
    await expect(createPublish(TOPIC, accepted, ledger, pause)(contact, short)).rejects.toThrow(
      'deadline: no time left to publish',
    );
    expect(asked).toEqual([]);
  });

  it('is not done as long as the completion fails: the ledger is the truth', async () => {
    const { ledger } = aLedger();
    const incomplete = {
      ...ledger,
      complete: () => Promise.reject(new RetryableError('DynamoDB', 'TimeoutError')),
    };
    await expect(createPublish(TOPIC, accepted, incomplete, pause)(contact, NO_DEADLINE)).rejects.toThrow(
      'TimeoutError',
    );
  });
});
