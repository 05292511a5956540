/**
 * Synthesizes the stack for tests, without the bundled function.
 */
import { App, type StackProps } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { ContactRecordPipelineStack } from '../../lib/contact-record-pipeline-stack';
import type { ContactRecordPipelineSettings } from '../../lib/settings';

/**
 * Without what takes the CDK seconds: code, stack traces of constructs, and its own validation, which only warns. `npm run
 * synth` and `npm run templates` validate.
 */
export const appWithoutBundle = (): App =>
  new App({
    builtinCloudFormationValidation: false,
    treeMetadata: false,
    context: {
      'aws:cdk:bundling-stacks': [],
      'aws:cdk:disable-stack-trace': true,
      'aws:cdk:disable-creation-stack-traces': true,
      '@aws-cdk/aws-iam:minimizePolicies': true,
    },
  });

export const templateOf = (
  settings: ContactRecordPipelineSettings & StackProps = {},
  stackName = 'ContactRecordPipeline',
): Template => Template.fromStack(new ContactRecordPipelineStack(appWithoutBundle(), stackName, settings));

/** The policy of the function's role, a line for each statement. */
export function permissionsOf(of: Template): string[] {
  const statements = propertiesOf('AWS::IAM::Policy', of).flatMap(
    ({ PolicyDocument }) => (PolicyDocument as { Statement: Statement[] }).Statement,
  );
  return statements
    .map(({ Effect, Action, Resource }) => {
      if (Effect !== 'Allow') throw new Error(`unexpected effect ${Effect}`);
      return `${[Action].flat().sort().join(', ')} on ${[Resource].flat().map(readable).sort().join(', ')}`;
    })
    .sort();
}

export const propertiesOf = (type: string, of: Template): Record<string, unknown>[] =>
  Object.values(of.findResources(type)).map((resource) => resource.Properties as Record<string, unknown>);

interface Statement {
  readonly Effect: string;
  readonly Action: string | string[];
  readonly Resource: unknown;
}

/** `{"Fn::GetAtt": ["FailureBucket3E840368", "Arn"]}` as `FailureBucket.Arn`. */
function readable(resource: unknown): string {
  if (typeof resource === 'string') return resource;
  const [kind, value] = Object.entries(resource as Record<string, unknown>)[0] ?? [];
  if (kind === 'Ref') return (value as string).replace(/[0-9A-F]{8}$/, '');
  if (kind === 'Fn::GetAtt')
    return (value as string[]).map((part) => part.replace(/[0-9A-F]{8}$/, '')).join('.');
  if (kind === 'Fn::Join') return (value as [string, unknown[]])[1].map(readable).join('');
  throw new Error(`unexpected resource ${JSON.stringify(resource)}`);
}

/** `FailureBucket3E840368: AWS::S3::Bucket`, a line for each resource of these types. */
export const logicalIdsOf = (of: Template, ...types: string[]): string[] =>
  types.flatMap((type) => Object.keys(of.findResources(type)).map((id) => `${id}: ${type}`)).sort();
