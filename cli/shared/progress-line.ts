/** Shows progress. It updates one line on a terminal, and writes a line from time to time elsewhere. */
import type { Writable } from 'node:stream';
import { formatDuration, formatNumber } from './format';

type Output = Writable & { isTTY?: boolean; columns?: number };
interface Amount {
  done: number;
  total: number | undefined;
}
interface Count extends Amount {
  /** The amount for the bar and the remaining time. @default the count itself */
  by?: Amount;
}

export interface ProgressOptions {
  /** Also shows the rate and, once it is known, the remaining time. @default false */
  rate?: boolean;
  /** Removes the line at the end. @default false */
  isTransient?: boolean;
}

const ERASE_LINE = '\r\u001b[K';
const REDRAW_MS = 100;
/** Intervals of lines in a log. They grow, so that the log of a long run stays readable. */
const LINES_MS = { first: 3_000, max: 60_000, growth: 1.2 };
const BAR_WIDTH = { min: 10, max: 30 };
/** Length of time over which the rate is measured. */
const RATE_OVER_MS = 30_000;

export interface Progress {
  /** Writes a line about the current step. */
  step: (step: string) => void;
  /** Erases the progress line before a line of standard output on the same terminal. */
  clear: () => void;
  /** Begins to show progress. */
  begin: () => void;
  end: () => void;
}

/** Creates the progress line of a command; `what` names the items that `count` counts. */
export function createProgress(
  output: Output,
  count: () => Count,
  what = 'deliveries done',
  options: ProgressOptions = {},
): Progress {
  const isTerminal = output.isTTY === true;
  let timer: NodeJS.Timeout | undefined;
  let rate = createRateMeter();
  const show = () => {
    const counted = count();
    const text = `${formatAmount(counted, what)}${options.rate === true ? rate(counted) : ''}`;
    output.write(isTerminal ? `${ERASE_LINE}${fitToWidth(counted, text, output.columns)}` : `${text}\n`);
  };
  const showAfter = (milliseconds: number) => {
    timer = setTimeout(() => {
      show();
      showAfter(isTerminal ? REDRAW_MS : Math.min(LINES_MS.max, milliseconds * LINES_MS.growth));
    }, milliseconds);
  };
  const end = () => {
    if (!timer) return;
    clearTimeout(timer);
    timer = undefined;
    process.off('exit', end);
    if (options.isTransient !== true) show();
    if (isTerminal) output.write(options.isTransient === true ? ERASE_LINE : '\n');
  };
  return {
    step: (step) => output.write(timer && isTerminal ? `${ERASE_LINE}${step}\n` : `${step}\n`),
    clear: () => {
      if (timer && isTerminal) output.write(ERASE_LINE);
    },
    begin: () => {
      rate = createRateMeter();
      if (options.rate === true) rate(count());
      showAfter(isTerminal ? REDRAW_MS : LINES_MS.first);
      // After Ctrl-C, the process may exit before the run calls `end`.
      process.once('exit', end);
    },
    end,
  };
}

/** Adds a bar if it fits, and cuts the line to the terminal's width. A longer line can't be erased. */
function fitToWidth(count: Count, text: string, columns = 80): string {
  const { done, total } = count.by ?? count;
  const width = Math.min(BAR_WIDTH.max, columns - text.length - 4);
  if (total === undefined || width < BAR_WIDTH.min) return text.slice(0, Math.max(0, columns - 1));
  const filled = Math.min(width, Math.floor((width * done) / Math.max(1, total)));
  return `[${'#'.repeat(filled)}${'.'.repeat(width - filled)}] ${text}`;
}

const formatAmount = ({ done, total }: Amount, what: string) =>
  `${formatNumber(done)}${total === undefined ? '' : ` of ${formatNumber(total)}`} ${what}`;

/** Creates a function that formats the recent rate, and the remaining time at this rate. */
function createRateMeter(): (count: Count) => string {
  const seen: { at: number; counted: number; done: number }[] = [];
  return (count) => {
    const { done, total } = count.by ?? count;
    const now = { at: performance.now(), counted: count.done, done };
    seen.push(now);
    const first = seen[0] ?? now;
    if (now.at - first.at > RATE_OVER_MS) seen.shift();
    if (now.at === first.at) return '';
    const perSecond = (from: number, to: number) => (1000 * (to - from)) / (now.at - first.at);
    const rate = `, ${formatNumber(Math.round(perSecond(first.counted, now.counted)))} a second`;
    if (total === undefined || done >= total || done === first.done) return rate;
    return `${rate}, ${formatDuration((total - done) / perSecond(first.done, done))} left`;
  };
}
