/**
 * The connections of one simulated process: the function's own pool, over connections that the network forgets while the
 * process is frozen. A request on a forgotten connection never arrives, and the SDK sends it again.
 */
import type { createConnectionPool } from '../../lambda/contact-records/aws/connection-pool';
import type { Choices } from './choices';
import type { Clock } from './clock';

/** What happens to a request on a forgotten connection. */
const FORGOTTEN = ['reset', 'silence'] as const;
/** No connection is used again after this time without a request. */
const UNUSED_MS = 4_000;
/** Until the function gives up waiting for an answer. */
const ANSWER_TIMEOUT_MS = 3_000;
const MAX_ATTEMPTS = 3;

interface SimulatedConnection {
  forgotten: (typeof FORGOTTEN)[number] | undefined;
  lastUsedMs: number;
  isClosed: () => boolean;
  close: () => void;
}

export interface Connections {
  /** Forgets some of the open connections, or none; returns how many. */
  forget: (choices: Choices) => number;
  /** Sends a request over a connection, and again if the connection was forgotten. */
  send: <T>(request: () => Promise<T>, signal: AbortSignal) => Promise<T>;
}

/** @param onBroken - called with what the pool must never do */
export function createConnections(
  createPool: typeof createConnectionPool,
  clock: Clock,
  onBroken: (what: string) => void,
): Connections {
  const open = new Set<SimulatedConnection>();
  const pool = createPool<SimulatedConnection>((onOpened) => {
    const connection: SimulatedConnection = {
      forgotten: undefined,
      lastUsedMs: clock.now(),
      isClosed: () => !open.has(connection),
      close: () => open.delete(connection),
    };
    open.add(connection);
    void Promise.resolve().then(onOpened);
    return connection;
  }, clock.now);

  /** Resolves when the function sees that the connection is dead, or at the end of its time. */
  const fail = (how: SimulatedConnection['forgotten'], signal: AbortSignal) =>
    new Promise<void>((resolve) => {
      if (how === 'reset') resolve();
      signal.addEventListener('abort', () => {
        resolve();
      });
      clock.after(ANSWER_TIMEOUT_MS, resolve);
    });

  return {
    forget: (choices) => {
      // 0 is harmless.
      const how = FORGOTTEN[choices.vary(6) - 1];
      const from = choices.vary(2);
      const forgotten = how ? [...open].filter((_connection, index) => index % (from + 1) === from) : [];
      for (const connection of forgotten) connection.forgotten = how;
      return forgotten.length;
    },
    send: async (request, signal) => {
      for (let attempt = 1; ; attempt++) {
        const connection = await pool.take();
        const beganMs = clock.now();
        if (beganMs - connection.lastUsedMs > UNUSED_MS) onBroken('a call uses an old connection');
        if (!connection.forgotten || signal.aborted) {
          try {
            return await request();
          } finally {
            connection.lastUsedMs = clock.now();
            if (signal.aborted) pool.discard(connection, beganMs);
            else pool.giveBack(connection);
          }
        }
        if (attempt === MAX_ATTEMPTS) onBroken('each attempt of a call uses a forgotten connection');
        await fail(connection.forgotten, signal);
        pool.discard(connection, beganMs);
      }
    },
  };
}
