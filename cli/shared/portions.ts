/**
 * Splits a sequence into portions that fit into memory. Limits apply to the number of items and to each kind of weight.
 * A portion ends when it reaches a limit. An item that exceeds a limit is a portion of its own.
 */
export async function* splitIntoPortions<T, Weight extends string>(
  items: AsyncIterable<T> | Iterable<T>,
  { maxItems, maxWeights }: { maxItems: number; maxWeights: Readonly<Record<Weight, number>> },
  weigh: (item: T) => Readonly<Record<Weight, number>>,
): AsyncGenerator<T[]> {
  const kinds = Object.keys(maxWeights) as Weight[];
  const totals = new Map<Weight, number>();
  const getTotal = (kind: Weight) => totals.get(kind) ?? 0;
  const portion: T[] = [];
  const takePortion = () => {
    totals.clear();
    return portion.splice(0);
  };
  for await (const item of items) {
    const weights = weigh(item);
    if (portion.length > 0 && kinds.some((it) => getTotal(it) + weights[it] > maxWeights[it])) {
      yield takePortion();
    }
    portion.push(item);
    for (const kind of kinds) totals.set(kind, getTotal(kind) + weights[kind]);
    if (portion.length >= maxItems || kinds.some((it) => getTotal(it) >= maxWeights[it])) {
      yield takePortion();
    }
  }
  if (portion.length > 0) yield portion;
}
