import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { Stream, StreamEncryption, StreamMode } from 'aws-cdk-lib/aws-kinesis';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';

export interface ContactRecordStreamProps {
  readonly key: IKey;
}

/**
 * The Kinesis data stream that Connect exports its contact records to: on demand, so that it follows the contact
 * centre's day by itself, and with seven days' retention, so that a long weekend's outage loses nothing.
 */
export class ContactRecordStream extends Construct {
  /** How long a record stays readable. The mapping's record age has to be shorter. */
  static readonly RETENTION = Duration.days(7);

  readonly stream: Stream;

  constructor(scope: Construct, id: string, props: ContactRecordStreamProps) {
    super(scope, id);
    this.stream = new Stream(this, 'Stream', {
      streamMode: StreamMode.ON_DEMAND,
      retentionPeriod: ContactRecordStream.RETENTION,
      encryption: StreamEncryption.KMS,
      encryptionKey: props.key,
      removalPolicy: RemovalPolicy.RETAIN,
    });
  }
}
