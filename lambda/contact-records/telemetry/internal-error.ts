/**
 * Describes an exception in our own code by name and place. Its message is omitted: it may contain values of a record.
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

/** Describes any thrown value. */
export function describeInternalError(error: unknown): InternalError {
  return { name: getErrorName(error), frames: error instanceof Error ? readFrames(error) : [] };
}

/**
 * Returns the frames of a stack without the message, whose lines may look like frames. If the message was changed after
 * the throw, no frame remains.
 */
function readFrames({ message, stack = '' }: Error): string[] {
  const at = stack.indexOf(message);
  if (at === -1) return [];
  // The rest of the line on which the message ends is not a frame.
  const [, ...lines] = stack.slice(at + message.length).split('\n');
  return lines
    .map((line) => line.trim())
    .filter((line) => line.startsWith('at '))
    .slice(0, MAX_FRAMES)
    .map(mapToSource);
}
