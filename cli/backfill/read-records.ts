/**
 * Everything that a backfill reads, step by step, each with the position behind it: the whole run in one sequence, whose
 * every point another run can go on from.
 */
import { createHash } from 'node:crypto';
import { documentsIn } from '../shared/documents';
import { type Source, UnreadableSourceError } from '../shared/sources';
import { BrokenGzipError, decompress } from '../shared/decompress';
import { UsageError } from '../shared/usage-error';
import { type SkipReason, type Classification, classifyDocument } from './classify-document';

export interface Position {
  /** Files or objects that are done. */
  sources: number;
  /** Their bytes. */
  bytes: number;
  /** Stands for which these were. */
  digest: string;
  /** What has been begun. */
  current?: { name: string; version: string; from: number };
}

export const BEGINNING: Position = { sources: 0, bytes: 0, digest: '' };

/** In the unpacked content, from 0. */
export interface Place {
  name: string;
  at: number;
  line: number;
}

export type Step = { after: Position } & (
  | (Classification & { place: Place })
  | { kind: 'unreadable'; name: string; why: string }
  /** The end of a file that could be read. */
  | { kind: 'read' }
  /** A file that has changed since it was begun: it is read from its beginning again. */
  | { kind: 'changed'; name: string }
);

/**
 * @param from - from where on steps are wanted. A file that was begun is read again, as only its beginning says where
 *   documents begin
 * @param onBytes - is told of the bytes that were read, or need not be read, of files as they are
 * @throws WrongUsage if what was read before `from` is not there any more as it was
 */
export async function* stepsFrom(
  from: Position,
  sources: AsyncIterable<Source>,
  onBytes: (bytes: number) => void,
): AsyncGenerator<Step> {
  let position = BEGINNING;
  for await (const source of sources) {
    const done = behind(position, source);
    if (position.sources < from.sources) onBytes(source.bytes);
    else yield* stepsOf(source, position, done, from, onBytes);
    position = done;
    if (position.sources === from.sources && position.digest !== from.digest) throw changedBefore();
  }
  if (position.sources < from.sources) throw changedBefore();
}

async function* stepsOf(
  source: Source,
  before: Position,
  done: Position,
  from: Position,
  onBytes: (bytes: number) => void,
): AsyncGenerator<Step> {
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
    for await (const piece of documentsIn(decompress(counted(source.open(), onBytes)))) {
      const end = piece.at + Math.max(1, piece.bytes.length);
      Object.assign(content, { at: end, line: piece.line });
      if (piece.at < skipped) continue;
      if (isInBroken && piece.kind === 'rest' && !beginsDocument(piece.bytes)) continue;
      const verdict = classifyDocument(piece);
      isInBroken = verdict.kind === 'skip' && (isInBroken || piece.kind !== 'document');
      yield { ...verdict, place: { name, at: piece.at, line: piece.line }, after: at(end) };
    }
    yield { kind: 'read', after: done };
  } catch (error) {
    if (error instanceof BrokenGzipError) {
      const reason: SkipReason = 'broken-gzip';
      yield { kind: 'skip', reason, place: { name, ...content }, after: done };
      yield { kind: 'read', after: done };
    } else if (error instanceof UnreadableSourceError) {
      yield { kind: 'unreadable', name, why: error.message, after: done };
    } else throw error;
  }
}

const beginsDocument = (bytes: Buffer) => /^\s*\{/.test(bytes.toString('latin1'));

const behind = ({ sources, bytes, digest }: Position, source: Source): Position => ({
  sources: sources + 1,
  bytes: bytes + source.bytes,
  digest: createHash('sha256')
    .update(JSON.stringify([digest, source.name, source.bytes, source.version]))
    .digest('base64'),
});

async function* counted(
  source: AsyncIterable<Buffer>,
  onBytes: (bytes: number) => void,
): AsyncGenerator<Buffer> {
  for await (const chunk of source) {
    onBytes(chunk.length);
    yield chunk;
  }
}

const changedBefore = () =>
  new UsageError(
    'What the checkpoint says was read is not there any more as it was: files were added, changed or removed. ' +
      'Remove the checkpoint to begin anew; what was sent goes twice then, which changes nothing.',
  );
