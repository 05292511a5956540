import { Duration, RemovalPolicy, Validations } from 'aws-cdk-lib';
import { type IStream, Stream, StreamEncryption, StreamMode } from 'aws-cdk-lib/aws-kinesis';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import { type CheckedSettings, STREAM_RETENTION_HOURS } from './settings';

export interface ContactRecordStreamProps extends Pick<CheckedSettings, 'streamArn'> {
  /** Encrypts the stack's own stream. */
  readonly key: IKey;
}

/**
 * Provides the Kinesis data stream that receives contact records from Connect.
 *
 * An existing stream is not changed. A new stream is on demand and keeps records for seven days, so that an outage over a
 * long weekend loses none.
 */
export class ContactRecordStream extends Construct {
  readonly stream: IStream;

  constructor(scope: Construct, id: string, props: ContactRecordStreamProps) {
    super(scope, id);
    this.stream =
      props.streamArn === undefined
        ? this.ownStream(props.key)
        : Stream.fromStreamArn(this, 'Stream', props.streamArn);
  }

  private ownStream(encryptionKey: IKey): Stream {
    const stream = new Stream(this, 'Stream', {
      streamMode: StreamMode.ON_DEMAND,
      retentionPeriod: Duration.hours(STREAM_RETENTION_HOURS),
      encryption: StreamEncryption.KMS,
      encryptionKey,
      removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    });
    Validations.of(stream).acknowledge({
      id: 'AwsSolutions-KDS3',
      reason:
        'The customer-managed key is deliberate: its policy controls who can read personal data, and CloudTrail records ' +
        'its use. The rule is about cost.',
    });
    return stream;
  }
}
