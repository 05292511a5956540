export interface ChunkLimits<T> {
  maxItems: number;
  maxBytes: number;
  getBytes: (item: T) => number;
}

/** Splits a list, in its order, into chunks within limits; an item above the limit has a chunk of its own. */
export async function* splitIntoChunks<T>(
  items: Iterable<T> | AsyncIterable<T>,
  { maxItems, maxBytes, getBytes }: ChunkLimits<T>,
): AsyncGenerator<T[]> {
  let chunk: T[] = [];
  let bytes = 0;
  for await (const item of items) {
    const size = getBytes(item);
    if (chunk.length === maxItems || (chunk.length > 0 && bytes + size > maxBytes)) {
      yield chunk;
      chunk = [];
      bytes = 0;
    }
    chunk.push(item);
    bytes += size;
  }
  if (chunk.length > 0) yield chunk;
}
