import type { Stack } from 'aws-cdk-lib';
import { CfnOutput } from 'aws-cdk-lib';
import { StringParameter } from 'aws-cdk-lib/aws-ssm';
import { Construct } from 'constructs';

/**
 * What others need to know of the deployed stack: as outputs of the stack, for people, `npm run smoke` and `npm run backfill`, and as SSM
 * parameters `/<stack name>/<name>`, so that a subscriber's stack needs no copy of an ARN.
 */
export function publishOutputs(stack: Stack, outputs: Readonly<Record<string, string>>): void {
  const parameters = new Construct(stack, 'Parameters');
  for (const [name, value] of Object.entries(outputs)) {
    new CfnOutput(stack, name, { value });
    new StringParameter(parameters, name, {
      parameterName: `/${stack.stackName}/${name}`,
      stringValue: value,
    });
  }
}
