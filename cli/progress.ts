/**
 * Tells a person who waits how far it is: a line that is written over on a terminal, a line now and then elsewhere.
 */
import type { Writable } from 'node:stream';

type Output = Writable & { isTTY?: boolean; columns?: number };
interface Count {
  done: number;
  total: number | undefined;
}

export interface ProgressOptions {
  /** Also shows how fast it goes and, once the total is known, how long it will take. @default false */
  rate?: boolean;
  /** Leaves nothing behind at its end. @default false */
  isTransient?: boolean;
}

const ERASE_LINE = '\r\u001b[K';
const REDRAW_MS = 100;
/** Elsewhere, lines come less and less often: a log of hours is to be read, too. */
const LINES_MS = { first: 3_000, longest: 60_000, growth: 1.2 };
const BAR_WIDTH = { least: 10, most: 30 };
/** The rate is that of the last so many milliseconds. */
const RATE_OVER_MS = 30_000;

export interface Progress {
  /** Says what is being done now. */
  step: (step: string) => void;
  /** Begins to show how far it is. */
  begin: () => void;
  end: () => void;
}

/**
 * @param count - how much is done, and of how much, once that is known
 * @param what - what is counted
 */
export function progressOn(
  output: Output,
  count: () => Count,
  what = 'deliveries done',
  options: ProgressOptions = {},
): Progress {
  const isTerminal = output.isTTY === true;
  let timer: NodeJS.Timeout | undefined;
  let rate = recentRate();
  const show = () => {
    const counted = count();
    const said = numbers(counted, what, options.rate === true ? rate(counted.done) : undefined);
    output.write(isTerminal ? `${ERASE_LINE}${fitting(counted, said, output.columns)}` : `${said}\n`);
  };
  const showAfter = (milliseconds: number) => {
    timer = setTimeout(() => {
      show();
      showAfter(isTerminal ? REDRAW_MS : Math.min(LINES_MS.longest, milliseconds * LINES_MS.growth));
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
    step: (step) => output.write(`${step}\n`),
    begin: () => {
      rate = recentRate();
      if (options.rate === true) rate(count().done);
      showAfter(isTerminal ? REDRAW_MS : LINES_MS.first);
      // Ctrl-C may leave no time for more.
      process.once('exit', end);
    },
    end,
  };
}

/** The bar takes what room is left. A line that is wider than the terminal could not be written over. */
function fitting({ done, total }: Count, said: string, columns = 80): string {
  const width = Math.min(BAR_WIDTH.most, columns - said.length - 4);
  if (total === undefined || width < BAR_WIDTH.least) return said.slice(0, Math.max(0, columns - 1));
  const filled = Math.min(width, Math.floor((width * done) / Math.max(1, total)));
  return `[${'#'.repeat(filled)}${'.'.repeat(width - filled)}] ${said}`;
}

function numbers({ done, total }: Count, what: string, perSecond?: number): string {
  const counted = `${grouped(done)}${total === undefined ? '' : ` of ${grouped(total)}`} ${what}`;
  if (perSecond === undefined) return counted;
  const left =
    total === undefined || done >= total || perSecond === 0 ? undefined : (total - done) / perSecond;
  return `${counted}, ${grouped(Math.round(perSecond))} a second${left === undefined ? '' : `, ${duration(left)} left`}`;
}

/** How much is done in a second, of late. Is told how much was done each time; undefined until that says something. */
function recentRate(): (done: number) => number | undefined {
  const seen: { at: number; done: number }[] = [];
  return (done) => {
    const at = performance.now();
    seen.push({ at, done });
    const first = seen[0] ?? { at, done };
    if (at - first.at > RATE_OVER_MS) seen.shift();
    return at === first.at ? undefined : (1000 * (done - first.done)) / (at - first.at);
  };
}

function duration(seconds: number): string {
  if (seconds < 100) return `${Math.ceil(seconds)} s`;
  const minutes = Math.ceil(seconds / 60);
  return minutes < 100 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

export const grouped = (number: number) => number.toLocaleString('en-US');
