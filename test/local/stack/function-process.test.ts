import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { InvocationOutcome } from '../../../local/stack/function-process';
import {
  createLocalFunction,
  type LocalFunction,
  type LocalFunctionSettings,
} from '../../../local/stack/local-function';

let folder: string;
let running: LocalFunction | undefined;
const compiled = mkdtempSync(join(tmpdir(), 'function-process-compiled-'));
const lines: string[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'function-process-test-'));
  lines.length = 0;
});

afterEach(async () => {
  await running?.stop();
  rmSync(folder, { recursive: true });
});

afterAll(() => {
  rmSync(compiled, { recursive: true });
});

/** A function whose bundle is the given code. */
function aFunction(bundle: string, settings: Partial<LocalFunctionSettings> = {}): LocalFunction {
  writeFileSync(join(folder, 'index.mjs'), bundle);
  running = createLocalFunction({
    name: 'test-function',
    folder,
    handler: 'index.handler',
    // Processes start faster with compiled code.
    environment: { NODE_COMPILE_CACHE: compiled },
    timeoutSeconds: 10,
    memoryMegabytes: 128,
    onOutput: (line) => lines.push(line),
    ...settings,
  });
  return running;
}

const failed = (errorType: string, errorMessage: unknown): InvocationOutcome => ({
  kind: 'failed',
  functionError: { errorType, errorMessage: errorMessage as string },
});

describe('the function in its own process', () => {
  it('gets the event and gives its result', async () => {
    const echo = aFunction(`export const handler = async (event) => ({ heard: event.Records });`);

    expect(await echo.invoke({ Records: ['grün', 1, null] })).toEqual({
      kind: 'returned',
      payload: { heard: ['grün', 1, null] },
    });
  });

  it('takes an event of six megabytes, the most that Lambda takes', async () => {
    const count = aFunction(`export const handler = async (event) => event.data.length;`);

    expect(await count.invoke({ data: 'x'.repeat(6_000_000) })).toEqual({
      kind: 'returned',
      payload: 6_000_000,
    });
  });

  it('may export its handler as a member of the default export, as bundled CommonJS does', async () => {
    const echo = aFunction(`export default { handler: async () => 'default' };`);

    expect(await echo.invoke({})).toEqual({ kind: 'returned', payload: 'default' });
  });

  it('is loaded once for many invocations', async () => {
    const counter = aFunction(`let count = 0; export const handler = async () => ++count;`);

    await counter.invoke({});

    expect(await counter.invoke({})).toEqual({ kind: 'returned', payload: 2 });
  });

  it('sees its own settings and what Lambda sets, and nothing of the environment around it', async () => {
    process.env.SOMETHING_OF_OURS = 'leaked';
    const show = aFunction(`export const handler = async () => process.env;`, {
      environment: { TABLE_NAME: 'records' },
    });

    const outcome = await show.invoke({});
    delete process.env.SOMETHING_OF_OURS;

    const environment = (outcome as { payload: Record<string, string> }).payload;
    expect(environment).toMatchObject({
      TABLE_NAME: 'records',
      AWS_REGION: 'us-east-1',
      AWS_LAMBDA_FUNCTION_NAME: 'test-function',
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '128',
      TZ: 'UTC',
    });
    // The supervising shell adds variables of its own.
    const strange = Object.keys(environment).filter(
      (name) => !/^(AWS_|LAMBDA_|_|TZ|TABLE_NAME|PWD|OLDPWD|SHLVL)/.test(name),
    );
    expect(strange).toEqual([]);
  });

  it('gets a context with name, memory, a new request id and the remaining time', async () => {
    const show = aFunction(`
      export const handler = async (_, context) => ({ ...context, left: context.getRemainingTimeInMillis() });
    `);

    const first = await show.invoke({});
    const second = await show.invoke({});

    expect(first).toMatchObject({
      payload: {
        functionName: 'test-function',
        functionVersion: '$LATEST',
        invokedFunctionArn: 'arn:aws:lambda:us-east-1:000000000000:function:test-function',
        memoryLimitInMB: '128',
        awsRequestId: expect.stringMatching(/^[0-9a-f-]{36}$/) as unknown,
      },
    });
    const [one, two] = [first, second].map(
      (outcome) => (outcome as { payload: { awsRequestId: string; left: number } }).payload,
    );
    expect(one?.awsRequestId).not.toBe(two?.awsRequestId);
    expect(two?.left).toBeGreaterThan(9_000);
    expect(two?.left).toBeLessThanOrEqual(10_000);
  });

  it('runs as many invocations at once as there are, each in a process of its own', async () => {
    const slow = aFunction(`
      import { setTimeout } from 'node:timers/promises';
      let busy = 0;
      export const handler = async () => { busy++; await setTimeout(300); return { busy: busy--, pid: process.pid }; };
    `);

    const outcomes = await Promise.all([slow.invoke({}), slow.invoke({})]);

    const payloads = outcomes.map(
      (outcome) => (outcome as { payload: { busy: number; pid: number } }).payload,
    );
    expect(payloads.map(({ busy }) => busy)).toEqual([1, 1]);
    expect(payloads[0]?.pid).not.toBe(payloads[1]?.pid);
  });

  it('has written all its output when its invocation ends, so that no count comes late', async () => {
    const chatty = aFunction(`
      export const handler = async () => {
        for (let i = 0; i < 50000; i++) console.log('line ' + i);
        console.error('to stderr');
        process.stdout.write('without a line end');
      };
    `);

    await chatty.invoke({});

    expect(lines).toHaveLength(50_002);
    expect(lines).toContain('to stderr');
    expect(lines.slice(-1)).toEqual(['without a line end']);
  });
});

