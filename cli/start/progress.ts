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
  /** Begins to show how many deliveries are done. */
  begin: () => void;
  end: () => void;
}

/** @param count - how many deliveries are done, and of how many, once that is known */
export function progressOn(output: Output, count: () => Count): Progress {
  const isTerminal = output.isTTY === true;
  let timer: NodeJS.Timeout | undefined;
  const show = () => {
    output.write(isTerminal ? `\r${bar(count())}\u001b[K` : `${numbers(count())}\n`);
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

export function bar({ done, total }: Count): string {
  if (total === undefined) return numbers({ done, total });
  const filled = Math.floor((BAR_WIDTH * done) / Math.max(1, total));
  return `[${'#'.repeat(filled)}${'.'.repeat(BAR_WIDTH - filled)}] ${numbers({ done, total })}`;
}

const numbers = ({ done, total }: Count) =>
  `${grouped(done)}${total === undefined ? '' : ` of ${grouped(total)}`} deliveries done`;

export const grouped = (number: number) => number.toLocaleString('en-US');
