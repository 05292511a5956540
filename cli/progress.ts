/**
 * Tells a person who waits how far it is: a bar on a terminal, a line every few seconds elsewhere.
 */
import type { Writable } from 'node:stream';

type Output = Writable & { isTTY?: boolean };
interface Count {
  done: number;
  total: number | undefined;
  /** How full the bar is, 0 to 1, where not even the total is known. */
  share?: number;
  /** What else there is to say. */
  note?: string;
}

const SECONDS_BETWEEN_LINES = 3;
const BAR_WIDTH = 30;

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
export function progressOn(output: Output, count: () => Count, what = 'deliveries done'): Progress {
  const isTerminal = output.isTTY === true;
  let timer: NodeJS.Timeout | undefined;
  const show = () => {
    output.write(isTerminal ? `\r${bar(count(), what)}\u001b[K` : `${numbers(count(), what)}\n`);
  };
  return {
    step: (step) => output.write(timer && isTerminal ? `\r${step}\u001b[K\n` : `${step}\n`),
    begin: () => {
      timer = setInterval(show, isTerminal ? 100 : SECONDS_BETWEEN_LINES * 1000);
    },
    end: () => {
      if (!timer) return;
      clearInterval(timer);
      timer = undefined;
      show();
      if (isTerminal) output.write('\n');
    },
  };
}

export function bar(count: Count, what: string): string {
  const share = count.total === undefined ? count.share : count.done / Math.max(1, count.total);
  if (share === undefined) return numbers(count, what);
  const filled = Math.floor(BAR_WIDTH * share);
  return `[${'#'.repeat(filled)}${'.'.repeat(BAR_WIDTH - filled)}] ${numbers(count, what)}`;
}

const numbers = ({ done, total, note }: Count, what: string) =>
  `${grouped(done)}${total === undefined ? '' : ` of ${grouped(total)}`} ${what}${note ? `, ${note}` : ''}`;

export const grouped = (number: number) => number.toLocaleString('en-US');
