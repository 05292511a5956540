/**
 * Reads the input of a backfill as one sequence of events. Each event has the position after it, at which another run can
 * continue.
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
  /** A file changed since it was read in part. It is read again from its beginning. */
  | { kind: 'changed'; name: string }
);

/**
 * @param from - position of the first event. A file that was read in part is read from its beginning, to find where
 *   documents begin
 * @param onBytes - gets the number of bytes that were read or skipped, before decompression
 * @throws UsageError if the files before `from` have changed
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
  // After a broken document, lines that begin no document belong to it and are not counted again.
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
    'The files that the checkpoint counts as read have changed: some were added, changed or removed. ' +
      'Remove the checkpoint to start from the beginning; records that are sent twice change nothing.',
  );
