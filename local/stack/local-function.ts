import {
  startFunctionProcess,
  type FunctionProcess,
  type FunctionSettings,
  type InvocationOutcome,
} from './function-process';

export interface LocalFunction {
  /** Runs the handler in a process that is idle, or in a new one: as many at once as there are calls. */
  invoke: (event: unknown) => Promise<InvocationOutcome>;
  /** The names of the processes that are in an invocation. */
  busy: () => string[];
  /** Kills a process by SIGKILL if it is still there; a running invocation comes out as failed. */
  kill: (name: string) => Promise<void>;
  /** Kills every process; running invocations come out as failed. */
  stop: () => Promise<void>;
}

export interface LocalFunctionSettings extends FunctionSettings {
  /** Is told the name of a process that has ended during an invocation, however it ended. */
  onProcessEnd?: ((name: string) => void) | undefined;
}

/** The function, with as many processes as there are invocations at the same time. */
export function localFunction(settings: LocalFunctionSettings): LocalFunction {
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
    const fresh = startFunctionProcess(named(name, settings));
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

/** The SDK tells the services its process' name in the user agent, for whoever looks at the requests. */
const named = (name: string, settings: FunctionSettings): FunctionSettings => ({
  ...settings,
  environment: { ...settings.environment, AWS_SDK_UA_APP_ID: name },
});
