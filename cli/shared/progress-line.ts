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
  /** Explains why the count does not change. It is shown after two seconds without a change. */
  explainStandstill?: () => string;
}

const ERASE_LINE = '\r\u001b[K';
const REDRAW_MS = 100;
/** Intervals of lines in a log. They grow, so that the log of a long run stays readable. */
const LINES_MS = { first: 3_000, max: 60_000, growth: 1.2 };
const BAR_WIDTH = { min: 10, max: 30 };
/** Length of time over which the rate is measured. */
const RATE_OVER_MS = 30_000;
const STANDSTILL_MS = 2_000;
const MIN_WAIT_MS = 1_000;
/** Width of a terminal that does not report its width, or reports 0. */
const DEFAULT_COLUMNS = 80;

export interface Progress {
  /** Writes a line about the current step. */
  step: (step: string) => void;
  /** Shows a step and its duration until the next `wait`, `begin` or `end`. Short waits leave no line. */
  wait: (step: string) => void;
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
  const getColumns = () => (output.columns === 0 ? DEFAULT_COLUMNS : (output.columns ?? DEFAULT_COLUMNS));
  let timer: NodeJS.Timeout | undefined;
  let format = () => '';
  let isLeft = false;
  const show = () => {
    output.write(isTerminal ? `${ERASE_LINE}${format()}` : `${format()}\n`);
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
    if (isLeft) show();
    if (isTerminal) output.write(isLeft ? '\n' : ERASE_LINE);
  };
  const start = (formatLine: () => string, isToStay: boolean) => {
    end();
    [format, isLeft] = [formatLine, isToStay];
    showAfter(isTerminal ? REDRAW_MS : LINES_MS.first);
    // After Ctrl-C, the process may exit before the run calls `end`.
    process.once('exit', end);
  };
  return {
    step: (step) => output.write(timer && isTerminal ? `${ERASE_LINE}${step}\n` : `${step}\n`),
    wait: (step) => {
      const startedAt = performance.now();
      start(() => {
        const milliseconds = performance.now() - startedAt;
        isLeft = isTerminal && milliseconds >= MIN_WAIT_MS;
        const text = `${step}: ${Math.floor(milliseconds / 1000)} s`;
        return isTerminal ? text.slice(0, getColumns() - 1) : text;
      }, false);
    },
    clear: () => {
      if (timer && isTerminal) output.write(ERASE_LINE);
    },
    begin: () => {
      const rate = createRateMeter();
      const measureStandstill = createStandstillMeter();
      if (options.rate === true) rate(count());
      measureStandstill(count());
      const formatCount = () => {
        const counted = count();
        const still = options.explainStandstill && measureStandstill(counted);
        const more = options.rate === true ? rate(counted) : '';
        const why = still ? `; none for ${still} s: ${options.explainStandstill?.() ?? ''}` : more;
        const text = `${formatAmount(counted, what)}${why}`;
        return isTerminal ? fitToWidth(counted, text, getColumns()) : text;
      };
      start(formatCount, options.isTransient !== true);
    },
    end,
  };
}

/** Adds a bar if it fits, and cuts the line to the terminal's width. A longer line can't be erased. */
function fitToWidth(count: Count, text: string, columns: number): string {
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

/** Creates a function that returns the seconds without progress, or undefined if they are few. */
function createStandstillMeter(): (count: Count) => number | undefined {
  let [last, since] = [-1, 0];
  return ({ done, total }) => {
    const now = performance.now();
    if (done !== last) [last, since] = [done, now];
    const isStill = now - since >= STANDSTILL_MS && done !== total;
    return isStill ? Math.floor((now - since) / 1000) : undefined;
  };
}
