/**
 * Reads from the template how the function is configured.
 */
import { join } from 'node:path';
import type { Emulators } from '../emulators/start-emulators';
import type { FunctionSettings } from './function-process';
import { type Resource, type ResourceValues, resolve } from './template';

/** The services that the function calls. */
export type FunctionEndpoints = Pick<Emulators['endpoints'], 'dynamodb' | 'sns' | 's3'>;

/**
 * Reads the function's settings, with Lambda's defaults.
 *
 * @param assets - the folder that the app was synthesized into
 * @throws Error if the template does not name the folder of the function's code
 */
export function readFunctionSettings(
  { logicalId, properties, metadata }: Resource,
  assets: string,
  created: ReadonlyMap<string, ResourceValues>,
  endpoints: FunctionEndpoints,
): FunctionSettings {
  const assetPath = metadata['aws:asset:path'];
  if (typeof assetPath !== 'string')
    throw new Error(`the template does not say where the code of ${logicalId} is`);
  const { Variables = {} } = (properties.Environment ?? {}) as { Variables?: unknown };
  return {
    name: created.get(logicalId)?.ref ?? logicalId,
    folder: join(assets, assetPath),
    handler: properties.Handler as string,
    environment: {
      ...(resolve(Variables, created) as Record<string, string>),
      AWS_ENDPOINT_URL_DYNAMODB: endpoints.dynamodb,
      AWS_ENDPOINT_URL_SNS: endpoints.sns,
      AWS_ENDPOINT_URL_S3: endpoints.s3,
    },
    timeoutSeconds: (properties.Timeout as number | undefined) ?? 3,
    memoryMegabytes: (properties.MemorySize as number | undefined) ?? 128,
  };
}
