/** Maps places in the bundle to the sources. Node's `--enable-source-maps` does so too, but reads every map at each start. */
import { readFileSync } from 'node:fs';
import { SourceMap, type SourceMapPayload } from 'node:module';
import { fileURLToPath } from 'node:url';

/** Beginning of a path that is relative to the bundle's folder. */
const FROM_THE_BUNDLE = /^(\.\.\/)+/;
const PLACE = /(file:\/\/[^\s()]+\.mjs):(\d+):(\d+)/;

/**
 * Returns a line of a stack with the place in the sources. An example is `at f (file:///var/task/index.mjs:1:2345)`.
 * The line is unchanged if no map has the place. Never throws.
 */
export function mapToSource(frame: string): string {
  const found = PLACE.exec(frame);
  if (!found) return frame;
  const [place, file = '', line, column] = found;
  const origin = getSourceMap(file)?.findOrigin(Number(line), Number(column));
  if (origin === undefined || !('fileName' in origin)) return frame;
  const source = origin.fileName.replace(FROM_THE_BUNDLE, '');
  return frame.replace(place, `${source}:${origin.lineNumber}:${origin.columnNumber}`);
}

const maps = new Map<string, SourceMap | undefined>();

/** Reads each map once: many records may cause the same internal error. */
function getSourceMap(file: string): SourceMap | undefined {
  if (!maps.has(file)) maps.set(file, readSourceMap(file));
  return maps.get(file);
}

function readSourceMap(file: string): SourceMap | undefined {
  try {
    return new SourceMap(JSON.parse(readFileSync(`${fileURLToPath(file)}.map`, 'utf8')) as SourceMapPayload);
  } catch {
    return undefined;
  }
}
