import type { LinearHead } from '../models/linear-model.ts';
import type { SparseRows } from '../features/sparse-rows.ts';

/**
 * Fits least squares with an L2 penalty on the weights, by conjugate gradients: accurate enough after thirty rounds,
 * and deterministic. Only the rows in `index` are used. A column of scale `s` is penalised `1 / s²` times as much as
 * one of scale 1.
 */
export function fitRidge(
  rows: SparseRows,
  options: {
    readonly index: readonly number[];
    readonly targets: ArrayLike<number>;
    readonly lambda: number;
    readonly rounds?: number;
    readonly scales?: Float64Array;
  },
): LinearHead {
  const { index, targets, lambda, rounds = 30, scales } = options;
  const size = rows.buckets + 1;
  const solution = new Float64Array(size);
  const residual = new Float64Array(size);
  for (const row of index) addRow(rows, row, targets[row] ?? 0, residual);
  scaleColumns(residual, scales);
  const direction = residual.slice();
  const image = new Float64Array(size);
  const start = dot(residual, residual);
  let error = start;
  for (let round = 0; round < rounds && error > 1e-8 * start; round++) {
    for (let column = 0; column < rows.buckets; column++) image[column] = lambda * (direction[column] ?? 0);
    image[rows.buckets] = 0;
    if (scales === undefined) {
      for (const row of index) addRow(rows, row, scoreRow(rows, row, direction), image);
    } else {
      // The same product in the space of scaled columns, where the penalty is uniform.
      const scaled = scaleColumns(direction.slice(), scales);
      const fitted = new Float64Array(size);
      for (const row of index) addRow(rows, row, scoreRow(rows, row, scaled), fitted);
      addScaled(image, 1, scaleColumns(fitted, scales));
    }
    const step = error / dot(direction, image);
    addScaled(solution, step, direction);
    addScaled(residual, -step, image);
    const next = dot(residual, residual);
    const turn = next / error;
    error = next;
    for (let column = 0; column < size; column++) {
      direction[column] = (residual[column] ?? 0) + turn * (direction[column] ?? 0);
    }
  }
  scaleColumns(solution, scales);
  return { weights: solution.subarray(0, rows.buckets), bias: solution[rows.buckets] ?? 0 };
}

/** Returns a head's score of a row. */
export function scoreHead(rows: SparseRows, row: number, head: LinearHead): number {
  return head.bias + sumOfRow(rows, row, head.weights) * (rows.values[row] ?? 0);
}

/** Like `scoreHead`, with the bias stored after the weights. */
function scoreRow(rows: SparseRows, row: number, vector: Float64Array): number {
  return (vector[rows.buckets] ?? 0) + sumOfRow(rows, row, vector) * (rows.values[row] ?? 0);
}

function sumOfRow(rows: SparseRows, row: number, vector: Float64Array): number {
  let sum = 0;
  const end = rows.starts[row + 1] ?? 0;
  for (let at = rows.starts[row] ?? 0; at < end; at++) sum += vector[rows.columns[at] ?? 0] ?? 0;
  return sum;
}

function addRow(rows: SparseRows, row: number, amount: number, vector: Float64Array): void {
  const share = amount * (rows.values[row] ?? 0);
  const end = rows.starts[row + 1] ?? 0;
  for (let at = rows.starts[row] ?? 0; at < end; at++) {
    const column = rows.columns[at] ?? 0;
    vector[column] = (vector[column] ?? 0) + share;
  }
  vector[rows.buckets] = (vector[rows.buckets] ?? 0) + amount;
}

/** Scales in place; the bias after the columns keeps its value. */
function scaleColumns(vector: Float64Array, scales: Float64Array | undefined): Float64Array {
  for (let column = 0; column < (scales?.length ?? 0); column++) {
    vector[column] = (vector[column] ?? 0) * (scales?.[column] ?? 1);
  }
  return vector;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let at = 0; at < a.length; at++) sum += (a[at] ?? 0) * (b[at] ?? 0);
  return sum;
}

function addScaled(target: Float64Array, factor: number, source: Float64Array): void {
  for (let at = 0; at < target.length; at++) target[at] = (target[at] ?? 0) + factor * (source[at] ?? 0);
}
