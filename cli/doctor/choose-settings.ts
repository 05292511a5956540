/** Chooses the settings of `cdk.json` for an instance and its stream. */
import type { ContactRecordPipelineSettings } from '../../lib/settings';
import { canStackExport, type ExportTarget } from './check-export';
import type { CheckedStream } from './check-stream';

export type ChosenSettings = Partial<ContactRecordPipelineSettings> & { stackName?: string };

export const DEFAULT_STACK_NAME = 'ContactRecordPipeline';

/** The default for the stack's own stream. */
const MAX_RECORD_AGE_HOURS = 144;

export interface Choice {
  target: ExportTarget;
  instanceArn: string;
  region: string;
  /** The existing stream, if it is known. */
  stream: CheckedStream | undefined;
  stackName: string | undefined;
}

export function chooseSettings({ target, instanceArn, region, stream, stackName }: Choice): ChosenSettings {
  const name = stackName !== undefined && stackName !== DEFAULT_STACK_NAME ? { stackName } : {};
  switch (target.kind) {
    case 'none':
      return { ...name, ...(canStackExport(region) && { connectInstanceArn: instanceArn }) };
    case 'stream':
      return {
        ...name,
        streamArn: target.arn,
        ...(stream?.keyArn !== undefined && { streamKeyArn: stream.keyArn }),
        ...(stream && { maxRecordAgeHours: chooseRecordAge(stream.retentionHours) }),
        // The mapping begins with the oldest record, and subscribers need no messages about old contacts.
        notifyWithinHours: 24,
      };
    case 'other':
      return name;
  }
}

/** Chooses hours before the record expires, so that Lambda can save it. It is 20 for 24, and 144 for 168. */
const chooseRecordAge = (retentionHours: number) =>
  Math.min(MAX_RECORD_AGE_HOURS, retentionHours - Math.max(4, Math.ceil(retentionHours / 7)));
