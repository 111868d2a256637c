/** Turns weighted sums into means that never decrease: neighbours that do are pooled (Ayer et al., 1955). */
export function pooledUpwards(
  cells: readonly { readonly sum: number; readonly weight: number }[],
): readonly number[] {
  const pools: { sum: number; weight: number; count: number }[] = [];
  for (const { sum, weight } of cells) {
    pools.push({ sum, weight, count: 1 });
    for (;;) {
      const [before, last] = pools.slice(-2);
      if (!before || !last || before.sum / before.weight <= last.sum / last.weight) break;
      pools.splice(-2, 2, {
        sum: before.sum + last.sum,
        weight: before.weight + last.weight,
        count: before.count + last.count,
      });
    }
  }
  return pools.flatMap(({ sum, weight, count }) => Array.from({ length: count }, () => sum / weight));
}
