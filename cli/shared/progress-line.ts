/** Shows a person who waits how far it is: a line that is written over on a terminal, a line now and then elsewhere. */
import type { Writable } from 'node:stream';
import { formatDuration, formatNumber } from './format';

type Output = Writable & { isTTY?: boolean; columns?: number };
interface Amount {
  done: number;
  total: number | undefined;
}
interface Count extends Amount {
  /** What the bar and the time that is left go by. @default what is counted */
  by?: Amount;
}

export interface ProgressOptions {
  /** Also shows how fast it goes and, once that can be known, how long it will take. @default false */
  rate?: boolean;
  /** Leaves nothing behind at its end. @default false */
  isTransient?: boolean;
  /** Explains why the count stands still; shown after two seconds without a change. */
  explainStandstill?: () => string;
}

const ERASE_LINE = '\r\u001b[K';
const REDRAW_MS = 100;
/** Elsewhere, lines come less and less often: a log of hours is to be read, too. */
const LINES_MS = { first: 3_000, max: 60_000, growth: 1.2 };
const BAR_WIDTH = { min: 10, max: 30 };
/** The rate is that of this time before now. */
const RATE_OVER_MS = 30_000;
const STANDSTILL_MS = 2_000;
const MIN_WAIT_MS = 1_000;
/** Of a terminal that doesn't say its width, or says 0. */
const DEFAULT_COLUMNS = 80;

export interface Progress {
  /** Says what is being done now. */
  step: (step: string) => void;
  /** Says what is being done, and for how long, until the next `wait`, `begin` or `end`. Short waits leave no line. */
  wait: (step: string) => void;
  /** Makes room for a line of standard output, on the same terminal. */
  clear: () => void;
  /** Begins to show how far it is. */
  begin: () => void;
  end: () => void;
}

/** Creates the progress line of a command; `what` says what `count` counts, of how much, once that is known. */
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
    // Ctrl-C may leave no time for more.
    process.once('exit', end);
  };
  return {
    step: (step) => output.write(timer && isTerminal ? `${ERASE_LINE}${step}\n` : `${step}\n`),
    wait: (step) => {
      const startedAt = performance.now();
      start(() => {
        const milliseconds = performance.now() - startedAt;
        isLeft = isTerminal && milliseconds >= MIN_WAIT_MS;
        const said = `${step}: ${Math.floor(milliseconds / 1000)} s`;
        return isTerminal ? said.slice(0, getColumns() - 1) : said;
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
        const said = `${formatAmount(counted, what)}${why}`;
        return isTerminal ? fitToWidth(counted, said, getColumns()) : said;
      };
      start(formatCount, options.isTransient !== true);
    },
    end,
  };
}

/** Adds a bar in the room that is left. A line that is wider than the terminal could not be written over. */
function fitToWidth(count: Count, said: string, columns: number): string {
  const { done, total } = count.by ?? count;
  const width = Math.min(BAR_WIDTH.max, columns - said.length - 4);
  if (total === undefined || width < BAR_WIDTH.min) return said.slice(0, Math.max(0, columns - 1));
  const filled = Math.min(width, Math.floor((width * done) / Math.max(1, total)));
  return `[${'#'.repeat(filled)}${'.'.repeat(width - filled)}] ${said}`;
}

const formatAmount = ({ done, total }: Amount, what: string) =>
  `${formatNumber(done)}${total === undefined ? '' : ` of ${formatNumber(total)}`} ${what}`;

/** Creates a function that says how fast it goes, of late, and how long the rest takes at this rate. */
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

/** Creates a function that returns for how many seconds nothing was done; undefined if it is not worth a word. */
function createStandstillMeter(): (count: Count) => number | undefined {
  let [last, since] = [-1, 0];
  return ({ done, total }) => {
    const now = performance.now();
    if (done !== last) [last, since] = [done, now];
    const isStill = now - since >= STANDSTILL_MS && done !== total;
    return isStill ? Math.floor((now - since) / 1000) : undefined;
  };
}
