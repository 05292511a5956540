/**
 * Runs in the function's process: loads the bundle once, then runs the handler for one event after the other, as
 * Lambda's runtime does. Talks to `function-process.ts` over file descriptor 3, in lines of JSON; standard output
 * belongs to the function, but for a line that says where the output of an invocation ends.
 */
import { Socket } from 'node:net';
import { pathToFileURL } from 'node:url';
import type { FunctionRequest, FunctionResponse } from './function-process.ts';

type Handler = (event: unknown, context: object) => unknown;

const [bundle = '', exportName = ''] = process.argv.slice(2);
const channel = new Socket({ fd: 3 });
const handler = await load();
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
    respond(failure(error));
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
      // Once what was written to stderr is out, and then to stdout, all of it is before the line that says so.
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
    return { kind: 'returned', payload: serializable(payload) };
  } catch (error) {
    return failure(error);
  }
}

/** The payload as the caller gets it: what JSON has no word for is gone, nothing at all is null. */
function serializable(payload: unknown): unknown {
  try {
    const json = JSON.stringify(payload) as string | undefined;
    return json === undefined ? null : JSON.parse(json);
  } catch (error) {
    throw new Error(`Unable to stringify response body: ${String(error)}`, { cause: error });
  }
}

function failure(error: unknown): FunctionResponse {
  const { name, message } = error instanceof Error ? error : { name: typeof error, message: String(error) };
  return { kind: 'failed', functionError: { errorType: name, errorMessage: message } };
}

function respond(response: FunctionResponse): void {
  channel.write(`${JSON.stringify(response)}\n`);
}
