/** Starts the stub in a process of its own. */
import { join } from 'node:path';
import { startEmulator } from '../../local/emulators/emulator';
import type { StubReport } from './services';

const LIMIT_MS = 10_000;

export interface Stub {
  readonly endpoint: string;
  /** Forgets everything, and sets how long each answer takes. */
  reset(latencyMs: number): Promise<void>;
  report(): Promise<StubReport>;
  stop(): Promise<void>;
}

/** @throws Error if it does not answer */
export async function startStub(): Promise<Stub> {
  const { endpoint, stop } = await startEmulator((port) => ({
    name: 'the stub',
    command: process.execPath,
    args: ['--import', require.resolve('tsx'), join(__dirname, 'server.ts'), String(port)],
  }));
  const ask = async (path: string, body: object) => {
    const request = { method: 'POST', body: JSON.stringify(body), signal: AbortSignal.timeout(LIMIT_MS) };
    return (await fetch(`${endpoint}/stub/${path}`, request)).json();
  };
  return {
    endpoint,
    reset: async (latencyMs) => {
      await ask('reset', { latencyMs });
    },
    report: async () => (await ask('report', {})) as StubReport,
    stop,
  };
}
