/** Checks to which target a Connect instance exports its contact records. */
import type { InstanceStorageConfig } from '@aws-sdk/client-connect';
import type { Place } from './check-account';
import type { DoctorServices } from './doctor-services';
import { type Findings, NOT_KNOWN } from './findings';

export type ExportTarget =
  | { kind: 'none' }
  | { kind: 'stream'; arn: string; associationId: string }
  /** A Firehose, or a stream in another account or region. */
  | { kind: 'other'; name: string; associationId: string };

/** Regions where CloudFormation has no `AWS::Connect::InstanceStorageConfig`. */
const REGIONS_WITHOUT_EXPORT = ['eu-west-1'];

/** Returns whether the stack can set up the export. */
export const canStackExport = (region: string) => !REGIONS_WITHOUT_EXPORT.includes(region);

/**
 * Checks the export of an instance; resolves to undefined if it can't be read.
 *
 * @param deployedStream - the stream of the deployed stack
 */
export async function checkExport(
  instanceId: string,
  deployedStream: string | undefined,
  place: Place,
  services: DoctorServices,
  { add, ask }: Findings,
): Promise<ExportTarget | undefined> {
  const config = await ask('export', services.findExport(instanceId));
  if (config === NOT_KNOWN) return undefined;
  const target = toTarget(config, place);
  if (deployedStream === undefined) describeBeforeDeployment(target, place, add);
  else compareWithStack(target, deployedStream, instanceId, add);
  return target;
}

function toTarget(config: InstanceStorageConfig | undefined, { region, account }: Place): ExportTarget {
  if (!config) return { kind: 'none' };
  const { AssociationId: associationId = 'ASSOCIATION_ID', StorageType = 'an unknown target' } = config;
  const arn = config.KinesisStreamConfig?.StreamArn;
  if (arn?.includes(`:kinesis:${region}:${account}:`)) return { kind: 'stream', arn, associationId };
  return {
    kind: 'other',
    name: arn ?? config.KinesisFirehoseConfig?.FirehoseArn ?? StorageType,
    associationId,
  };
}

function describeBeforeDeployment(target: ExportTarget, place: Place, add: Findings['add']): void {
  switch (target.kind) {
    case 'none':
      if (canStackExport(place.region)) {
        add(
          'export',
          'ok',
          'The instance exports no contact records yet: the deployment sets up the export.',
        );
      } else {
        const text = `The instance exports no contact records yet, and CloudFormation can't set it up in ${place.region}.`;
        add(
          'export',
          'note',
          text,
          'Deploy, and run this command with --stack: it shows the command that sets it up.',
        );
      }
      break;
    case 'stream': {
      const text = `The instance exports to the stream ${target.arn}: with the settings below, the stack reads that stream.`;
      const other =
        'If no other consumer reads it, the stack can create its own stream instead: docs/deploy.md';
      add('export', 'ok', text, other);
      break;
    }
    case 'other': {
      const text = `The instance exports to ${target.name}, which a function in this account and region can't read.`;
      const next =
        'Deploy, and run this command with --stack: it shows the command that switches the export.';
      add(
        'export',
        'note',
        text,
        next,
        'After that, the former target gets no contact records: docs/deploy.md',
      );
    }
  }
}

function compareWithStack(
  target: ExportTarget,
  stream: string,
  instanceId: string,
  add: Findings['add'],
): void {
  const options = `--instance-id ${instanceId} --resource-type CONTACT_TRACE_RECORDS`;
  const config = `--storage-config "StorageType=KINESIS_STREAM,KinesisStreamConfig={StreamArn=${stream}}"`;
  if (target.kind === 'none') {
    const text = 'The instance exports no contact records. Set connectInstanceArn and deploy, or run:';
    add('export', 'todo', text, `aws connect associate-instance-storage-config ${options} ${config}`);
  } else if (target.kind === 'stream' && target.arn === stream) {
    add('export', 'ok', `The instance exports to the stack's stream, ${stream}.`);
  } else {
    const name = target.kind === 'stream' ? target.arn : target.name;
    add(
      'export',
      'todo',
      `The instance exports to ${name}, not to the stack's stream. Switch the export; the former target gets no further records:`,
      `aws connect update-instance-storage-config ${options} --association-id ${target.associationId} ${config}`,
    );
  }
}
