/** What is told of a queue and its subscription when SQS or SNS does not answer. */
import type { SNSClient } from '@aws-sdk/client-sns';
import type { SQSClient } from '@aws-sdk/client-sqs';
import { ServiceError } from '../../../cli/shared/service-error';
import { queueOn, type Temporary } from '../../../cli/smoke/temporary-queue';

const TOPIC = 'arn:aws:sns:eu-west-1:111122223333:abandoned';

const anError = (name: string, httpStatusCode?: number) =>
  Object.assign(new Error('quotes +12065550199'), { name, $metadata: { httpStatusCode } });

async function opened(fails: { create?: Error; subscribe?: Error }) {
  const made: Temporary[] = [];
  const answer = (failure: Error | undefined, answered: object) => ({
    send: () => (failure ? Promise.reject(failure) : Promise.resolve(answered)),
  });
  const services = {
    sqs: answer(fails.create, { QueueUrl: 'https://queue' }) as unknown as SQSClient,
    sns: answer(fails.subscribe, { SubscriptionArn: 'arn' }) as unknown as SNSClient,
  };
  const fault: unknown = await queueOn(TOPIC, services)('smoke-test-1', (temporary) =>
    made.push(temporary),
  ).catch((error: unknown) => error);
  return { fault, made };
}

it('both are to be removed', async () => {
  const { made } = await opened({});
  expect(made.map(({ what }) => what)).toEqual(['queue smoke-test-1', 'subscription of the queue']);
});

it('a queue whose making got no answer may be there, and is for a person to remove', async () => {
  const { fault, made } = await opened({ create: anError('TimeoutError') });
  expect(fault).toEqual(new ServiceError('sqs:CreateQueue', 'TimeoutError'));
  expect(made).toMatchObject([
    { what: 'queue smoke-test-1, perhaps', byHand: expect.stringContaining('smoke-test-1') as unknown },
  ]);
  await expect(made[0]?.remove()).rejects.toEqual(fault);
});

it('a subscription, too', async () => {
  const { fault, made } = await opened({ subscribe: anError('InternalFailure', 500) });
  expect(fault).toEqual(new ServiceError('sns:Subscribe', 'InternalFailure'));
  const [queue, subscription] = made;
  expect(queue?.what).toBe('queue smoke-test-1');
  expect(subscription?.what).toBe('subscription of the queue, perhaps');
  expect(subscription?.byHand).toContain(`--topic-arn ${TOPIC}`);
  expect(subscription?.byHand).toContain('arn:aws:sqs:eu-west-1:111122223333:smoke-test-1');
});

it('what was refused is not there', async () => {
  const { made } = await opened({ create: anError('AccessDenied', 403) });
  expect(made).toEqual([]);
});
