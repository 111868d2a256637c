/** A mean per group, shrunk towards the overall mean as if `strength` more rows had that mean. */
export type GroupMeans = { readonly overall: number; readonly means: Float64Array };

/**
 * Computes the means of `values` over the rows in `index`, one per group. A group without rows gets the overall mean.
 */
export function groupMeans(options: {
  readonly index: readonly number[];
  readonly groups: ArrayLike<number>;
  readonly count: number;
  readonly values: ArrayLike<number>;
  readonly strength: number;
}): GroupMeans {
  const { index, groups, count, values, strength } = options;
  const sums = new Float64Array(count);
  const sizes = new Float64Array(count);
  let total = 0;
  for (const row of index) {
    const group = groups[row] ?? 0;
    const value = values[row] ?? 0;
    sums[group] = (sums[group] ?? 0) + value;
    sizes[group] = (sizes[group] ?? 0) + 1;
    total += value;
  }
  const overall = index.length === 0 ? 0 : total / index.length;
  return {
    overall,
    means: sums.map((sum, group) => (sum + strength * overall) / ((sizes[group] ?? 0) + strength)),
  };
}
