/**
 * What the commands that run the local stack have in common: the exit status, one sentence for what went wrong, and an
 * end that leaves nothing running.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { type Arguments, WrongUsage } from './usage';

export const EXIT = { right: 0, wrong: 1, usage: 2, interrupted: 130 } as const;
/** At the end there is time to tidy up; after Ctrl-C somebody waits. */
const SECONDS_TO_STOP = { atEnd: 10, interrupted: 2 } as const;
/** One Ctrl-C may arrive several times: from the terminal, and passed on by npm and tsx. */
const SAME_CTRL_C_MS = 500;

/**
 * Runs a command to its end or until Ctrl-C, and exits.
 *
 * @param run - resolves to the exit status
 * @param stop - ends whatever the command has started
 */
export function runCommand(run: () => Promise<number>, stop: () => Promise<unknown> | undefined): void {
  let isInterrupted = false;

  const runToEnd = async (): Promise<number> => {
    try {
      return await run();
    } catch (error) {
      // While everything is being stopped, whatever fails fails because of that.
      if (!isInterrupted) process.stderr.write(`${sentence(error)}\n`);
      return error instanceof WrongUsage ? EXIT.usage : EXIT.wrong;
    }
  };

  /** The engines and the function end with this process, however it ends; stopping them first lets them tidy up. */
  const stopAll = (limitSeconds: number) =>
    Promise.race([stop(), sleep(limitSeconds * 1000)]).catch(() => undefined);

  onCtrlC(() => {
    isInterrupted = true;
    process.stderr.write('\nStopping.\n');
    void stopAll(SECONDS_TO_STOP.interrupted).then(() => process.exit(EXIT.interrupted));
  });

  void runToEnd().then(async (status) => {
    if (isInterrupted) return;
    await stopAll(SECONDS_TO_STOP.atEnd);
    process.exit(status);
  });
}

/** Calls `stop` at the first Ctrl-C, and exits at the next one. */
export function onCtrlC(stop: () => void): void {
  let interruptedAt: number | undefined;
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      if (interruptedAt !== undefined) {
        if (performance.now() - interruptedAt > SAME_CTRL_C_MS) process.exit(EXIT.interrupted);
        return;
      }
      interruptedAt = performance.now();
      stop();
    });
  }
}

/**
 * Does what the command line asks for; resolves to the exit status.
 *
 * @throws WrongUsage if it asks for nothing that there is
 */
export async function runAsParsed<Settings>(
  parsed: Arguments<Settings>,
  help: string,
  run: (settings: Settings) => Promise<number>,
): Promise<number> {
  switch (parsed.kind) {
    case 'wrong':
      throw new WrongUsage(parsed.message);
    case 'help':
      process.stdout.write(`${help}\n`);
      return EXIT.right;
    case 'run':
      return run(parsed.settings);
  }
}

/** A `SyntaxError` quotes what it could not read, which may be a record. */
const sentence = (error: unknown): string => {
  if (error instanceof SyntaxError) return 'The run failed: an engine gave an answer that is not JSON.';
  return error instanceof Error ? error.message : 'The run failed.';
};