describe('a function that fails', () => {
  it.each([
    [
      'throws',
      `export const handler = async () => { throw new TypeError('no good'); };`,
      'TypeError',
      'no good',
    ],
    ['throws no error', `export const handler = () => { throw 'a string'; };`, 'string', 'a string'],
    [
      'returns what JSON cannot hold',
      `export const handler = async () => 1n;`,
      'Error',
      expect.stringContaining('Unable to stringify response body') as unknown,
    ],
    [
      'cannot be loaded',
      `import 'no-such-package'; export const handler = async () => 1;`,
      'Error',
      expect.stringContaining('no-such-package') as unknown,
    ],
    [
      'exports no handler',
      `export const other = async () => 1;`,
      'Error',
      expect.stringContaining('exports no function handler') as unknown,
    ],
    [
      'exits',
      `export const handler = async () => { process.exit(3); };`,
      'Runtime.ExitError',
      "the function's process ended with exit status 3",
    ],
  ])('because it %s: the invocation fails, with the reason', async (_, bundle, errorType, errorMessage) => {
    expect(await aFunction(bundle).invoke({})).toEqual(failed(errorType, errorMessage));
  });

  it('by throwing keeps its process, as Lambda keeps it', async () => {
    const moody = aFunction(`
      let count = 0;
      export const handler = async () => { if (++count === 1) throw new Error('first'); return count; };
    `);

    await moody.invoke({});

    expect(await moody.invoke({})).toEqual({ kind: 'returned', payload: 2 });
  });

  it.each(['process.exit(1)', 'process.abort()', 'setTimeout(() => { throw new Error("later") }, 1)'])(
    'by ending its process (%s) gets a fresh one for the next invocation',
    async (ending) => {
      const fragile = aFunction(`
        let count = 0;
        export const handler = async (event) => {
          count++;
          if (event.end) { ${ending}; await new Promise(() => undefined); }
          return count;
        };
      `);
      expect(await fragile.invoke({})).toEqual({ kind: 'returned', payload: 1 });

      expect(await fragile.invoke({ end: true })).toMatchObject({ kind: 'failed' });

      expect(await fragile.invoke({})).toEqual({ kind: 'returned', payload: 1 });
    },
  );

  it('by ending its process after it has returned fails no invocation', async () => {
    const fragile = aFunction(`
      let count = 0;
      export const handler = async () => { setTimeout(() => process.exit(1), 20); return ++count; };
    `);
    await fragile.invoke({});
    await sleep(300);

    expect(await fragile.invoke({})).toEqual({ kind: 'returned', payload: 1 });
  });

  it('by using too much memory fails its invocation', async () => {
    const greedy = aFunction(
      `export const handler = async () => { const all = []; for (;;) all.push('x'.repeat(1000) + all.length); };`,
      { memoryMegabytes: 64 },
    );

    expect(await greedy.invoke({})).toMatchObject({
      kind: 'failed',
      functionError: { errorType: 'Runtime.ExitError' },
    });
  });

  it.each([
    ['waits for ever', 'await new Promise(() => undefined);'],
    ['never yields', 'for (;;);'],
  ])('because it %s is ended at its timeout, and starts afresh', async (_, body) => {
    const stuck = aFunction(
      `let count = 0;
       export const handler = async (event) => { count++; if (event.hang) { ${body} } return count; };`,
      { timeoutSeconds: 1 },
    );
    await stuck.invoke({});

    const started = Date.now();
    expect(await stuck.invoke({ hang: true })).toEqual({ kind: 'timed-out' });

    expect(Date.now() - started).toBeGreaterThanOrEqual(1_000);
    expect(Date.now() - started).toBeLessThan(3_000);
    expect(await stuck.invoke({})).toEqual({ kind: 'returned', payload: 1 });
  });

  it('because it is stopped ends its invocation, and cannot be invoked again', async () => {
    const stuck = aFunction(`export const handler = () => new Promise(() => undefined);`);
    const invocation = stuck.invoke({});

    await stuck.stop();

    expect(await invocation).toMatchObject({ kind: 'failed' });
    await expect(stuck.invoke({})).rejects.toThrow('stopped');
  });
});

describe('a process that is killed in an invocation', () => {
  const SLOW = `
    import { setTimeout } from 'node:timers/promises';
    export const handler = async (event) => { await setTimeout(event.wait); return process.env.AWS_SDK_UA_APP_ID; };
  `;
  const untilBusy = async (slow: LocalFunction, count: number) => {
    for (let waited = 0; slow.busy().length < count && waited < 5_000; waited += 10) await sleep(10);
    return slow.busy();
  };

  it('fails only that invocation, is reported, and the next one has a new process', async () => {
    const ends: string[] = [];
    const slow = aFunction(SLOW, { onProcessEnd: (name) => ends.push(name) });
    const invocations = [slow.invoke({ wait: 2_000 }), slow.invoke({ wait: 2_000 })];
    expect(await untilBusy(slow, 2)).toEqual(['process-1', 'process-2']);
    await sleep(300);

    await slow.kill('process-1');

    const [first, second] = await Promise.all(invocations);
    expect(first).toMatchObject({ kind: 'failed', functionError: { errorType: 'Runtime.ExitError' } });
    expect(second).toEqual({ kind: 'returned', payload: 'process-2' });
    expect(ends).toEqual(['process-1']);
    expect(slow.busy()).toEqual([]);
    const next = await Promise.all([slow.invoke({ wait: 100 }), slow.invoke({ wait: 100 })]);
    expect(next.map((outcome) => (outcome as { payload: string }).payload)).toEqual([
      'process-2',
      'process-3',
    ]);
  });

  it('may have ended already', async () => {
    await expect(aFunction(SLOW).kill('process-9')).resolves.toBeUndefined();
  });
});
