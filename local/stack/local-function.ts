/** Runs the function of the local stack in processes that it starts and reuses as invocations need them. */
import { join } from 'node:path';
import type { Emulators } from '../emulators/start-emulators';
import { EXECUTION_ROLE_KEY } from './emulator-clients';
import {
  startFunctionProcess,
  type FunctionProcess,
  type FunctionSettings,
  type InvocationOutcome,
} from './function-process';
import { type Resource, type ResourceValues, resolve } from './template';

export type LocalFunction = ReturnType<typeof createLocalFunction>;

export interface LocalFunctionSettings extends FunctionSettings {
  /** Called with the name of a process that has ended during an invocation, for any reason. */
  onProcessEnd?: ((name: string) => void) | undefined;
}

/** Creates the function, with one process for each concurrent invocation. */
export function createLocalFunction(settings: LocalFunctionSettings) {
  const processes = new Map<string, FunctionProcess>();
  const busy = new Set<string>();
  const idle: string[] = [];
  let started = 0;
  let stopped = false;

  const takeProcess = (): [string, FunctionProcess] => {
    const kept = idle.pop() ?? '';
    const process = processes.get(kept);
    if (process?.isAlive()) return [kept, process];
    processes.delete(kept);
    const name = `process-${++started}`;
    // The SDK sends this name in the user agent, so that requests can be assigned to the process.
    const environment = { ...settings.environment, AWS_SDK_UA_APP_ID: name };
    const fresh = startFunctionProcess({ ...settings, environment });
    processes.set(name, fresh);
    return [name, fresh];
  };

  return {
    /** Runs the handler in an idle process, or in a new one if none is idle. */
    invoke: async (event: unknown): Promise<InvocationOutcome> => {
      if (stopped) throw new Error('the function has been stopped');
      const [name, taken] = takeProcess();
      busy.add(name);
      const outcome = await taken.invoke(event);
      busy.delete(name);
      if (taken.isAlive()) idle.push(name);
      else {
        processes.delete(name);
        settings.onProcessEnd?.(name);
      }
      return outcome;
    },
    /** Returns the names of the processes that are in an invocation. */
    busy: () => [...busy],
    /** Kills a process by SIGKILL if it still runs; its running invocation fails. */
    kill: async (name: string) => {
      await processes.get(name)?.kill();
    },
    /** Kills every process; running invocations fail. */
    stop: async () => {
      stopped = true;
      await Promise.all([...processes.values()].map((process) => process.kill()));
    },
  };
}

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
    throw new Error(
      `the template does not name the code of ${logicalId}: its metadata aws:asset:path is missing`,
    );
  const { Variables = {} } = (properties.Environment ?? {}) as { Variables?: unknown };
  return {
    name: created.get(logicalId)?.ref ?? logicalId,
    folder: join(assets, assetPath),
    handler: properties.Handler as string,
    environment: {
      ...(resolve(Variables, created) as Record<string, string>),
      AWS_ACCESS_KEY_ID: EXECUTION_ROLE_KEY,
      AWS_ENDPOINT_URL_DYNAMODB: endpoints.dynamodb,
      AWS_ENDPOINT_URL_SNS: endpoints.sns,
      AWS_ENDPOINT_URL_S3: endpoints.s3,
    },
    timeoutSeconds: (properties.Timeout as number | undefined) ?? 3,
    memoryMegabytes: (properties.MemorySize as number | undefined) ?? 128,
  };
}
