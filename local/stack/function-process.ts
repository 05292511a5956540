/**
 * Runs the bundled function in a process of its own, as Lambda does. The process gets none of this process's environment
 * variables, runs one invocation at a time, and is killed after the function's timeout.
 */
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { TIME_IS_OVER, waitAtMost } from '../../cli/shared/wait-at-most';
import { ACCOUNT, CREDENTIALS, REGION } from './emulator-clients';
import { readLines, startSupervisedProcess } from './supervised-process';

/** Lambda's limit for the initialization, before the first invocation. */
const INIT_LIMIT_MS = 10_000;
const RUNTIME = join(__dirname, 'function-runtime.mts');

/** The outcome of an invocation. `failed`: the function threw, its answer is not JSON, or its process ended. */
export type InvocationOutcome =
  | { kind: 'returned'; payload: unknown }
  | { kind: 'failed'; functionError: { errorType: string; errorMessage: string } }
  | { kind: 'timed-out' };

export interface FunctionSettings {
  name: string;
  /** The folder of the bundle, and `file.export` in it. */
  folder: string;
  handler: string;
  /** Added to the variables that Lambda sets in every function. */
  environment: Record<string, string>;
  timeoutSeconds: number;
  memoryMegabytes: number;
  /** Called with each line that the function writes. */
  onOutput?: ((line: string) => void) | undefined;
}

export type FunctionProcess = ReturnType<typeof startFunctionProcess>;

/** A request to the runtime, and its response. */
export interface FunctionRequest {
  event: unknown;
  context: object;
  deadline: number;
  endOfOutput: string;
}
export type FunctionResponse =
  { kind: 'ready' } | Extract<InvocationOutcome, { kind: 'returned' | 'failed' }>;

export function startFunctionProcess(settings: FunctionSettings) {
  const [file = '', exportName = ''] = settings.handler.split('.');
  // A batch that needs more memory than the function has in AWS must fail here too.
  const heap = `--max-old-space-size=${settings.memoryMegabytes}`;
  const runtimeArguments = [heap, RUNTIME, join(settings.folder, `${file}.mjs`), exportName];

  let onResponse: (response: FunctionResponse) => void = () => undefined;
  let onEndOfOutput: () => void = () => undefined;
  let endOfOutput = '';
  const runtime = startSupervisedProcess(process.execPath, runtimeArguments, {
    env: {
      ...createLambdaEnvironment(settings),
      ...settings.environment,
      // Starts the process faster. The runtime removes it before the function can see it.
      NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE,
    },
    cwd: settings.folder,
    onLine: (line) => {
      if (line === endOfOutput) onEndOfOutput();
      else if (line !== '') settings.onOutput?.(line);
    },
  });
  let alive = true;
  const ended = runtime.ended.then((status): InvocationOutcome => {
    alive = false;
    const errorMessage = `the function's process ended with exit status ${status}`;
    return { kind: 'failed', functionError: { errorType: 'Runtime.ExitError', errorMessage } };
  });
  readLines(runtime.channel, (line) => {
    onResponse(JSON.parse(line) as FunctionResponse);
  });
  const nextResponse = () => new Promise<FunctionResponse>((resolve) => (onResponse = resolve));
  const kill = async () => {
    alive = false;
    await runtime.kill();
  };

  /** Waits for an answer; without one in time, kills the process, as Lambda resets its sandbox. */
  const waitForAnswer = async <T>(milliseconds: number, answer: Promise<T>) => {
    const first = await waitAtMost(milliseconds, Promise.race([answer, ended]));
    if (first !== TIME_IS_OVER) return first;
    await kill();
    return { kind: 'timed-out' } as const;
  };
  const initialized = waitForAnswer(INIT_LIMIT_MS, nextResponse());

  return {
    /** False once the process has ended or is being killed: the next invocation needs a new one. */
    isAlive: () => alive,
    kill,
    /** Runs the handler once; never rejects. Must not be called while another invocation is running. */
    invoke: async (event: unknown): Promise<InvocationOutcome> => {
      const init = await initialized;
      if (init.kind !== 'ready') {
        await kill();
        return init;
      }
      const requestId = randomUUID();
      endOfOutput = `END RequestId: ${requestId}`;
      const allOutput = new Promise<void>((resolve) => (onEndOfOutput = resolve));
      const response = nextResponse();
      const limit = settings.timeoutSeconds * 1000;
      const context = createInvocationContext(settings, requestId);
      const request: FunctionRequest = { event, context, deadline: Date.now() + limit, endOfOutput };
      runtime.channel.write(`${JSON.stringify(request)}\n`);
      const answer = Promise.all([response, allOutput]).then(([returned]) => returned);
      const outcome = await waitForAnswer(limit, answer);
      if (outcome.kind === 'ready') throw new Error('the runtime was ready twice');
      return outcome;
    },
  };
}

function createInvocationContext(settings: FunctionSettings, requestId: string) {
  return {
    functionName: settings.name,
    functionVersion: '$LATEST',
    invokedFunctionArn: `arn:aws:lambda:${REGION}:${ACCOUNT}:function:${settings.name}`,
    memoryLimitInMB: String(settings.memoryMegabytes),
    awsRequestId: requestId,
    logGroupName: `/aws/lambda/${settings.name}`,
    logStreamName: 'local',
    callbackWaitsForEmptyEventLoop: true,
  };
}

function createLambdaEnvironment(settings: FunctionSettings): Record<string, string> {
  return {
    TZ: 'UTC',
    _HANDLER: settings.handler,
    LAMBDA_TASK_ROOT: settings.folder,
    AWS_REGION: REGION,
    AWS_DEFAULT_REGION: REGION,
    AWS_ACCESS_KEY_ID: CREDENTIALS.accessKeyId,
    AWS_SECRET_ACCESS_KEY: CREDENTIALS.secretAccessKey,
    AWS_LAMBDA_FUNCTION_NAME: settings.name,
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(settings.memoryMegabytes),
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    // Lambda has no such files; here, they would be the developer's.
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
  };
}
