/** One Ctrl-C may arrive several times: from the terminal, and passed on by npm. */
const SAME_CTRL_C_MS = 500;

/** Calls `stop` at the first Ctrl-C, and exits at the next one. A terminal that closes, and `kill`, are the same. */
export function onInterrupt(exitStatus: number, stop: () => void): void {
  let interruptedAt: number | undefined;
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      if (interruptedAt !== undefined) {
        if (performance.now() - interruptedAt > SAME_CTRL_C_MS) process.exit(exitStatus);
        return;
      }
      interruptedAt = performance.now();
      stop();
    });
  }
}
