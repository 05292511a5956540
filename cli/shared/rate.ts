/** How fast records may go into the stream: the options of all commands that put many. */
import { parseWholeNumber } from './usage';

export interface Rate {
  recordsPerSecond: number;
  bytesPerSecond: number;
}

/** As `parseArgs` takes them. Half of what one shard takes, so that Connect still finds room. */
export const RATE_OPTIONS = {
  'records-per-second': { type: 'string', default: '500' },
  'bytes-per-second': { type: 'string', default: '500000' },
} as const;

/** As `helpText` takes them. */
export const RATE_HELP = {
  '--records-per-second N': 'at most (1 to 100000; default 500)',
  '--bytes-per-second N': 'at most (100000 to 100000000; default 500000)',
};

export const rateOf = (values: Record<keyof typeof RATE_OPTIONS, string>): Rate => ({
  recordsPerSecond: parseWholeNumber('--records-per-second', values['records-per-second'], 1, 100_000),
  bytesPerSecond: parseWholeNumber('--bytes-per-second', values['bytes-per-second'], 100_000, 100_000_000),
});
