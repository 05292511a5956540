/** Runs the checks in the order of their dependencies. */
import { checkBootstrap, checkCredentials, checkInstance } from './check-account';
import { checkExport, type ExportTarget } from './check-export';
import { checkMapping, checkRecords, checkStack, checkSubscriptions } from './check-stack';
import { checkStream } from './check-stream';
import { type ChosenSettings, chooseSettings, DEFAULT_STACK_NAME } from './choose-settings';
import type { Settings } from './doctor-options';
import type { DoctorServices } from './doctor-services';
import { type Findings, NOT_KNOWN } from './findings';

/**
 * Runs all checks. Resolves to the settings for `cdk.json`, or to undefined if a stack is deployed, or if the stack or
 * the export could not be read.
 *
 * @throws ServiceError if the credentials don't work
 */
export async function runChecks(
  { instance: { id }, stack: stackName }: Settings,
  region: string,
  services: DoctorServices,
  findings: Findings,
): Promise<ChosenSettings | undefined> {
  const place = await checkCredentials(region, services, findings);
  await checkBootstrap(place, services, findings);
  const instance = await checkInstance(id, place, services, findings);
  const found = stackName === undefined ? undefined : await checkStack(stackName, region, services, findings);
  const stack = found === NOT_KNOWN ? undefined : found;
  const target = instance && (await checkExport(id, stack?.stream, place, services, findings));

  const streamArn = stack?.stream ?? (target?.kind === 'stream' ? target.arn : undefined);
  const question = { instance, functionRole: stack?.role, stackName: stackName ?? DEFAULT_STACK_NAME, place };
  const stream =
    streamArn === undefined
      ? undefined
      : await checkStream({ ...question, arn: streamArn }, services, findings);
  if (stack) {
    await checkMapping(stack, stream, services, findings);
    await checkSubscriptions(stack, services, findings);
    await checkRecords(stack, services, findings);
  }
  if (found !== undefined || !target) return undefined;
  if (stackName === undefined && isStreamOfStack(target)) {
    const text = `The instance exports to the stream of a deployed stack. To check that stack, add its name:`;
    findings.add('stack', 'todo', text, '--stack NAME');
    return undefined;
  }
  return chooseSettings({ target, instanceArn: instance.arn, region, stream, stackName });
}

/** Returns whether a stack created the stream. With `streamArn`, the stream would no longer belong to that stack. */
const isStreamOfStack = (target: ExportTarget) =>
  target.kind === 'stream' && /\/[\w-]+-ContactRecordStream/.test(target.arn);
