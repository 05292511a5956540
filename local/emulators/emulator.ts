/** Starts an emulator: a program on its own port that must answer within a limit. */
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { keepLastLines, startSupervisedProcess } from '../stack/supervised-process';

const START_LIMIT_MS = 60_000;
const KEPT_OUTPUT_LINES = 20;

export interface Emulator {
  endpoint: string;
  stop: () => Promise<void>;
}

export interface EmulatorProgram {
  name: string;
  command: string;
  args: string[];
  env?: Record<string, string>;
}

/**
 * Starts an emulator on a free port. Rejects with its last output when it ends or does not answer in time.
 *
 * @param wantedPort - used if it is free
 */
export async function startEmulator(
  program: (port: number) => EmulatorProgram,
  wantedPort = 0,
): Promise<Emulator> {
  const port = await findFreePort(wantedPort).catch(() => findFreePort(0));
  const { name, command, args, env } = program(port);
  const endpoint = `http://127.0.0.1:${port}`;
  const output = keepLastLines(KEPT_OUTPUT_LINES);
  const emulator = startSupervisedProcess(command, args, {
    env: { ...process.env, ...env },
    onLine: output.add,
  });

  const ended = new AbortController();
  const problem = await Promise.race([
    emulator.ended.then((status) => {
      ended.abort();
      return `ended with exit status ${status}`;
    }),
    findAnswerProblem(endpoint, ended.signal),
  ]);
  if (problem !== undefined) {
    await emulator.kill();
    throw new Error([`${name} ${problem}. Its last output:`, ...output.lines].join('\n  '));
  }
  return { endpoint, stop: emulator.kill };
}

/** Waits for any HTTP answer from the endpoint; returns a description of the problem if none comes. */
async function findAnswerProblem(endpoint: string, ended: AbortSignal): Promise<string | undefined> {
  const limit = Date.now() + START_LIMIT_MS;
  while (Date.now() < limit && !ended.aborted) {
    try {
      const response = await fetch(endpoint, { signal: AbortSignal.timeout(2_000) });
      await response.arrayBuffer();
      return undefined;
    } catch {
      await sleep(50);
    }
  }
  return `did not answer within ${START_LIMIT_MS / 1000} s`;
}

/** Finds a port that is free now. If another process takes it first, the emulator fails to start. */
async function findFreePort(wanted: number): Promise<number> {
  const server = createServer().listen(wanted, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await once(server.close(), 'close');
  return port;
}
