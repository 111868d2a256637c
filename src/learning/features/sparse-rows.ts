import { type HashedFeatures, promptScanner, type PromptScanner } from './hashed-features.ts';

/**
 * Hashed prompts as the rows of a sparse matrix. All features of a row have the same value, and rows have length one.
 */
export type SparseRows = {
  readonly length: number;
  readonly buckets: number;
  /** Row `i` owns `columns[starts[i] .. starts[i + 1]]`. */
  readonly starts: Int32Array;
  readonly columns: Int32Array;
  readonly values: Float64Array;
};

/** Hashes prompts into `buckets` columns, as `scoreLinear` does. `clues` holds those of each row. */
export function hashPrompts(
  prompts: readonly string[],
  buckets: number,
  {
    clues = [],
    scanner = promptScanner(),
  }: { readonly clues?: readonly (readonly number[])[]; readonly scanner?: PromptScanner } = {},
): SparseRows {
  return rowsFrom(prompts.length, buckets, (row) => scanner.scan(prompts[row] ?? '', clues[row]));
}

/** Builds rows from stored features. */
export function rowsOfFeatures(features: readonly HashedFeatures[], buckets: number): SparseRows {
  return rowsFrom(features.length, buckets, (row) => features[row] ?? nothing);
}

const nothing: HashedFeatures = { hashes: new Uint32Array(0), count: 0 };

function rowsFrom(length: number, buckets: number, of: (row: number) => HashedFeatures): SparseRows {
  const starts = new Int32Array(length + 1);
  const values = new Float64Array(length);
  const pieces: Int32Array[] = [];
  for (let row = 0; row < length; row++) {
    const { hashes, count } = of(row);
    pieces.push(Int32Array.from(hashes.subarray(0, count), (hash) => bucketOf(hash, buckets)));
    starts[row + 1] = (starts[row] ?? 0) + count;
    values[row] = 1 / Math.sqrt(Math.max(1, count));
  }
  const columns = new Int32Array(starts[length] ?? 0);
  pieces.forEach((piece, row) => columns.set(piece, starts[row]));
  return { length, buckets, starts, columns, values };
}

/** The column of a 32-bit hash. */
function bucketOf(hash: number, buckets: number): number {
  return Math.floor(hash * (buckets / 4_294_967_296));
}
