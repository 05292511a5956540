/**
 * Unpacks a file if it is gzip. It checks the first bytes, because Firehose gives packed files no extension. It joins the
 * contents of consecutive gzip members.
 */
import { createGunzip } from 'node:zlib';
import { peek } from './peek';

/** A gzip file is damaged or cut off. All bytes before the defect were returned. */
export class BrokenGzipError extends Error {}

const MAGIC = [0x1f, 0x8b];
/** Bytes that are unpacked at once. After a defect, the rest of the slice is lost. */
const SLICE_BYTES = 4096;

/** @throws BrokenGzipError after the last bytes that could be unpacked, and errors of the source */
export async function* decompress(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const { begin, whole } = await peek(source, MAGIC.length);
  const isGzip = MAGIC.every((byte, i) => begin[i] === byte);
  yield* isGzip ? unpackGzip(whole) : whole;
}

/** Unpacks gzip without a pipe. A pipe that fails would lose bytes that were unpacked before the defect. */
async function* unpackGzip(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const gunzip = createGunzip();
  const out: Buffer[] = [];
  let given = 0;
  const state: { end?: 'end' | 'error'; wake?: () => void } = {};
  gunzip.on('data', (chunk: Buffer) => out.push(chunk));
  for (const end of ['end', 'error'] as const) {
    gunzip.on(end, () => {
      state.end = end;
      state.wake?.();
    });
  }
  // After the end or an error, gunzip makes no callback.
  const until = (act: (done: () => void) => void) =>
    new Promise<void>((resolve) => {
      state.wake = resolve;
      act(resolve);
    });

  try {
    for await (const chunk of source) {
      for (let i = 0; i < chunk.length; i += SLICE_BYTES) {
        const slice = chunk.subarray(i, i + SLICE_BYTES);
        given += slice.length;
        if (state.end !== 'end') await until((done) => gunzip.write(slice, done));
        yield* out.splice(0);
        // Zeros after the end are padding to a block of a tape or a disk.
        const unused = state.end === 'end' ? Math.min(slice.length, given - gunzip.bytesWritten) : 0;
        const isUnusedZero = slice.subarray(slice.length - unused).every((byte) => byte === 0);
        if (state.end === 'error' || !isUnusedZero) throw new BrokenGzipError();
      }
    }
    if (state.end !== 'end') await until(() => gunzip.end());
    yield* out.splice(0);
    if (state.end === 'error') throw new BrokenGzipError();
  } finally {
    gunzip.destroy();
  }
}
