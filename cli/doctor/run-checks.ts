/** Makes the checks in the order in which they depend on each other. */
import { checkBootstrap, checkCredentials, checkInstance } from './check-account';
import { checkExport } from './check-export';
import { checkMapping, checkRecords, checkStack, checkSubscriptions } from './check-stack';
import { checkStream } from './check-stream';
import { type ChosenSettings, chooseSettings, DEFAULT_STACK_NAME } from './choose-settings';
import type { Settings } from './doctor-options';
import type { DoctorServices } from './doctor-services';
import type { Findings } from './findings';

/**
 * Resolves to the settings for `cdk.json`, or to undefined if the stack is deployed or the export is not known. Throws
 * `ServiceError` if the credentials don't work.
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
  const stack = stackName === undefined ? undefined : await checkStack(stackName, region, services, findings);
  const target = instance && (await checkExport(id, stack?.stream, place, services, findings));

  const streamArn = stack?.stream ?? (target?.kind === 'stream' ? target.arn : undefined);
  const question = { instance, functionRole: stack?.role, stackName: stackName ?? DEFAULT_STACK_NAME, place };
  const stream = streamArn
    ? await checkStream({ ...question, arn: streamArn }, services, findings)
    : undefined;
  if (stack) {
    await checkMapping(stack, stream, services, findings);
    await checkSubscriptions(stack, services, findings);
    await checkRecords(stack, services, findings);
    return undefined;
  }
  return (
    target && instance && chooseSettings({ target, instanceArn: instance.arn, region, stream, stackName })
  );
}
