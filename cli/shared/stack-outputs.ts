/**
 * The outputs of a deployed stack, by which commands find its parts.
 */
import { type CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { limited } from './limited';
import { createServiceError } from './service-error';
import { UsageError } from './usage-error';

/** The value of an output; throws `WrongUsage` if the stack has none of that name. */
export type StackOutput = (name: string) => string;

/**
 * Reads the outputs of a stack.
 *
 * @throws WrongUsage if there is no such stack
 * @throws ServiceFault if CloudFormation doesn't answer, or doesn't allow it
 */
export async function stackOutputs(
  cloudFormation: CloudFormationClient,
  stack: string,
  region: string,
): Promise<StackOutput> {
  const { Stacks = [] } = await cloudFormation
    .send(new DescribeStacksCommand({ StackName: stack }), limited())
    .catch((error: unknown) => {
      if (isNoSuchStack(error)) {
        throw new UsageError(`No stack ${stack} in ${region}: check --stack, AWS_REGION and the account.`);
      }
      throw createServiceError('cloudformation:DescribeStacks', error);
    });
  const outputs = new Map(Stacks[0]?.Outputs?.map(({ OutputKey, OutputValue }) => [OutputKey, OutputValue]));
  return (name) => {
    const value = outputs.get(name);
    if (value) return value;
    throw new UsageError(
      `The stack ${stack} has no output ${name}: is it this pipeline, deployed to the end? If so, deploy it again.`,
    );
  };
}

/** CloudFormation has no error of its own for it. */
const isNoSuchStack = (error: unknown) =>
  error instanceof Error && error.name === 'ValidationError' && error.message.includes('does not exist');
