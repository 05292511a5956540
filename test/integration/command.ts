/** Runs a command in another process, as an operator does, with its output and exit status. */
import { type ChildProcess, spawn, type SpawnOptionsWithoutStdio } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CREDENTIALS, REGION } from '../../local/stack/emulator-clients';
import { bundleOf, emulators } from './emulators';

export const PROJECT = join(__dirname, '../..');

export interface RunningCommand {
  child: ChildProcess;
  /** The output so far. */
  written: { output: string; errors: string };
  ended: Promise<{ status: number | null; output: string; errors: string }>;
}

const started: [child: ChildProcess, isGroup: boolean][] = [];
afterAll(() => {
  // Needed only after a failed test. It kills the whole group, because npm's child processes may still run.
  for (const [{ pid = 0, exitCode }, isGroup] of started) {
    try {
      if (isGroup || exitCode === null) process.kill(isGroup ? -pid : pid, 'SIGKILL');
    } catch {
      // The process has already ended.
    }
  }
});

/** Starts `cli/<name>/<name>.ts` as `aScript` does. */
export const aCommand = (
  name: string,
  args: string[],
  environment: Record<string, string> = {},
  input?: string | Buffer | null,
): RunningCommand => aScript(`cli/${name}/${name}.ts`, args, environment, input);

/**
 * Starts a command of `bundle-commands.ts` against the emulators, without a terminal; `environment` is added to
 * credentials and endpoints.
 */
export function aScript(
  file: string,
  args: string[],
  environment: Record<string, string> = {},
  input?: string | Buffer | null,
): RunningCommand {
  const env = {
    ...process.env,
    AWS_REGION: REGION,
    AWS_ACCESS_KEY_ID: CREDENTIALS.accessKeyId,
    AWS_SECRET_ACCESS_KEY: CREDENTIALS.secretAccessKey,
    ...Object.fromEntries(
      Object.entries(emulators.endpoints).map(([service, endpoint]) => [
        `AWS_ENDPOINT_URL_${service.toUpperCase()}`,
        endpoint,
      ]),
    ),
    ...environment,
  };
  return aProcess([bundleOf(file), ...args], { env }, input);
}

/** Starts a program, Node by default, in the project's folder; `input` is what it can read: null never ends. */
export function aProcess(
  args: string[],
  options: SpawnOptionsWithoutStdio = {},
  input: string | Buffer | null = '',
  program = process.execPath,
): RunningCommand {
  const child = spawn(program, args, { cwd: PROJECT, ...options });
  started.push([child, options.detached === true]);
  // The process may end before it has read all input.
  child.stdin.on('error', () => undefined);
  if (input !== null) child.stdin.end(input);
  const written = { output: '', errors: '' };
  child.stdout.on('data', (chunk: Buffer) => (written.output += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (written.errors += chunk.toString()));
  return {
    child,
    written,
    ended: new Promise((resolve) =>
      child.once('close', (status) => {
        resolve({ status, ...written });
      }),
    ),
  };
}

/** Resolves once the condition is true; rejects after a minute, or the given time. */
export async function until(
  condition: () => boolean | Promise<boolean>,
  what: string,
  limitSeconds = 60,
): Promise<void> {
  for (let waited = 0; !(await condition()); waited += 50) {
    if (waited > limitSeconds * 1000) throw new Error(`not within ${limitSeconds} s: ${what}`);
    await sleep(50);
  }
}
