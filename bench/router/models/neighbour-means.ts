import type { SparseRows } from '../../../src/learning/features/sparse-rows.ts';

/** How many of the most similar rows are used. */
const nearest = 100;

/** Columns with more rows than this are too common to be informative. */
const commonest = 400;

/** The overall mean counts as much as a neighbour of this similarity. */
const prior = 0.3;

/**
 * Returns, for each row in `index`, the mean of `values` over the other rows in `index` with the most similar features:
 * weighted by the cosine of their features, with rare ones counting more (`weights`, one per column). A single right or
 * wrong answer is mostly luck; a hundred of similar prompts are less so.
 */
export function neighbourMeans(
  rows: SparseRows,
  options: {
    readonly index: readonly number[];
    readonly values: ArrayLike<number>;
    readonly weights: Float64Array;
  },
): Float64Array {
  const { index, values, weights } = options;
  const lengths = lengthsOf(rows, index, weights);
  const postings = postingsOf(rows, index);
  const overall = index.reduce((sum, row) => sum + (values[row] ?? 0), 0) / Math.max(1, index.length);
  const means = new Float64Array(rows.length);
  const similarity = new Float64Array(rows.length);
  const met = new Int32Array(rows.length);
  for (const row of index) {
    let count = 0;
    for (let at = rows.starts[row] ?? 0; at < (rows.starts[row + 1] ?? 0); at++) {
      const column = rows.columns[at] ?? 0;
      const [from, to] = [postings.starts[column] ?? 0, postings.starts[column + 1] ?? 0];
      if (to - from > commonest) continue;
      const weight = (weights[column] ?? 0) ** 2;
      for (let place = from; place < to; place++) {
        const other = postings.rows[place] ?? 0;
        if (similarity[other] === 0) met[count++] = other;
        similarity[other] = (similarity[other] ?? 0) + weight / (lengths[other] ?? 1);
      }
    }
    similarity[row] = 0;
    const least = leastOfNearest(similarity, met.subarray(0, count));
    let sum = prior * overall;
    let total = prior;
    for (let at = 0; at < count; at++) {
      const other = met[at] ?? 0;
      const cosine = (similarity[other] ?? 0) / (lengths[row] ?? 1);
      if ((similarity[other] ?? 0) >= least && other !== row) {
        sum += cosine * (values[other] ?? 0);
        total += cosine;
      }
      similarity[other] = 0;
    }
    means[row] = sum / total;
  }
  return means;
}

/** Returns the similarity of the last of the nearest rows. */
function leastOfNearest(similarity: Float64Array, met: Int32Array): number {
  if (met.length <= nearest) return 0;
  const found = Float64Array.from(met, (row) => similarity[row] ?? 0).sort();
  return found[found.length - nearest] ?? 0;
}

function lengthsOf(rows: SparseRows, index: readonly number[], weights: Float64Array): Float64Array {
  const lengths = new Float64Array(rows.length);
  for (const row of index) {
    let squares = 0;
    for (let at = rows.starts[row] ?? 0; at < (rows.starts[row + 1] ?? 0); at++) {
      squares += (weights[rows.columns[at] ?? 0] ?? 0) ** 2;
    }
    lengths[row] = Math.sqrt(squares) || 1;
  }
  return lengths;
}

/** Returns which rows have a feature in a column: those of column `c` are `rows[starts[c] .. starts[c + 1]]`. */
function postingsOf(rows: SparseRows, index: readonly number[]): { starts: Int32Array; rows: Int32Array } {
  const starts = new Int32Array(rows.buckets + 1);
  let features = 0;
  for (const row of index) {
    for (let at = rows.starts[row] ?? 0; at < (rows.starts[row + 1] ?? 0); at++) {
      const next = (rows.columns[at] ?? 0) + 1;
      starts[next] = (starts[next] ?? 0) + 1;
      features++;
    }
  }
  for (let column = 0; column < rows.buckets; column++) {
    starts[column + 1] = (starts[column + 1] ?? 0) + (starts[column] ?? 0);
  }
  const places = starts.slice();
  const owners = new Int32Array(features);
  for (const row of index) {
    for (let at = rows.starts[row] ?? 0; at < (rows.starts[row + 1] ?? 0); at++) {
      const column = rows.columns[at] ?? 0;
      const place = places[column] ?? 0;
      owners[place] = row;
      places[column] = place + 1;
    }
  }
  return { starts, rows: owners };
}
