import { Duration, RemovalPolicy, Validations } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { BlockPublicAccess, Bucket, BucketEncryption } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { REDRIVEN_PREFIX } from '../lambda/contact-records/contract';

/** Days that redriven, replaced and deleted objects are kept, so that an operator can undo an error. */
const KEPT = Duration.days(90);

/**
 * Failed records with their bytes: objects of the function under `quarantined/`, `refused/` and
 * `conflicting/`, and those of the event source mapping, for records that got too old, under `aws/lambda/`. These stay
 * until an operator redrives or deletes them; redriven objects are kept under `redriven/` for a while.
 */
export class FailureBucket extends Construct {
  readonly bucket: Bucket;

  constructor(scope: Construct, id: string, { key }: { readonly key: IKey }) {
    super(scope, id);
    this.bucket = new Bucket(this, 'Bucket', {
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      enforceSSL: true,
      versioned: true,
      encryption: BucketEncryption.KMS,
      encryptionKey: key,
      bucketKeyEnabled: true,
      lifecycleRules: [
        { id: 'redriven', prefix: REDRIVEN_PREFIX, expiration: KEPT },
        { id: 'replaced-or-deleted', noncurrentVersionExpiration: KEPT, expiredObjectDeleteMarker: true },
        { id: 'broken-uploads', abortIncompleteMultipartUploadAfter: Duration.days(7) },
      ],
      removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    });
    Validations.of(this.bucket).acknowledge({
      id: 'AwsSolutions-S1',
      reason:
        'Who reads an object is recorded by CloudTrail data events where an account has them on; access logs would need ' +
        'a second bucket, which is to be secured and emptied as well.',
    });
  }
}
