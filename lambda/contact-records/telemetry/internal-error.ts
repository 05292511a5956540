/**
 * What may be told of a mistake of our own: where in our code it happened. Never the error's message, which may hold
 * values of a record.
 */
import { errorName } from '../aws/errors';
import { inSources } from './source-maps';

export interface Mistake {
  /** Of the error. */
  readonly name: string;
  /** The innermost lines of its stack, each `at …`. */
  readonly frames: readonly string[];
}

const MAX_FRAMES = 5;

/** Takes whatever was thrown. */
export function mistakeOf(error: unknown): Mistake {
  return { name: errorName(error), frames: error instanceof Error ? framesOf(error) : [] };
}

/**
 * A stack begins with the error's message, lines of which may look like frames: all of it is cut off first. Where it is
 * not to be found, because somebody changed it, no line can be told from it.
 */
function framesOf({ message, stack = '' }: Error): string[] {
  const at = stack.indexOf(message);
  if (at === -1) return [];
  // What is left of the line on which the message ends is no frame.
  const [, ...lines] = stack.slice(at + message.length).split('\n');
  return lines
    .map((line) => line.trim())
    .filter((line) => line.startsWith('at '))
    .slice(0, MAX_FRAMES)
    .map(inSources);
}
