import { CfnElement, Stack, Validations } from 'aws-cdk-lib';
import { type IRole, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IBucket } from 'aws-cdk-lib/aws-s3';

/**
 * Allows a role to put objects into folders of a bucket.
 *
 * @param reason - why the permission names folders instead of objects, for security reviewers and cdk-nag
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
  if (!CfnElement.isCfnElement(resource)) return; // an imported bucket is not in the template
  const logicalId = Stack.of(bucket).getLogicalId(resource);
  // cdk-nag expects one finding for each folder, written as in the template.
  for (const folder of folders) {
    const id = `AwsSolutions-IAM5[Resource::<${logicalId}.Arn>/${folder}*]`;
    Validations.of(role).acknowledge({ id, reason });
  }
}
