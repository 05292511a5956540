import { Duration, RemovalPolicy, Validations } from 'aws-cdk-lib';
import { type IStream, Stream, StreamEncryption, StreamMode } from 'aws-cdk-lib/aws-kinesis';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import { STREAM_RETENTION_HOURS } from './settings';

export interface ContactRecordStreamProps {
  /** Encrypts the stack's own stream. */
  readonly key: IKey;
  /** An existing stream to use instead. */
  readonly streamArn?: string | undefined;
}

/**
 * The Kinesis data stream that Connect exports its contact records to: an existing one, which stays as it is, or the
 * stack's own: on demand, and with seven days' retention, so that a long weekend's outage loses nothing.
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
        'A customer-managed key on purpose: its policy says who may read what customers left, and its use is recorded. The ' +
        'rule is about its costs.',
    });
    return stream;
  }
}
