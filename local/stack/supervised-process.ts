/**
 * A child process that cannot outlive this one.
 *
 * The child runs in a process group of its own, so that Ctrl-C on the terminal reaches only us and everything ends in
 * order. A shell beside it waits for the end of its standard input, a pipe that only we hold open: whether we close it
 * or are killed, the shell then kills the child. Last it ends what the child has started and left behind.
 */
import { spawn } from 'node:child_process';
import type { Duplex, Readable, Writable } from 'node:stream';
import { onEachLine } from './lines';

const LEASH = `
exec 4<&0
"$@" </dev/null 2>&1 4<&- &
child=$!
(read _ <&4; kill -9 $child) >/dev/null 2>&1 3>&- &
wait $child
status=$?
trap '' TERM
kill -TERM 0
wait
exit $status
`;

/** Process groups that are to end before this process does, so that none of them writes to a folder we remove. */
const groups = new Set<number>();
process.on('exit', () => {
  for (const group of groups) {
    try {
      process.kill(-group, 'SIGKILL');
    } catch {
      // It has just ended by itself.
    }
  }
});

/** Exit status of what was killed by SIGKILL, and how long output may come after the end. */
const KILLED = 137;
const LATE_OUTPUT_MS = 1_000;

export interface SupervisedProcess {
  /** File descriptor 3 of the child: a way to talk that is not its output. */
  channel: Duplex;
  /** Resolves to the exit status (128 + number for a signal) once the child and its output have ended. */
  ended: Promise<number>;
  /** Kills the child; resolves when it is gone. */
  kill: () => Promise<void>;
}

export interface SupervisedProcessOptions {
  env: NodeJS.ProcessEnv;
  cwd?: string;
  /** Is told each line of stdout and stderr, in the order in which they were written. */
  onLine: (line: string) => void;
}

/** Starts a program; a program that can't be started ends with status 126 or 127 and a line that says why. */
export function startSupervisedProcess(
  command: string,
  args: string[],
  options: SupervisedProcessOptions,
): SupervisedProcess {
  const child = spawn('/bin/sh', ['-c', LEASH, 'sh', command, ...args], {
    detached: true,
    stdio: ['pipe', 'pipe', 'ignore', 'pipe'],
    env: options.env,
    ...(options.cwd !== undefined && { cwd: options.cwd }),
  });
  const [leash, output, , channel] = child.stdio as unknown as [Writable, Readable, null, Duplex];
  // Writing to a child that has just died is not our fault; that it has died is told by `ended`.
  leash.on('error', () => undefined);
  channel.on('error', () => undefined);
  onEachLine(output, options.onLine);

  const group = child.pid;
  if (group !== undefined) groups.add(group);
  const ended = new Promise<number>((resolve) => {
    const finish = (code: number | null) => {
      channel.destroy();
      resolve(code ?? KILLED);
    };
    child.once('error', (error) => {
      options.onLine(error.message);
      resolve(127);
    });
    child.once('close', finish);
    // Somebody that the child has started may hold its output open: that is not waited for.
    child.once('exit', (code) => {
      if (group !== undefined) groups.delete(group);
      setTimeout(finish, LATE_OUTPUT_MS, code).unref();
    });
  });

  return {
    channel,
    ended,
    kill: async () => {
      leash.destroy();
      await ended;
    },
  };
}
