import { Duration, RemovalPolicy, Validations } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { BlockPublicAccess, Bucket, BucketEncryption } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { REDRIVEN_PREFIX } from '../lambda/contact-records/contract';

/** How long what was put back, replaced or deleted stays, for somebody who finds out that it should not have been. */
const KEPT = Duration.days(90);

export interface FailureBucketProps {
  readonly key: IKey;
}

/**
 * What could not be processed, with its bytes: objects of the function under `quarantined/`, `refused/` and
 * `conflicting/`, and those of the event source mapping, for records that got too old, under `aws/lambda/`. These stay
 * until somebody deals with them; what has been put back into the stream lies under `redriven/` for a while.
 */
export class FailureBucket extends Construct {
  readonly bucket: Bucket;

  constructor(scope: Construct, id: string, props: FailureBucketProps) {
    super(scope, id);
    this.bucket = new Bucket(this, 'Bucket', {
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      enforceSSL: true,
      versioned: true,
      encryption: BucketEncryption.KMS,
      encryptionKey: props.key,
      bucketKeyEnabled: true,
      lifecycleRules: [
        { id: 'redriven', prefix: REDRIVEN_PREFIX, expiration: KEPT },
        { id: 'replaced-or-deleted', noncurrentVersionExpiration: KEPT, expiredObjectDeleteMarker: true },
        { id: 'broken-uploads', abortIncompleteMultipartUploadAfter: Duration.days(7) },
      ],
      removalPolicy: RemovalPolicy.RETAIN,
    });
    Validations.of(this.bucket).acknowledge({
      id: 'AwsSolutions-S1',
      reason:
        'Who reads an object is recorded by CloudTrail data events where an account has them on; access logs would need ' +
        'a second bucket, which is to be secured and emptied as well.',
    });
  }
}
