/**
 * What a smoke test is about: the names of a stack's parts, from its outputs.
 */
import type { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { stackOutputs } from '../shared/stack-outputs';

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
 * @throws UsageError if there is no such stack, or it is another kind of stack
 * @throws ServiceError if CloudFormation doesn't answer, or doesn't allow it
 */
export async function targetsOf(
  cloudFormation: CloudFormationClient,
  stack: string,
  region: string,
): Promise<Required<Targets>> {
  const output = await stackOutputs(cloudFormation, stack, region);
  return {
    stream: output('StreamName'),
    table: output('RecordsTableName'),
    topic: output('AbandonedContactsTopicArn'),
  };
}
