/** Reads the first bytes of a source, or all if it is shorter. `whole` is the source from its beginning. */
export async function peek(
  source: AsyncIterable<Buffer>,
  bytes: number,
): Promise<{ begin: Buffer; whole: AsyncGenerator<Buffer> }> {
  const chunks = source[Symbol.asyncIterator]();
  let begin = Buffer.alloc(0);
  while (begin.length < bytes) {
    const next = await chunks.next();
    if (next.done) break;
    begin = Buffer.concat([begin, next.value]);
  }
  const whole = (async function* () {
    try {
      if (begin.length > 0) yield begin;
      yield* { [Symbol.asyncIterator]: () => chunks };
    } finally {
      await chunks.return?.();
    }
  })();
  return { begin, whole };
}
