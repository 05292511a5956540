/** Options that several commands have. */
import { matching, type Options, wholeNumber } from './options';

/** Options of every command; `defineCommand` adds them. */
export const COMMON_OPTIONS = {
  json: { description: 'the result as one JSON object, for a program (see docs/commands.md)' },
  help: { description: 'this text' },
} as const satisfies Options;

/** How fast records may go into the stream. The defaults are half of what one shard takes, so that Connect finds room. */
export const RATE_OPTIONS = {
  recordsPerSecond: {
    value: 'N',
    description: 'at most',
    parser: wholeNumber({ min: 1, max: 100_000 }),
    default: 500,
  },
  bytesPerSecond: {
    value: 'N',
    description: 'at most',
    parser: wholeNumber({ min: 100_000, max: 100_000_000 }),
    default: 500_000,
  },
} as const satisfies Options;

/** For commands that ask before they act. */
export const YES_OPTION = { description: "don't ask: for scripts" };

/** A stack's name. */
export const stackName = matching(/^[A-Za-z][A-Za-z0-9-]{0,127}$/);

/** A stream's name or ARN. */
export const streamNameOrArn = matching(/^(arn:[\w-]+:kinesis:[\w-]+:\d{12}:stream\/)?[\w.-]{1,128}$/);
