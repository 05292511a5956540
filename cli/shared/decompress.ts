/**
 * Unpacks the content of a file if it is gzip. Its first bytes say so: Firehose names what it packs like anything
 * else. Several members, one behind the other, are one content.
 */
import { createGunzip } from 'node:zlib';
import { peek } from './peek';

/** The content ends here, though the file doesn't say so; what came before has been given out. */
export class BrokenGzipError extends Error {}

const MAGIC = [0x1f, 0x8b];
/** Given in at once: what is behind a defect in as much is not given out. */
const SLICE_BYTES = 4096;

/** @throws BrokenGzipError behind what could be unpacked; and whatever the source throws */
export async function* decompress(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const { begin, whole } = await peek(source, MAGIC.length);
  const isGzip = MAGIC.every((byte, i) => begin[i] === byte);
  yield* isGzip ? unpackGzip(whole) : whole;
}

/** Not piped: a stream that breaks takes along what it has unpacked and not given out yet. */
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
  // Once it has ended or is broken, there is no callback.
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
        // Zeros fill up a block of a tape or a disk.
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
