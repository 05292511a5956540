/** The start of an emulator: a program on a port of its own that must answer within a limit. */
import { createServer, type AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { startSupervisedProcess } from '../stack/supervised-process';
import { keepLastLines } from '../stack/lines';

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

/** Starts an emulator on a free port; rejects with its last output when it ends or does not answer in time. */
export async function startEmulator(program: (port: number) => EmulatorProgram): Promise<Emulator> {
  const port = await findFreePort();
  const { name, command, args, env } = program(port);
  const endpoint = `http://127.0.0.1:${port}`;
  const output = keepLastLines(KEPT_OUTPUT_LINES);
  const emulator = startSupervisedProcess(command, args, {
    env: { ...process.env, ...env },
    onLine: output.add,
  });

  const state = { ended: false };
  const end = emulator.ended.then((status) => {
    state.ended = true;
    return `ended with exit status ${status}`;
  });
  const problem = await Promise.race([
    end,
    waitForAnswer(endpoint, () => state.ended).then((yes) =>
      yes ? undefined : `did not answer within ${START_LIMIT_MS / 1000} s`,
    ),
  ]);
  if (problem !== undefined) {
    await emulator.kill();
    throw new Error([`${name} ${problem}. Its last output:`, ...output.lines].join('\n  '));
  }
  return { endpoint, stop: emulator.kill };
}

/** Waits for any HTTP answer from the address; false if none comes. */
async function waitForAnswer(endpoint: string, cancelled: () => boolean): Promise<boolean> {
  const limit = Date.now() + START_LIMIT_MS;
  while (Date.now() < limit && !cancelled()) {
    try {
      const response = await fetch(endpoint, { signal: AbortSignal.timeout(2_000) });
      await response.arrayBuffer();
      return true;
    } catch {
      await sleep(50);
    }
  }
  return false;
}

/** Finds a port that is free now. If another process takes it first, the emulator fails to start. */
function findFreePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => {
        resolve(port);
      });
    });
  });
}
