/** The AWS calls of a simulated invocation; each goes through the network to the services in memory. */
import { marshall } from '@aws-sdk/util-dynamodb';
import type { AwsCalls } from '../../lambda/contact-records/aws/clients';
import type { Invocation } from './invocation';
import type { Judge } from './check-promises';
import type { Call, Network } from './network';
import type { Services } from './services';

export function createAwsCalls(
  invocation: Invocation,
  { network, services, judge }: { network: Network; services: Services; judge: Judge },
): AwsCalls {
  const send = (call: Omit<Call, 'invocation'>, signal: AbortSignal) => {
    const whole: Call = {
      ...call,
      invocation,
      act: (isLate) => {
        judge.acting(whole, isLate);
        return call.act(isLate);
      },
    };
    return network.send(whole, signal);
  };
  return {
    putItem: (input, signal) =>
      send(
        {
          ...{ service: 'DynamoDB', step: input.ExpressionAttributeValues ? 'put' : 'probe' },
          id: `${input.Item?.ContactId?.S} as of ${input.Item?.LastUpdateTimestamp?.S}`,
          act: () => services.putItem(input),
        },
        signal,
      ),
    getItem: (input, signal) =>
      send(
        {
          ...{ service: 'DynamoDB', step: 'read' },
          id: input.Key?.ContactId?.S ?? '',
          act: () => services.getItem(input),
        },
        signal,
      ) as ReturnType<AwsCalls['getItem']>,
    put: ({ Item = {}, ExpressionAttributeValues = {}, ...input }, signal) =>
      send(
        {
          ...{
            service: 'DynamoDB',
            step: getLedgerStep(Item),
            id: String(Item.ContactId),
            detail: String(Item.ClaimToken),
          },
          act: () =>
            services.putItem({
              ...input,
              Item: marshall(Item),
              ExpressionAttributeValues: marshall(ExpressionAttributeValues),
            }),
        },
        signal,
      ),
    publishMessage: (input, signal) =>
      send(
        {
          ...{ service: 'SNS', step: 'publish' },
          id: input.MessageAttributes?.ContactId?.StringValue ?? '',
          detail: input.Message,
          act: () => services.publish(input),
        },
        signal,
      ) as Promise<{ MessageId: string }>,
    putObject: (object, signal) =>
      send(
        {
          ...{ service: 'S3', step: 'save failed record', id: object.Key },
          act: () => services.putObject(object),
        },
        signal,
      ),
  };
}

function getLedgerStep(entry: Record<string, unknown>): 'claim' | 'complete' | 'release' {
  if (entry.PublishedAt !== undefined) return 'complete';
  return entry.LeaseEndsAt === 0 ? 'release' : 'claim';
}
