/** Opens the input of a backfill: files, objects in S3, or standard input. */
import { resolve } from 'node:path';
import { addAbortSignal, Readable } from 'node:stream';
import { createS3Client, requireRegionAndCredentials } from '../shared/aws-clients';
import {
  describeFileError,
  findPathKind,
  listFiles,
  type Source,
  UnreadableSourceError,
} from '../shared/sources';
import { UsageError } from '../shared/usage-error';
import type { Settings } from './backfill-options';
import { listObjects } from './s3-objects';

export interface BackfillInput {
  /** The path or address as the user typed it. */
  name: string;
  /** The absolute path or address. */
  address: string;
  sourceKind: 'file' | 'object';
  /** Whether another run can continue where this one ended. */
  isResumable: boolean;
  /** Lists the sources, always in the same order. */
  list: () => AsyncIterable<Source>;
}

/** Opens files or objects; the checkpoint is not an input. */
export async function openBackfillInput(
  { input, checkpoint }: Settings,
  stopping: AbortSignal,
): Promise<BackfillInput> {
  if (input.kind === 'stdin') {
    const name = 'standard input';
    const source = { name, bytes: 0, version: '', open: () => readStandardInput(stopping) };
    const list = () => Readable.from([source]);
    return { name, address: name, sourceKind: 'file', isResumable: false, list };
  }
  if (input.kind === 's3') {
    const { bucket, prefix } = input;
    await requireRegionAndCredentials();
    const s3 = createS3Client();
    const name = `s3://${bucket}/${prefix}`;
    const list = () => listObjects(s3, bucket, prefix, stopping);
    return { name, address: name, sourceKind: 'object', isResumable: true, list };
  }
  const { path } = input;
  if ((await findPathKind(path)) === 'pipe')
    throw new UsageError(`${path} is neither file nor folder: give - and send it to standard input.`);
  const ownFiles = [checkpoint, `${checkpoint}.tmp`].map((file) => resolve(file));
  const list = () => listFiles(path, (file) => !ownFiles.includes(resolve(file)));
  return { name: path, address: resolve(path), sourceKind: 'file', isResumable: true, list };
}

/**
 * Reads standard input. Ctrl-C ends the wait for the program that writes to it.
 *
 * @throws UsageError if standard input is empty, and the reason of `stopping`
 */
async function* readStandardInput(stopping: AbortSignal): AsyncGenerator<Buffer> {
  let isEmpty = true;
  try {
    for await (const chunk of addAbortSignal(stopping, process.stdin) as AsyncIterable<Buffer>) {
      isEmpty = false;
      yield chunk;
    }
  } catch (error) {
    stopping.throwIfAborted();
    throw new UnreadableSourceError(describeFileError(error));
  }
  if (isEmpty) throw new UsageError('Standard input is empty.');
}

/**
 * Counts sources and bytes.
 *
 * @throws UsageError if there are no sources
 * @throws the reason of `stopping` when the user stops the command: a long list takes time
 */
export async function measureInput(
  { name, list }: BackfillInput,
  stopping: AbortSignal,
): Promise<{ sources: number; bytes: number }> {
  const size = { sources: 0, bytes: 0 };
  for await (const { bytes } of list()) {
    stopping.throwIfAborted();
    size.sources += 1;
    size.bytes += bytes;
  }
  if (size.sources === 0) throw new UsageError(`${name} has no files or objects: check the path.`);
  return size;
}
