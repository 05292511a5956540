import { Duration, RemovalPolicy, Validations } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { BlockPublicAccess, Bucket, BucketEncryption } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { REDRIVEN_PREFIX } from '../lambda/contact-records/contract';

/** Time for which redriven, replaced and deleted objects are kept. Operators can undo errors. */
const KEPT = Duration.days(90);

/**
 * Stores the bytes of failed records.
 *
 * The function writes to `quarantined/`, `refused/` and `conflicting/`. The event source mapping writes records that reach
 * the maximum age to `aws/lambda/`. Objects stay until an operator redrives or deletes them. Redriven objects move to
 * `redriven/` and expire.
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
        'CloudTrail data events record who reads an object. Access logs would need a second bucket, which must be ' +
        'secured and emptied as well.',
    });
  }
}
