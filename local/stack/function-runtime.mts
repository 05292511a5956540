/**
 * Loads the bundle once in the function's process, then runs the handler for each event, as Lambda does.
 *
 * It exchanges lines of JSON with `function-process.ts` over file descriptor 3. The function uses standard output; a line
 * marks the end of each invocation's output.
 */
import { flushCompileCache } from 'node:module';
import { Socket } from 'node:net';
import { pathToFileURL } from 'node:url';
import type { FunctionRequest, FunctionResponse } from './function-process.ts';

type Handler = (event: unknown, context: object) => unknown;

const [bundle = '', exportName = ''] = process.argv.slice(2);
delete process.env.NODE_COMPILE_CACHE;
const channel = new Socket({ fd: 3 });
const handler = await load();
// Now, because this process is killed in the end. The next one starts faster, and without what compiles TypeScript.
flushCompileCache();
if (handler !== undefined) {
  respond({ kind: 'ready' });
  serve(handler);
}

async function load(): Promise<Handler | undefined> {
  try {
    const loaded = (await import(pathToFileURL(bundle).href)) as Record<string, unknown>;
    const exported =
      loaded[exportName] ?? (loaded.default as Record<string, unknown> | undefined)?.[exportName];
    if (typeof exported === 'function') return exported as Handler;
    throw new Error(`${bundle} exports no function ${exportName}`);
  } catch (error) {
    respond(createFailure(error));
    return undefined;
  }
}

function serve(handler: Handler): void {
  let received = '';
  channel.setEncoding('utf8').on('data', (chunk: string) => {
    received += chunk;
    if (!chunk.endsWith('\n')) return;
    const request = JSON.parse(received) as FunctionRequest;
    received = '';
    void run(handler, request).then((response) => {
      // Flushes stderr, then stdout, so that all output comes before the line that marks its end.
      process.stderr.write('', () => {
        process.stdout.write(`\n${request.endOfOutput}\n`, () => {
          respond(response);
        });
      });
    });
  });
}

async function run(
  handler: Handler,
  { event, context, deadline }: FunctionRequest,
): Promise<FunctionResponse> {
  try {
    const getRemainingTimeInMillis = () => Math.max(0, deadline - Date.now());
    const payload = await handler(event, { ...context, getRemainingTimeInMillis });
    return { kind: 'returned', payload: toSerializable(payload) };
  } catch (error) {
    return createFailure(error);
  }
}

/** Returns the payload as the caller gets it: without values that JSON cannot express; `undefined` becomes null. */
function toSerializable(payload: unknown): unknown {
  try {
    const json = JSON.stringify(payload) as string | undefined;
    return json === undefined ? null : JSON.parse(json);
  } catch (error) {
    throw new Error(`Unable to stringify response body: ${String(error)}`, { cause: error });
  }
}

function createFailure(error: unknown): FunctionResponse {
  const { name, message } = error instanceof Error ? error : { name: typeof error, message: String(error) };
  return { kind: 'failed', functionError: { errorType: name, errorMessage: message } };
}

function respond(response: FunctionResponse): void {
  channel.write(`${JSON.stringify(response)}\n`);
}
