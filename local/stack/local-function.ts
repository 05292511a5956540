/** The function of the local stack: it starts and reuses function processes as invocations need them. */
import {
  startFunctionProcess,
  type FunctionProcess,
  type FunctionSettings,
  type InvocationOutcome,
} from './function-process';

export interface LocalFunction {
  /** Runs the handler in an idle process, or in a new one if none is idle. */
  invoke: (event: unknown) => Promise<InvocationOutcome>;
  /** Returns the names of the processes that are in an invocation. */
  busy: () => string[];
  /** Kills a process by SIGKILL if it still runs; its running invocation fails. */
  kill: (name: string) => Promise<void>;
  /** Kills every process; running invocations fail. */
  stop: () => Promise<void>;
}

export interface LocalFunctionSettings extends FunctionSettings {
  /** Called with the name of a process that has ended during an invocation, for any reason. */
  onProcessEnd?: ((name: string) => void) | undefined;
}

/** Creates the function, with one process for each concurrent invocation. */
export function createLocalFunction(settings: LocalFunctionSettings): LocalFunction {
  const processes = new Map<string, FunctionProcess>();
  const busy = new Set<string>();
  const idle: string[] = [];
  let started = 0;
  let stopped = false;

  const takeProcess = (): [string, FunctionProcess] => {
    const kept = idle.pop();
    const process = kept === undefined ? undefined : processes.get(kept);
    if (kept !== undefined && process?.isAlive()) return [kept, process];
    if (kept !== undefined) processes.delete(kept);
    const name = `process-${++started}`;
    const fresh = startFunctionProcess(addProcessName(name, settings));
    processes.set(name, fresh);
    return [name, fresh];
  };

  return {
    invoke: async (event) => {
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
    busy: () => [...busy],
    kill: async (name) => {
      await processes.get(name)?.kill();
    },
    stop: async () => {
      stopped = true;
      await Promise.all([...processes.values()].map((process) => process.kill()));
    },
  };
}

/** Makes the SDK send the process name in the user agent, so that requests can be assigned to it. */
const addProcessName = (name: string, settings: FunctionSettings): FunctionSettings => ({
  ...settings,
  environment: { ...settings.environment, AWS_SDK_UA_APP_ID: name },
});
