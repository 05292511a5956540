/**
 * Starts a supervised process: a child process that cannot outlive this one.
 *
 * The child runs in a process group of its own. So Ctrl-C in the terminal reaches only this process, which ends everything
 * in order. A supervising shell waits for the end of its standard input, a pipe that only this process keeps open. When
 * this process closes the pipe or is killed, the shell kills the child, and then the processes that the child has started.
 */
import { spawn } from 'node:child_process';
import type { Duplex, Readable, Writable } from 'node:stream';

const SUPERVISOR = `
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

/** Process groups that are killed before this process ends, so that none writes to a folder that is removed. */
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

/** Exit status of a process that SIGKILL has ended. */
const KILLED = 137;
/** How long to wait for output after the child has ended. */
const LATE_OUTPUT_MS = 1_000;

export interface SupervisedProcess {
  /** File descriptor 3 of the child: for messages that are not its output. */
  channel: Duplex;
  /** Resolves to the exit status (128 + number for a signal) once the child and its output have ended. */
  ended: Promise<number>;
  /** Kills the child; resolves when it is gone. */
  kill: () => Promise<void>;
}

export interface SupervisedProcessOptions {
  env: NodeJS.ProcessEnv;
  cwd?: string;
  /** Called with each line of stdout and stderr, in the order in which they were written. */
  onLine: (line: string) => void;
}

/**
 * Starts a program that ends with this process.
 *
 * If the program cannot be started, the status is 126 or 127, and an output line gives the reason.
 */
export function startSupervisedProcess(
  command: string,
  args: string[],
  options: SupervisedProcessOptions,
): SupervisedProcess {
  const child = spawn('/bin/sh', ['-c', SUPERVISOR, 'sh', command, ...args], {
    detached: true,
    stdio: ['pipe', 'pipe', 'ignore', 'pipe'],
    env: options.env,
    ...(options.cwd !== undefined && { cwd: options.cwd }),
  });
  const [supervisorInput, output, , channel] = child.stdio as unknown as [Writable, Readable, null, Duplex];
  // Writing to a child that has just ended fails; `ended` reports the end.
  supervisorInput.on('error', () => undefined);
  channel.on('error', () => undefined);
  readLines(output, options.onLine);

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
    // A process that the child has started may keep the output open; this does not delay the end.
    child.once('exit', (code) => {
      if (group !== undefined) groups.delete(group);
      setTimeout(finish, LATE_OUTPUT_MS, code).unref();
    });
  });

  return {
    channel,
    ended,
    kill: async () => {
      supervisorInput.destroy();
      await ended;
    },
  };
}

const MAX_LINE_CHARACTERS = 16 * 1024 * 1024;

/**
 * Calls back for each line of a stream, without its line end.
 *
 * `node:readline` cannot be used: it also splits at U+2028, which JSON allows in a string. A line of more than 16 Mi
 * characters is split.
 */
export function readLines(stream: Readable, callback: (line: string) => void): void {
  let rest = '';
  stream.setEncoding('utf8');
  stream.on('data', (chunk: string) => {
    rest += chunk;
    if (!chunk.includes('\n') && rest.length < MAX_LINE_CHARACTERS) return;
    const lines = rest.split('\n');
    rest = lines.length > 1 ? (lines.pop() ?? '') : '';
    lines.forEach(callback);
  });
  stream.on('end', () => {
    if (rest !== '') callback(rest);
  });
}

/** Keeps the last lines of an output, to show them if the program fails. */
export function keepLastLines(count: number): { add: (line: string) => void; lines: readonly string[] } {
  const lines: string[] = [];
  return {
    lines,
    add: (line) => {
      lines.push(line);
      if (lines.length > count) lines.shift();
    },
  };
}
