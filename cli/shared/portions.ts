/**
 * Splits a sequence, in its order, into portions that fit into memory: with limits for the number of items, and their
 * weight in each respect. A portion is complete as soon as it reaches a limit. An item that exceeds a limit comes alone.
 */
export async function* splitIntoPortions<T, Weight extends string>(
  items: AsyncIterable<T> | Iterable<T>,
  { maxItems, maxWeights }: { maxItems: number; maxWeights: Readonly<Record<Weight, number>> },
  weigh: (item: T) => Readonly<Record<Weight, number>>,
): AsyncGenerator<T[]> {
  const respects = Object.keys(maxWeights) as Weight[];
  const totals = new Map<Weight, number>();
  const getTotal = (respect: Weight) => totals.get(respect) ?? 0;
  const portion: T[] = [];
  const takePortion = () => {
    totals.clear();
    return portion.splice(0);
  };
  for await (const item of items) {
    const weights = weigh(item);
    if (portion.length > 0 && respects.some((it) => getTotal(it) + weights[it] > maxWeights[it])) {
      yield takePortion();
    }
    portion.push(item);
    for (const respect of respects) totals.set(respect, getTotal(respect) + weights[respect]);
    if (portion.length >= maxItems || respects.some((it) => getTotal(it) >= maxWeights[it])) {
      yield takePortion();
    }
  }
  if (portion.length > 0) yield portion;
}
