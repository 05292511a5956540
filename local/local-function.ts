import {
  startFunctionProcess,
  type FunctionProcess,
  type FunctionSettings,
  type InvocationOutcome,
} from './function-process';

export interface LocalFunction {
  /** Runs the handler in a process that is idle, or in a new one: as many at once as there are calls. */
  invoke: (event: unknown) => Promise<InvocationOutcome>;
  /** Kills every process; running invocations come out as failed. */
  stop: () => Promise<void>;
}

/** The function, with as many processes as there are invocations at the same time. */
export function localFunction(settings: FunctionSettings): LocalFunction {
  const processes = new Set<FunctionProcess>();
  const idle: FunctionProcess[] = [];
  let stopped = false;

  const takeProcess = () => {
    const kept = idle.pop();
    if (kept?.isAlive()) return kept;
    if (kept) processes.delete(kept);
    const started = startFunctionProcess(settings);
    processes.add(started);
    return started;
  };

  return {
    invoke: async (event) => {
      if (stopped) throw new Error('the function has been stopped');
      const taken = takeProcess();
      const outcome = await taken.invoke(event);
      if (taken.isAlive()) idle.push(taken);
      else processes.delete(taken);
      return outcome;
    },
    stop: async () => {
      stopped = true;
      await Promise.all([...processes].map((process) => process.kill()));
    },
  };
}
