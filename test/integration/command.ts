/** A command as an operator runs it: another process, against the engines. */
import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CREDENTIALS, REGION } from '../../local/clients';
import { engines } from './engines';

export interface RunningCommand {
  child: ChildProcess;
  /** What it has written so far. */
  written: { output: string; errors: string };
  ended: Promise<{ status: number | null; output: string; errors: string }>;
}

const started: ChildProcess[] = [];
afterAll(() => {
  // Only if a test has failed.
  for (const child of started) if (child.exitCode === null) child.kill('SIGKILL');
});

/** Starts `cli/<name>.ts`, without a terminal; `environment` beside credentials and the engines' endpoints. */
export function aCommand(
  name: string,
  args: string[],
  environment: Record<string, string> = {},
): RunningCommand {
  const child = spawn(process.execPath, ['--import', 'tsx', `cli/${name}.ts`, ...args], {
    cwd: join(__dirname, '../..'),
    env: {
      ...process.env,
      AWS_REGION: REGION,
      AWS_ACCESS_KEY_ID: CREDENTIALS.accessKeyId,
      AWS_SECRET_ACCESS_KEY: CREDENTIALS.secretAccessKey,
      ...Object.fromEntries(
        Object.entries(engines.endpoints).map(([service, endpoint]) => [
          `AWS_ENDPOINT_URL_${service.toUpperCase()}`,
          endpoint,
        ]),
      ),
      ...environment,
    },
  });
  started.push(child);
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

/** Resolves once the condition holds; rejects after a minute. */
export async function until(condition: () => boolean | Promise<boolean>, what: string): Promise<void> {
  for (let waited = 0; !(await condition()); waited += 50) {
    if (waited > 60_000) throw new Error(`not within 60 s: ${what}`);
    await sleep(50);
  }
}
