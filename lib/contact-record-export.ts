import { Token } from 'aws-cdk-lib';
import { CfnInstanceStorageConfig } from 'aws-cdk-lib/aws-connect';
import type { IStream } from 'aws-cdk-lib/aws-kinesis';
import { Construct } from 'constructs';

export interface ContactRecordExportProps {
  /** Receives the contact records. */
  readonly stream: IStream;
  /** Connect instances that export their contact records to the stream. */
  readonly connectInstanceArns: readonly string[];
}

/**
 * Exports the contact records of Connect instances to the stream.
 *
 * The stack creates it last. As soon as it exists, Connect sends records, and the stream has their only copy.
 */
export class ContactRecordExport extends Construct {
  constructor(scope: Construct, id: string, { stream, connectInstanceArns }: ContactRecordExportProps) {
    super(scope, id);
    for (const [position, instanceArn] of connectInstanceArns.entries()) {
      // The logical id contains the instance, so that a reordered list changes no resource.
      const name = Token.isUnresolved(instanceArn) ? String(position) : (instanceArn.split('/').at(-1) ?? '');
      new CfnInstanceStorageConfig(this, name, {
        instanceArn,
        resourceType: 'CONTACT_TRACE_RECORDS',
        storageType: 'KINESIS_STREAM',
        kinesisStreamConfig: { streamArn: stream.streamArn },
      });
    }
  }
}
