import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { BrokenGzipError, decompress } from '../../../cli/shared/decompress';

/** Returns the unpacked content, and whether it was broken. */
async function read(
  content: Buffer,
  chunkSize = content.length,
): Promise<{ text: string; isBroken: boolean }> {
  const chunks = Array.from({ length: Math.ceil(content.length / chunkSize) }, (_, i) =>
    content.subarray(i * chunkSize, (i + 1) * chunkSize),
  );
  const parts: Buffer[] = [];
  try {
    for await (const part of decompress(Readable.from(chunks))) parts.push(part);
    return { text: Buffer.concat(parts).toString(), isBroken: false };
  } catch (error) {
    if (!(error instanceof BrokenGzipError)) throw error;
    return { text: Buffer.concat(parts).toString(), isBroken: true };
  }
}

const TEXT = Array.from({ length: 30_000 }, (_, i) => `{"i":${i}}\n`).join('');
const whole = (text: string) => ({ text, isBroken: false });

it.each([1, 7, 65_536])('returns other content unchanged, in chunks of %i', async (size) => {
  expect(await read(Buffer.from('{"a":1}'), size)).toEqual(whole('{"a":1}'));
  expect(await read(Buffer.from([0x1f]), size)).toEqual(whole('\x1f'));
  expect(await read(Buffer.of(), size)).toEqual(whole(''));
});

it.each([1, 7, 65_536])('unpacks all members of gzip, in chunks of %i', async (size) => {
  // Many small chunks take long, so they are of less text.
  const text = size < 65_536 ? TEXT.slice(0, 20_000) : TEXT;
  expect(await read(gzipSync(text), size)).toEqual(whole(text));
  const members = Buffer.concat(['{"a":1}', '', '{"b":2}'].map((text) => gzipSync(text)));
  expect(await read(members, size)).toEqual(whole('{"a":1}{"b":2}'));
});

it.each([1, 65_536])('ignores zeros after the end, in chunks of %i', async (size) => {
  expect(await read(Buffer.concat([gzipSync('{"a":1}'), Buffer.alloc(9000)]), size)).toEqual(
    whole('{"a":1}'),
  );
});

describe('broken gzip', () => {
  it.each([1, 100, 65_536])(
    'returns all content before the error when the file is cut off, in chunks of %i',
    async (size) => {
      const packed = gzipSync(TEXT).subarray(0, size === 1 ? 3000 : -7);
      const { text, isBroken } = await read(packed, size);
      expect(isBroken).toBe(true);
      expect(TEXT.startsWith(text)).toBe(true);
      if (size > 1) expect(text).toBe(TEXT);
      else expect(text.length).toBeGreaterThan(1000);
    },
  );

  it.each([1, 65_536])('other bytes after the end, in chunks of %i', async (size) => {
    for (const behind of ['{"b":2}', '\0\0{"b":2}', 'x']) {
      const content = Buffer.concat([gzipSync('{"a":1}'), Buffer.from(behind)]);
      expect((await read(content, size)).isBroken).toBe(true);
    }
  });

  it('a bit that has changed', async () => {
    const packed = gzipSync(TEXT);
    packed[packed.length - 6] = (packed.at(-6) ?? 0) ^ 1;
    const { text, isBroken } = await read(packed);
    expect(isBroken).toBe(true);
    expect(TEXT.startsWith(text)).toBe(true);
    expect(text.length).toBeGreaterThan(TEXT.length / 2);
  });
});

it('throws the error of the source', async () => {
  const source = async function* () {
    yield gzipSync(TEXT).subarray(0, 2000);
    await Promise.reject(new Error('the disk'));
  };
  const reading = async () => {
    for await (const part of decompress(source())) expect(part.length).toBeGreaterThan(0);
  };
  await expect(reading()).rejects.toThrow('the disk');
});

it('leaves nothing running when the reader stops early', async () => {
  for await (const part of decompress(Readable.from([gzipSync(TEXT)]))) {
    expect(part.length).toBeGreaterThan(0);
    break;
  }
});
