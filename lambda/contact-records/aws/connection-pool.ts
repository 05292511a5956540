/**
 * Lends connections for one request each. A connection that was unused for some seconds of wall-clock time is not lent
 * again: a frozen sandbox runs no timers, and the other side may have closed the connection meanwhile (docs/adr/0019).
 */

/** A connection that was unused for longer than this may be dead. */
export const MAX_IDLE_MS = 3_000;

/**
 * Upper bound for simultaneous handshakes. A first batch needs 140 connections; with little CPU, 140 handshakes at once
 * exceed their time limit. A waiting request takes a returned connection, or the next new one.
 */
const MAX_OPENING = 16;

export interface Connection {
  /** Whether the other side, or an error, has closed it. */
  isClosed(): boolean;
  close(): void;
}

export interface ConnectionPool<C extends Connection> {
  /** Resolves to a connection for one request; the borrower must return or discard it. */
  take(): Promise<C>;
  /** Returns a connection after a complete response. */
  giveBack(connection: C): void;
  /** Closes a failed connection, and those that were unused since the failed request began. */
  discard(connection: C, beganMs: number): void;
}

/**
 * Creates a pool.
 *
 * @param open - returns a connection, and calls `onOpened` after the handshake, whether or not it succeeded
 * @param now - wall-clock time in milliseconds since 1970
 */
export function createConnectionPool<C extends Connection>(
  open: (onOpened: () => void) => C,
  now: () => number,
): ConnectionPool<C> {
  let idle: { readonly connection: C; readonly sinceMs: number }[] = [];
  const waiting: ((connection: C) => void)[] = [];
  const opening = new Set<C>();

  const openConnection = (): C => {
    const connection = open(() => {
      endOpening(connection);
    });
    opening.add(connection);
    return connection;
  };
  const endOpening = (connection: C) => {
    if (opening.delete(connection)) serveWaiting();
  };
  const serveWaiting = () => {
    while (waiting.length > 0 && opening.size < MAX_OPENING) waiting.shift()?.(openConnection());
  };

  return {
    take: async () => {
      const takenMs = now();
      // The last one was used most recently: if it is too old, all are.
      for (let last = idle.pop(); last; last = idle.pop()) {
        const { connection, sinceMs } = last;
        // A clock that was set back says nothing about the age.
        const isTooOld = takenMs - sinceMs > MAX_IDLE_MS || takenMs < sinceMs;
        if (!isTooOld && !connection.isClosed()) return connection;
        connection.close();
      }
      if (opening.size < MAX_OPENING) return openConnection();
      return new Promise((resolve) => waiting.push(resolve));
    },
    giveBack: (connection) => {
      endOpening(connection);
      const next = waiting.shift();
      if (next) next(connection);
      else idle.push({ connection, sinceMs: now() });
    },
    discard: (connection, beganMs) => {
      connection.close();
      idle = idle.filter((unused) => {
        const isSuspect = unused.sinceMs < beganMs;
        if (isSuspect) unused.connection.close();
        return !isSuspect;
      });
      endOpening(connection);
    },
  };
}
