/**
 * What a smoke test is about: the names of a stack's parts, from its outputs.
 */
import { type CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { serviceFault } from '../service-fault';
import { WrongUsage } from '../usage';
import { limited } from './limited';

export interface Targets {
  /** Its name. */
  stream: string;
  /** The records table's name. */
  table: string;
  /** ARN of the topic for abandoned contacts. Only an abandoned contact needs it. */
  topic?: string;
}

/**
 * Reads the outputs of a stack.
 *
 * @throws WrongUsage if there is no such stack, or it is another kind of stack
 * @throws ServiceFault if CloudFormation doesn't answer, or doesn't allow it
 */
export async function targetsOf(
  cloudFormation: CloudFormationClient,
  stack: string,
  region: string,
): Promise<Required<Targets>> {
  const { Stacks = [] } = await cloudFormation
    .send(new DescribeStacksCommand({ StackName: stack }), limited())
    .catch((error: unknown) => {
      if (isNoSuchStack(error)) {
        throw new WrongUsage(`No stack ${stack} in ${region}: check --stack, AWS_REGION and the account.`);
      }
      throw serviceFault('cloudformation:DescribeStacks', error);
    });
  const outputs = new Map(Stacks[0]?.Outputs?.map(({ OutputKey, OutputValue }) => [OutputKey, OutputValue]));
  const output = (name: string) => {
    const value = outputs.get(name);
    if (value) return value;
    throw new WrongUsage(
      `The stack ${stack} has no output ${name}: is it this pipeline, deployed to the end? If so, deploy it again.`,
    );
  };
  return {
    stream: output('StreamName'),
    table: output('RecordsTableName'),
    topic: output('AbandonedContactsTopicArn'),
  };
}

/** CloudFormation has no error of its own for it. */
const isNoSuchStack = (error: unknown) =>
  error instanceof Error && error.name === 'ValidationError' && error.message.includes('does not exist');
