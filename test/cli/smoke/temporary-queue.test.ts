/** Tests which resources are reported when SQS or SNS does not answer. */
import type { SNSClient } from '@aws-sdk/client-sns';
import type { SQSClient } from '@aws-sdk/client-sqs';
import { ServiceError } from '../../../cli/shared/service-error';
import { createOpenQueue, type TemporaryResource } from '../../../cli/smoke/temporary-queue';

const TOPIC = 'arn:aws:sns:eu-west-1:111122223333:abandoned';

const anError = (name: string, httpStatusCode?: number) =>
  Object.assign(new Error('quotes +12065550199'), { name, $metadata: { httpStatusCode } });

async function opened(fails: { create?: Error; subscribe?: Error }) {
  const created: TemporaryResource[] = [];
  const answer = (error: Error | undefined, answered: object) => ({
    send: () => (error ? Promise.reject(error) : Promise.resolve(answered)),
  });
  const services = {
    sqs: answer(fails.create, { QueueUrl: 'https://queue' }) as unknown as SQSClient,
    sns: answer(fails.subscribe, { SubscriptionArn: 'arn' }) as unknown as SNSClient,
  };
  const failure: unknown = await createOpenQueue(TOPIC, services)('smoke-test-1', (temporary) =>
    created.push(temporary),
  ).catch((error: unknown) => error);
  return { failure, created };
}

it('reports queue and subscription, so that they are removed', async () => {
  const { created } = await opened({});
  expect(created.map(({ name }) => name)).toEqual(['queue smoke-test-1', 'subscription of the queue']);
});

it('reports the queue with a command for a person when its creation got no answer', async () => {
  const { failure, created } = await opened({ create: anError('TimeoutError') });
  expect(failure).toEqual(new ServiceError('sqs:CreateQueue', 'TimeoutError'));
  expect(created).toMatchObject([
    {
      name: 'queue smoke-test-1, perhaps',
      removeCommand: expect.stringContaining('smoke-test-1') as unknown,
    },
  ]);
  await expect(created[0]?.remove()).rejects.toEqual(failure);
});

it('reports the subscription with a command when its creation got no answer', async () => {
  const { failure, created } = await opened({ subscribe: anError('InternalFailure', 500) });
  expect(failure).toEqual(new ServiceError('sns:Subscribe', 'InternalFailure'));
  const [queue, subscription] = created;
  expect(queue?.name).toBe('queue smoke-test-1');
  expect(subscription?.name).toBe('subscription of the queue, perhaps');
  expect(subscription?.removeCommand).toContain(`--topic-arn ${TOPIC}`);
  expect(subscription?.removeCommand).toContain('arn:aws:sqs:eu-west-1:111122223333:smoke-test-1');
});

it('reports no resource when its creation was refused', async () => {
  const { created } = await opened({ create: anError('AccessDenied', 403) });
  expect(created).toEqual([]);
});
