/**
 * Reads the input of a backfill as one sequence of events. Each has the position behind it, from which another run can go
 * on.
 */
import { createHash } from 'node:crypto';
import { type Source, UnreadableSourceError } from '../shared/sources';
import { BrokenGzipError } from '../shared/decompress';
import { readContent } from '../shared/read-content';
import { UsageError } from '../shared/usage-error';
import type { Place, Position } from './checkpoint';
import { type Classification, classifyDocument } from './classify-document';

export const BEGINNING: Position = { sources: 0, bytes: 0, digest: '' };

export type ReadEvent = { after: Position } & (
  | (Classification & { place: Place })
  | { kind: 'unreadable'; name: string; why: string }
  /** The end of a file that could be read. */
  | { kind: 'read' }
  /** A file that has changed since it was begun: it is read from its beginning again. */
  | { kind: 'changed'; name: string }
);

/**
 * @param from - from where on events are wanted. A file that was begun is read again, as only its beginning says where
 *   documents begin
 * @param onBytes - gets the bytes that were read, or need not be read, of files as they are
 * @throws UsageError if what was read before `from` is not there any more as it was
 */
export async function* readRecords(
  from: Position,
  sources: AsyncIterable<Source>,
  onBytes: (bytes: number) => void,
): AsyncGenerator<ReadEvent> {
  let position = BEGINNING;
  for await (const source of sources) {
    const next = advancePosition(position, source);
    if (position.sources < from.sources) onBytes(source.bytes);
    else yield* readSource(source, position, next, from, onBytes);
    position = next;
    if (position.sources === from.sources && position.digest !== from.digest) throw createChangedError();
  }
  if (position.sources < from.sources) throw createChangedError();
}

async function* readSource(
  source: Source,
  before: Position,
  next: Position,
  from: Position,
  onBytes: (bytes: number) => void,
): AsyncGenerator<ReadEvent> {
  const { name, version } = source;
  const at = (position: number): Position => ({ ...before, current: { name, version, from: position } });
  const begun = before.sources === from.sources ? from.current : undefined;
  const isSame = begun?.name === name && begun.version === version;
  if (begun && !isSame) yield { kind: 'changed', name, after: before };
  const skipped = isSame ? begun.from : 0;
  const content = { at: 0, line: 1 };
  // Lines up to the next contact record that begin no document belong to what is broken, and don't count again.
  let isInBroken = false;
  try {
    for await (const segment of readContent(countBytesRead(source.open(), onBytes))) {
      Object.assign(content, { at: segment.next, line: segment.line });
      if (segment.at < skipped) continue;
      if (isInBroken && segment.kind === 'rest' && !beginsDocument(segment.bytes)) continue;
      const classified = classifyDocument(segment);
      const isBroken = segment.kind === 'rest' || segment.kind === 'too-long';
      isInBroken = classified.kind === 'skip' && (isInBroken || isBroken);
      yield { ...classified, place: { name, at: segment.at, line: segment.line }, after: at(segment.next) };
    }
    yield { kind: 'read', after: next };
  } catch (error) {
    if (error instanceof BrokenGzipError) {
      yield { kind: 'skip', reason: 'broken-gzip', place: { name, ...content }, after: next };
      yield { kind: 'read', after: next };
    } else if (error instanceof UnreadableSourceError) {
      yield { kind: 'unreadable', name, why: error.message, after: next };
    } else throw error;
  }
}

const beginsDocument = (bytes: Buffer) => /^\s*\{/.test(bytes.toString('latin1'));

const advancePosition = ({ sources, bytes, digest }: Position, source: Source): Position => ({
  sources: sources + 1,
  bytes: bytes + source.bytes,
  digest: createHash('sha256')
    .update(JSON.stringify([digest, source.name, source.bytes, source.version]))
    .digest('base64'),
});

async function* countBytesRead(source: AsyncIterable<Buffer>, onBytes: (bytes: number) => void) {
  for await (const chunk of source) {
    onBytes(chunk.length);
    yield chunk;
  }
}

const createChangedError = () =>
  new UsageError(
    'What the checkpoint says was read is not there any more as it was: files were added, changed or removed. ' +
      'Remove the checkpoint to begin anew; what was sent goes twice then, which changes nothing.',
  );
