/** Opens the input of a backfill: files, or objects in S3. */
import { resolve } from 'node:path';
import { createS3Client, requireRegionAndCredentials } from '../shared/aws-clients';
import { findPathKind, listFiles, type Source } from '../shared/sources';
import { UsageError } from '../shared/usage-error';
import type { Settings } from './backfill-options';
import { listObjects } from './s3-objects';

export interface BackfillInput {
  /** As it was typed. */
  name: string;
  /** The same from every folder. */
  address: string;
  sourceKind: 'file' | 'object';
  /** Lists the sources, always in the same order. */
  list: () => AsyncIterable<Source>;
}

/** Opens files or objects; the checkpoint is not an input. */
export async function openBackfillInput(
  { input, checkpoint }: Settings,
  stopping: AbortSignal,
): Promise<BackfillInput> {
  if (input.kind === 's3') {
    const { bucket, prefix } = input;
    const s3 = createS3Client();
    await requireRegionAndCredentials(s3);
    const name = `s3://${bucket}/${prefix}`;
    const list = () => listObjects(s3, bucket, prefix, stopping);
    return { name, address: name, sourceKind: 'object', list };
  }
  const { path } = input;
  if ((await findPathKind(path)) === 'pipe') throw new UsageError(`${path} is neither file nor folder.`);
  const ownFiles = [checkpoint, `${checkpoint}.tmp`].map((file) => resolve(file));
  const list = () => listFiles(path, (file) => !ownFiles.includes(resolve(file)));
  return { name: path, address: resolve(path), sourceKind: 'file', list };
}

/** Counts sources and bytes; throws `UsageError` if there are none, and the reason of `stopping`: a list may be long. */
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
  if (size.sources === 0) throw new UsageError(`There is nothing in ${name}.`);
  return size;
}
