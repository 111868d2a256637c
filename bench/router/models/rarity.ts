import type { SparseRows } from '../../../src/learning/features/sparse-rows.ts';

/**
 * Returns how rare each column is among the rows in `index`: the inverse document frequency, with a mean square of one
 * over all features of all rows.
 */
export function rarityOf(rows: SparseRows, index: readonly number[]): Float64Array {
  const counts = new Float64Array(rows.buckets);
  const last = new Int32Array(rows.buckets).fill(-1);
  for (const row of index) {
    for (let at = rows.starts[row] ?? 0; at < (rows.starts[row + 1] ?? 0); at++) {
      const column = rows.columns[at] ?? 0;
      if (last[column] === row) continue;
      last[column] = row;
      counts[column] = (counts[column] ?? 0) + 1;
    }
  }
  const rarity = counts.map((count) => Math.log((index.length + 1) / (count + 1)));
  let squares = 0;
  let features = 0;
  counts.forEach((count, column) => {
    squares += count * (rarity[column] ?? 0) ** 2;
    features += count;
  });
  const mean = Math.sqrt(squares / Math.max(1, features)) || 1;
  return rarity.map((value) => value / mean);
}
