/** Reads the outputs of a deployed stack, which name its parts. */
import { type CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { createServiceError } from './service-error';
import { limitTime, SMALL_REQUEST_LIMIT_MS } from './time-limit';
import { UsageError } from './usage-error';

/** The value of an output; throws `UsageError` if the stack has none of that name. */
export type GetStackOutput = (name: string) => string;

/** Throws `UsageError` if there is no such stack, `ServiceError` if CloudFormation doesn't answer or allow it. */
export async function readStackOutputs(
  cloudFormation: CloudFormationClient,
  stack: string,
  region: string,
): Promise<GetStackOutput> {
  const { Stacks = [] } = await cloudFormation
    .send(new DescribeStacksCommand({ StackName: stack }), limitTime(SMALL_REQUEST_LIMIT_MS))
    .catch((error: unknown) => {
      if (!isNoSuchStack(error)) throw createServiceError('cloudformation:DescribeStacks', error);
      throw new UsageError(`No stack ${stack} in ${region}: check --stack, AWS_REGION and the account.`);
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
export const isNoSuchStack = (error: unknown) =>
  error instanceof Error && error.name === 'ValidationError' && error.message.includes('does not exist');
