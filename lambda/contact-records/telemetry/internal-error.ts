/**
 * Describes an exception in our own code: its name and where it happened. Never its message, which may contain values
 * of a record.
 */
import { getErrorName } from '../aws/errors';
import { mapToSource } from './source-maps';

export interface InternalError {
  /** Of the error. */
  readonly name: string;
  /** The innermost lines of its stack, each `at …`. */
  readonly frames: readonly string[];
}

const MAX_FRAMES = 5;

/** Takes whatever was thrown. */
export function describeInternalError(error: unknown): InternalError {
  return { name: getErrorName(error), frames: error instanceof Error ? readFrames(error) : [] };
}

/**
 * A stack begins with the error's message, lines of which may look like frames: all of it is cut off first. Where it is
 * not to be found, because somebody changed it, no line can be told from it.
 */
function readFrames({ message, stack = '' }: Error): string[] {
  const at = stack.indexOf(message);
  if (at === -1) return [];
  // What is left of the line on which the message ends is no frame.
  const [, ...lines] = stack.slice(at + message.length).split('\n');
  return lines
    .map((line) => line.trim())
    .filter((line) => line.startsWith('at '))
    .slice(0, MAX_FRAMES)
    .map(mapToSource);
}
