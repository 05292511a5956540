import { Duration, RemovalPolicy, Token, Validations } from 'aws-cdk-lib';
import { CfnInstanceStorageConfig } from 'aws-cdk-lib/aws-connect';
import { type IStream, Stream, StreamEncryption, StreamMode } from 'aws-cdk-lib/aws-kinesis';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import { STREAM_RETENTION_HOURS } from './settings';

export interface ContactRecordStreamProps {
  /** Encrypts the stack's own stream. */
  readonly key: IKey;
  /** An existing stream to use instead. */
  readonly streamArn?: string | undefined;
  /** Connect instances that are to export their contact records to it. */
  readonly connectInstanceArns: readonly string[];
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
    for (const [position, instanceArn] of props.connectInstanceArns.entries())
      this.associate(instanceArn, position);
  }

  private ownStream(encryptionKey: IKey): Stream {
    const stream = new Stream(this, 'Stream', {
      streamMode: StreamMode.ON_DEMAND,
      retentionPeriod: Duration.hours(STREAM_RETENTION_HOURS),
      encryption: StreamEncryption.KMS,
      encryptionKey,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    Validations.of(stream).acknowledge({
      id: 'AwsSolutions-KDS3',
      reason:
        'A customer-managed key on purpose: its policy says who may read what customers left, and its use is recorded. The ' +
        'rule is about its costs.',
    });
    return stream;
  }

  /** Exports an instance's records here. It comes after the stream, and so after the key: what Connect can't encrypt it drops. */
  private associate(instanceArn: string, position: number): void {
    // By the instance, not by its place in a list: a list in another order is no reason to associate anew.
    const id = Token.isUnresolved(instanceArn) ? String(position) : (instanceArn.split('/').at(-1) ?? '');
    new CfnInstanceStorageConfig(this, `Export${id}`, {
      instanceArn,
      resourceType: 'CONTACT_TRACE_RECORDS',
      storageType: 'KINESIS_STREAM',
      kinesisStreamConfig: { streamArn: this.stream.streamArn },
    });
  }
}
