import { PassThrough } from 'node:stream';
import { readLines } from '../../../local/stack/lines';

async function linesOf(chunks: (string | Buffer)[]): Promise<string[]> {
  const stream = new PassThrough();
  const lines: string[] = [];
  readLines(stream, (line) => lines.push(line));
  chunks.forEach((chunk) => stream.write(chunk));
  stream.end();
  await new Promise((resolve) => stream.once('end', resolve));
  return lines;
}

describe('lines of a stream', () => {
  it('are put together from chunks that end anywhere, inside a character too', async () => {
    const bytes = Buffer.from('grün\nblau\n\nrot');

    const lines = await linesOf([bytes.subarray(0, 3), bytes.subarray(3, 9), bytes.subarray(9)]);

    expect(lines).toEqual(['grün', 'blau', '', 'rot']);
  });

  it('are not split where JSON may have a line separator inside a string', async () => {
    const json = JSON.stringify('one\u2028two');

    expect(await linesOf([`${json}\n`])).toEqual([json]);
  });

  it('are cut if a writer never ends them, so that memory is bounded', async () => {
    const lines = await linesOf(['x'.repeat(16 * 1024 * 1024), 'rest']);

    expect(lines.map((line) => line.length)).toEqual([16 * 1024 * 1024, 4]);
  });
});
