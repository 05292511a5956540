import { CfnElement, Stack, Validations } from 'aws-cdk-lib';
import { type IRole, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IBucket } from 'aws-cdk-lib/aws-s3';

/**
 * Allows a role to put objects into folders of a bucket, and says to security reviewers, and to cdk-nag, why the
 * permission names no objects. cdk-nag wants each folder on its own, spelt as in the template.
 */
export function allowPutIntoFolders(
  role: IRole,
  bucket: IBucket,
  folders: readonly string[],
  reason: string,
): void {
  const resources = folders.map((folder) => bucket.arnForObjects(`${folder}*`));
  role.addToPrincipalPolicy(new PolicyStatement({ actions: ['s3:PutObject'], resources }));
  const resource = bucket.node.defaultChild;
  if (!CfnElement.isCfnElement(resource)) return; // an imported bucket has no resource to name
  const logicalId = Stack.of(bucket).getLogicalId(resource);
  for (const folder of folders) {
    const id = `AwsSolutions-IAM5[Resource::<${logicalId}.Arn>/${folder}*]`;
    Validations.of(role).acknowledge({ id, reason });
  }
}
