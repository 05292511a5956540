import { CfnElement, Stack, Validations } from 'aws-cdk-lib';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { IConstruct } from 'constructs';

/**
 * Says to security reviewers, and to cdk-nag, why a role's permission names folders of a bucket, not objects. cdk-nag
 * wants each of them on its own, spelt as in the template.
 */
export function acknowledgeFolders(
  role: IConstruct,
  bucket: IBucket,
  prefixes: readonly string[],
  reason: string,
): void {
  const resource = bucket.node.defaultChild;
  if (!CfnElement.isCfnElement(resource)) return; // an imported bucket has no resource to name
  const logicalId = Stack.of(bucket).getLogicalId(resource);
  for (const prefix of prefixes) {
    Validations.of(role).acknowledge({
      id: `AwsSolutions-IAM5[Resource::<${logicalId}.Arn>/${prefix}*]`,
      reason,
    });
  }
}
