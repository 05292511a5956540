/** Reads the outputs of a deployed stack, which name its resources. */
import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { SMALL_REQUEST_LIMITS } from './aws-clients';
import { createServiceError } from './service-error';
import { limitTime, SMALL_REQUEST_LIMIT_MS } from './time-limit';
import { UsageError } from './usage-error';

/** Returns the value of an output; throws `UsageError` if the stack does not have it. */
export type GetStackOutput = (name: string) => string;

/**
 * Reads the outputs of a stack.
 *
 * @throws UsageError if the stack does not exist, and ServiceError if CloudFormation doesn't answer or refuses the call
 */
export async function readStackOutputs(stack: string, region: string): Promise<GetStackOutput> {
  const cloudFormation = new CloudFormationClient({ requestHandler: SMALL_REQUEST_LIMITS });
  const { Stacks = [] } = await cloudFormation
    .send(new DescribeStacksCommand({ StackName: stack }), limitTime(SMALL_REQUEST_LIMIT_MS))
    .catch((error: unknown) => {
      if (!isNoSuchStack(error)) throw createServiceError('cloudformation:DescribeStacks', error);
      throw new UsageError(
        `There is no stack ${stack} in ${region}: check --stack, AWS_REGION and the account.`,
      );
    });
  const outputs = new Map(Stacks[0]?.Outputs?.map(({ OutputKey, OutputValue }) => [OutputKey, OutputValue]));
  return (name) => {
    const value = outputs.get(name);
    if (value) return value;
    throw new UsageError(
      `The stack ${stack} has no output ${name}: check that it is a stack of this pipeline, and deploy it again.`,
    );
  };
}

/** Recognises a missing stack, for which CloudFormation has no error of its own. */
export const isNoSuchStack = (error: unknown) =>
  error instanceof Error && error.name === 'ValidationError' && error.message.includes('does not exist');
