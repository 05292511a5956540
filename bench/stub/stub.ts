import { join } from 'node:path';
import { startEmulator } from '../../local/emulators/emulator';
import type { StubReport } from './services';

const LIMIT_MS = 10_000;

/** The stub, in a process of its own. */
export interface Stub {
  readonly endpoint: string;
  /** Forgets everything, and sets the milliseconds after which each request is answered. */
  reset(latencyMs: number): Promise<void>;
  /** What came since the last reset. */
  report(): Promise<StubReport>;
  stop(): Promise<void>;
}

/** @throws Error if it does not answer */
export async function startStub(): Promise<Stub> {
  const emulator = await startEmulator((port) => ({
    name: 'the stub',
    command: process.execPath,
    args: ['--import', require.resolve('tsx'), join(__dirname, 'main.ts'), String(port)],
  }));
  const ask = async (path: string, body: object) => {
    const response = await fetch(`${emulator.endpoint}/stub/${path}`, {
      method: 'POST',
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(LIMIT_MS),
    });
    return response.json();
  };
  return {
    endpoint: emulator.endpoint,
    reset: async (latencyMs) => {
      await ask('reset', { latencyMs });
    },
    report: async () => (await ask('report', {})) as StubReport,
    stop: emulator.stop,
  };
}
