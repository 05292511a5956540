/**
 * Tells a person who waits how far it is: a bar on a terminal, a line every few seconds elsewhere.
 */
import type { Writable } from 'node:stream';

type Output = Writable & { isTTY?: boolean };
interface Count {
  done: number;
  total: number | undefined;
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
    step: (step) => output.write(`${step}\n`),
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

export function bar({ done, total }: Count, what: string): string {
  if (total === undefined) return numbers({ done, total }, what);
  const filled = Math.floor((BAR_WIDTH * done) / Math.max(1, total));
  return `[${'#'.repeat(filled)}${'.'.repeat(BAR_WIDTH - filled)}] ${numbers({ done, total }, what)}`;
}

const numbers = ({ done, total }: Count, what: string) =>
  `${grouped(done)}${total === undefined ? '' : ` of ${grouped(total)}`} ${what}`;

export const grouped = (number: number) => number.toLocaleString('en-US');
