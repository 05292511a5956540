/** Objects that are in memory at the same time, at most; a larger one comes alone. */
const MOST_OBJECTS = 50;
const MOST_BYTES = 8 * 1024 * 1024;

/** Cuts a list, in its order, into portions that fit into the memory. */
export function* portionsOf<T extends { bytes: number }>(objects: Iterable<T>): Generator<T[]> {
  let portion: T[] = [];
  let bytes = 0;
  for (const object of objects) {
    if (portion.length === MOST_OBJECTS || (portion.length > 0 && bytes + object.bytes > MOST_BYTES)) {
      yield portion;
      portion = [];
      bytes = 0;
    }
    portion.push(object);
    bytes += object.bytes;
  }
  if (portion.length > 0) yield portion;
}
