/** Reports a wrong command line or input. The message is one sentence for the user. */
export class UsageError extends Error {}

/** Converts errors of `parseArgs` to `UsageError`, and rethrows all others. */
export function toUsageError(error: unknown, optionNames: string[] = []): UsageError {
  if (error instanceof UsageError) return error;
  const { code, message } = error as { code?: unknown; message?: unknown };
  const [, quoted = ''] = /'(.*?)'/s.exec(String(message)) ?? [];
  // The quoted text may be `-o, --option <value>`.
  const option = /--[^\s=]+/.exec(quoted)?.[0] ?? quoted;
  switch (code) {
    case 'ERR_PARSE_ARGS_UNKNOWN_OPTION':
      return new UsageError(`There is no option ${option}: ${suggestOption(option, optionNames)}`);
    case 'ERR_PARSE_ARGS_INVALID_OPTION_VALUE': {
      const takesNone = String(message).includes('does not take');
      return new UsageError(`${option} ${takesNone ? 'takes no value' : `needs a value: ${option}=VALUE`}.`);
    }
    case 'ERR_PARSE_ARGS_UNEXPECTED_POSITIONAL':
      return new UsageError(`${quoted} is not the value of an option: --help lists the options.`);
    default:
      throw error;
  }
}

function suggestOption(option: string, optionNames: string[]): string {
  const near = optionNames.find(
    (name) => countEdits(option, name) <= 2 || (option.length > 4 && name.startsWith(option)),
  );
  return near === undefined ? '--help lists all.' : `did you mean ${near}?`;
}

/** Counts the characters to add, remove or replace to turn one word into the other. */
function countEdits(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const exchanged = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(exchanged, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
